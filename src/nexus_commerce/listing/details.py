"""A product page: two statements, however many variants, pictures and related products there are, and two more where a
price is reduced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.utils.translation import gettext_lazy as _

from nexus_commerce.catalog.models import Product
from nexus_commerce.catalog.policies import own_publication
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.errors import NotFound
from nexus_commerce.core.prepared import compile_queryset
from nexus_commerce.listing.cards import Card, Viewer, card_columns, loaded, own_prices, read_cards, read_database
from nexus_commerce.listing.detail_sql import (
    EXTRAS,
    VariantColumns,
    product_statement,
    variant_columns,
    variant_statement,
)
from nexus_commerce.listing.offers import Offer
from nexus_commerce.listing.pictures import PictureReader
from nexus_commerce.listing.products import visible_products
from nexus_commerce.listing.reductions import NOT_REDUCED, lowest_of_reduced
from nexus_commerce.listing.sql import dialect_of, fetch
from nexus_commerce.listing.tiers import read_tiers

__all__ = ["ProductDetail", "ProductNotFound", "find_product", "forget_statements"]


class ProductNotFound(NotFound):
    """There is no such product, or the channel does not sell it now."""

    message = _("There is no such product in this channel.")


@dataclass(frozen=True, slots=True)
class ProductDetail:
    """A product as its page shows it.

    ``moved_to`` is the present slug, in the viewer's language if there is one, where the product was found by an old
    one, else empty; then nothing else is filled. ``variant_ids`` are the keys of ``values["variants"]``, in the same
    order.
    """

    product_id: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    variant_ids: list[int] = field(default_factory=list)
    related: list[Card] = field(default_factory=list)
    moved_to: str = ""


def find_product(*, channel: Channel, viewer: Viewer, slug: str = "", public_id: UUID | None = None) -> ProductDetail:
    """Return the product of a slug, also an old one, or of a public id. Raises ProductNotFound.

    Two statements, two more where a variant is shown as reduced (for the lowest price of the last 30 days), and one
    more where the host has a price policy of its own.
    """
    using = read_database()
    columns = card_columns(using, own_prices())
    params = viewer.params(using) | {"slug": slug.lower()}
    if public_id is not None:
        params["public_id"] = Product._meta.get_field("public_id").get_db_prep_value(public_id, connections[using])
    try:
        statement, fixed = _product_statement(channel, viewer, using, by_slug=public_id is None)
    except EmptyResultSet:
        raise ProductNotFound from None
    cards = read_cards(fetch(using, statement, params | fixed), columns, viewer)
    if not cards or cards[0].rest[0] >= 0:
        raise ProductNotFound
    product, *related = cards
    extras = dict(zip(EXTRAS, product.rest[2:], strict=True))
    if not extras["is_current"]:
        return ProductDetail(moved_to=product.values["slug"] or product.values["id"])
    return _detail(product, related, extras, channel, viewer)


def _product_statement(channel: Channel, viewer: Viewer, using: str, *, by_slug: bool) -> tuple[str, dict[str, Any]]:
    key = (using, own_prices(), by_slug)
    if own_publication() and key in _kept:
        return _kept[key]
    visible, same_for_all = visible_products(channel, viewer)
    candidates, fixed = compile_queryset(visible.order_by().values_list("id"), using)
    sql = product_statement(candidates, card_columns(using, own_prices()), dialect_of(using), by_slug=by_slug)
    if same_for_all:
        _kept[key] = sql, fixed
    return sql, fixed


_kept: dict[Any, tuple[str, dict[str, Any]]] = {}


def forget_statements() -> None:
    """Drop every statement that is kept."""
    _kept.clear()
    _variants_statement.cache_clear()


@lru_cache(maxsize=4)
def _variants_statement(using: str, with_prices: bool) -> tuple[VariantColumns, str]:
    columns = variant_columns(using, dialect_of(using), with_prices=with_prices)
    return columns, variant_statement(columns, dialect_of(using))


def _detail(
    product: Card, related: list[Card], extras: Mapping[str, Any], channel: Channel, viewer: Viewer
) -> ProductDetail:
    using = read_database()
    options = sorted(loaded(extras["options"]) or ())
    columns, statement = _variants_statement(using, own_prices())
    rows = fetch(using, statement, viewer.params(using) | {"product": product.product_id, "language": ""})
    offers = {offer.variant_id: offer for offer in product.offers}
    lowest = lowest_of_reduced(product.offers, channel, viewer)
    pictures, reader = sorted(loaded(extras["pictures"]) or ()), PictureReader()
    names = {value[1]: (option[2], value[2]) for option in options for value in option[3] or ()}
    read_id = card_columns(using, own_prices()).read_id
    variants = [_variant(row, columns, offers.get(row[0]), names, read_id) for row in rows]
    for values, row in zip(variants, rows, strict=True):
        values["pictures"] = [at for at, picture in enumerate(pictures) if picture[2] == row[0]]
        values.update(lowest.get(row[0], NOT_REDUCED))
    values = product.values | {
        "description": extras["description"],
        "seo_title": extras["seo_title"],
        "seo_description": extras["seo_description"],
        "tags": sorted(loaded(extras["tags"]) or ()),
        "pictures": [reader.read(picture[3]) for picture in pictures],
        "options": [
            {"name": option[2], "values": [value[2] for value in sorted(option[3] or ())]} for option in options
        ],
        "breadcrumbs": [
            {"id": str(UUID(public_id)), "name": name, "slug": slug}
            for _level, public_id, name, slug in sorted(loaded(extras["breadcrumbs"]) or ())
        ],
        "variants": variants,
        "related": [{"kind": card.rest[1], "product": card.values} for card in related],
    }
    return ProductDetail(product.product_id, values, [row[0] for row in rows], related)


OWN = 17
"""How many columns a variant has before the host's own."""


def _variant(
    row: Sequence[Any], columns: VariantColumns, offer: Offer | None, names: Mapping[int, tuple[str, str]], read_id: Any
) -> dict[str, Any]:
    (_pk, public_id, sku, name, barcode, unit, step, least, greatest, *rest) = row[:OWN]
    *measures, attributes, chosen, items, prices = rest
    offer = offer or Offer(0, least, 0, None, 1, None)
    values = {
        "id": str(read_id(public_id)),
        "sku": sku,
        "name": name,
        "barcode": barcode,
        "options": dict(names[value] for value in sorted(loaded(chosen) or ()) if value in names),
        "price": offer.amount,
        "compare_at": offer.shown_compare_at,
        "price_per": offer.per,
        "tiers": read_tiers(loaded(prices), offer),
        "availability": offer.availability,
        "unit": unit,
        "quantity_step": step,
        "min_quantity": least,
        "max_quantity": greatest,
        **dict(zip(("weight", "length", "width", "height"), measures, strict=True)),
        "attributes": loaded(attributes),
        "bundle_items": [_item(*item[2:]) for item in sorted(loaded(items) or ())],
    }
    values.update((column.name, column.read(value)) for column, value in zip(columns.exposed, row[OWN:], strict=True))
    return values


def _item(quantity: int, public_id: str, sku: str, name: str, product_name: str, product_slug: str) -> dict[str, Any]:
    return {
        "quantity": quantity,
        "variant_id": str(UUID(public_id)),
        "sku": sku,
        "name": name,
        "product": {"name": product_name, "slug": product_slug},
    }
