"""The card of a product: what a list shows of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import connections, router

from nexus_commerce.catalog.models import Product
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.expose import readable
from nexus_commerce.listing.exposed import ExposedColumn, column_of, exposed_columns, others, subtypes, type_label
from nexus_commerce.listing.offers import Offer, availability_of, offers_of_product, read_offer
from nexus_commerce.listing.pictures import PictureReader, first_picture
from nexus_commerce.listing.slugs import slug_of
from nexus_commerce.listing.sql import Table, dialect_of, loads
from nexus_commerce.pricing.policies import PriceContext, PricePolicy, PriceQuery

__all__ = ["Card", "CardColumns", "Viewer", "card_columns", "loaded", "own_prices", "read_cards", "read_database"]

PRODUCT = Table(Product, "p")


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """For whom, where and when a page is made.

    ``language`` is that of slugs; ``country`` (ISO 3166-1 alpha-2) and the customer's groups choose price lists.
    """

    channel_id: int
    currency: str
    language: str
    now: datetime
    country: str = ""
    customer_id: int | None = None

    def params(self, using: str) -> dict[str, Any]:
        """Return the parameters that every listing statement has."""
        return {
            "channel": self.channel_id,
            "currency": self.currency,
            "language": self.language,
            "country": self.country,
            "customer": self.customer_id,
            "now": connections[using].ops.adapt_datetimefield_value(self.now),
        }


class Card(NamedTuple):
    """The card of one product as a dict, with the row's key and offers, which no door shows."""

    product_id: int
    values: dict[str, Any]
    offers: list[Offer]
    rest: tuple[Any, ...]
    """The columns that the statement had behind those of the card."""


class CardColumns(NamedTuple):
    """The columns of a card over the table ``p``, the joins that they need, and the host's own among them."""

    sql: str
    joins: str
    exposed: tuple[ExposedColumn, ...]
    read_id: Callable[[Any], Any]
    others: tuple[str, ...]


COUNT = 9
"""How many columns a card has before the host's own."""


def read_database() -> str:
    """Return the alias of the database that listings read."""
    return router.db_for_read(Product)


def own_prices() -> bool:
    """Tell whether prices follow the library's documented order, which the statements know."""
    return (
        nexus_settings.PRICE_POLICY.quote is PricePolicy.quote and nexus_settings.PRICE_POLICY.rows is PricePolicy.rows
    )


@lru_cache(maxsize=16)
def card_columns(using: str, with_prices: bool) -> CardColumns:
    """Return the columns of a card, made once for a database."""
    dialect = dialect_of(using)
    own = [
        PRODUCT.pk,
        PRODUCT.public_id,
        slug_of("product", PRODUCT.pk),
        PRODUCT.name,
        PRODUCT.subtitle,
        PRODUCT.polymorphic_ctype,
        PRODUCT.attributes,
        first_picture(PRODUCT.pk, dialect),
        offers_of_product(PRODUCT.pk, dialect, with_prices=with_prices),
    ]
    joins, exposed = _exposed(using)
    columns = ", ".join([*own, *(column.sql for column in exposed)])
    read_id = column_of(Product, "public_id", PRODUCT, using).read
    return CardColumns(columns, joins, tuple(exposed), read_id, tuple(others(Product)))


def _exposed(using: str) -> tuple[str, list[ExposedColumn]]:
    """Return the host's columns of Product, and of each product type with the join of its table."""
    columns = exposed_columns(Product, PRODUCT, using)
    joins: dict[Any, str] = {}
    shared = {*readable(Product, "public")}
    for product_type in subtypes(Product):
        skip = shared.union(others(product_type))
        for name in readable(product_type, "public"):
            if name in skip:
                continue
            owner: Any = product_type._meta.get_field(name).model
            alias = joins.setdefault(owner, f"t{len(joins)}")
            columns.append(column_of(owner, name, Table(owner, alias), using, type_label(product_type)))
    text = [
        f"LEFT JOIN {Table(owner, alias)} ON {Table(owner, alias).pk} = {PRODUCT.pk}" for owner, alias in joins.items()
    ]
    return " ".join(text), columns


def read_cards(rows: Iterable[Sequence[Any]], columns: CardColumns, viewer: Viewer) -> list[Card]:
    """Return the cards that the rows of a statement hold; amounts are in minor units of the viewer's currency.

    Where the host has a price policy of its own, it is asked once for all variants of the page.
    """
    pictures = PictureReader()
    cards = [_read_card(row, columns, pictures) for row in rows]
    if not own_prices():
        cards = _quoted(cards, viewer)
    for card in cards:
        card.values.update(_summary(card.offers))
    return cards


def _read_card(row: Sequence[Any], columns: CardColumns, pictures: PictureReader) -> Card:
    pk, public_id, slug, name, subtitle, type_id, attributes, picture, offers = row[:COUNT]
    label = _label(type_id)
    values = {
        "id": str(columns.read_id(public_id)),
        "slug": slug,
        "type": label,
        "name": name,
        "subtitle": subtitle,
        "picture": pictures.read(loaded(picture)) if picture else None,
        "attributes": loaded(attributes),
        "price": None,
        "compare_at": None,
        "price_per": 1,
        "has_price_range": False,
        "availability": "",
    }
    for column, value in zip(columns.exposed, row[COUNT:], strict=False):
        if not column.only or column.only == label:
            values[column.name] = column.read(value)
    read = [read_offer(offer) for offer in loaded(offers) or ()]
    return Card(pk, values, read, tuple(row[COUNT + len(columns.exposed) :]))


def _summary(offers: list[Offer]) -> dict[str, Any]:
    """Return what a product shows of its variants: the lowest price, and whether any can be had."""
    priced = [offer for offer in offers if offer.amount is not None]
    if not priced:
        return {"availability": availability_of(offers)}
    lowest = min(priced, key=lambda offer: offer.amount)  # type: ignore[arg-type, return-value]
    return {
        "price": lowest.amount,
        "compare_at": lowest.shown_compare_at,
        "price_per": lowest.per,
        "has_price_range": any(offer.amount != lowest.amount for offer in priced),
        "availability": availability_of(offers),
    }


def _quoted(cards: list[Card], viewer: Viewer) -> list[Card]:
    """Return the cards with the prices that the host's policy quotes."""
    queries = [PriceQuery(o.variant_id, o.variant_id, o.min_quantity) for card in cards for o in card.offers]
    context = PriceContext(viewer.channel_id, viewer.currency, viewer.now, viewer.country, viewer.customer_id)
    quotes = nexus_settings.PRICE_POLICY().quote(queries, context) if queries else {}
    return [
        card._replace(offers=[_with_quote(offer, quotes.get(offer.variant_id)) for offer in card.offers])
        for card in cards
    ]


def _with_quote(offer: Offer, quote: Any) -> Offer:
    if quote is None:
        return offer
    return offer._replace(amount=quote.unit_price, per=quote.per, compare_at=quote.list_price)


def _label(type_id: int | None) -> str:
    kind = ContentType.objects.get_for_id(type_id) if type_id else None
    return f"{kind.app_label}.{kind.model}" if kind else ""


def loaded(document: Any) -> Any:
    """Return a JSON document of a row, which some drivers have read already."""
    return loads(document) if isinstance(document, str | bytes) else document
