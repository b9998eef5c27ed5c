"""Lists of products: one statement a page, whatever its size."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import BigIntegerField, QuerySet

from nexus_commerce.catalog.models import Product
from nexus_commerce.catalog.policies import own_publication, visible_to_slots
from nexus_commerce.channels.models import Channel
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.money import MAX_MINOR
from nexus_commerce.core.prepared import compile_queryset
from nexus_commerce.listing.cards import PRODUCT, Card, Viewer, card_columns, own_prices, read_cards, read_database
from nexus_commerce.listing.cursors import Cursor, InvalidCursor
from nexus_commerce.listing.offers import channel_tables, lowest_price
from nexus_commerce.listing.orderings import ORDERINGS, Ordering
from nexus_commerce.listing.query import Condition, OfProduct, ProductQuery, conditions
from nexus_commerce.listing.sql import dialect_of, fetch

__all__ = ["ProductPage", "forget_statements", "list_products", "visible_products"]

KEPT: Final = 512
"""How many statements are kept; beyond that the one longest unused goes."""


@dataclass(frozen=True, slots=True)
class ProductPage:
    """A page of cards, the cursor of the next one or None on the last, and how many match where that was asked."""

    cards: list[Card]
    next: Cursor | None
    count: int | None


class Statement(NamedTuple):
    """The SQL of a page and of its count, and the values that never change."""

    page: str
    total: str
    fixed: dict[str, Any]


_statements: OrderedDict[Hashable, Statement] = OrderedDict()


def list_products(*, channel: Channel, viewer: Viewer, query: ProductQuery) -> ProductPage:
    """Return a page of the products that ``channel`` sells now, as cards.

    One statement, one more for the count, and one more where the host has a price policy of its own (which prices the
    cards; filters and orders by price go by the price lists). Raises InvalidCursor for the cursor of a product that
    was deleted.
    """
    using = read_database()
    found = conditions(query, using)
    try:
        statement = _statement(channel, viewer, query, found, using)
    except EmptyResultSet:
        return ProductPage([], None, 0 if query.with_count else None)
    params = _params(viewer, query, found, statement, using)
    rows = fetch(using, statement.page, params)
    if query.cursor and not rows:
        _refuse_lost(query.cursor)
    cards = read_cards(rows[: query.size], card_columns(using, own_prices()), viewer)
    following = _cursor(query, cards[-1]) if len(rows) > query.size else None
    return ProductPage(cards, following, fetch(using, statement.total, params)[0][0] if query.with_count else None)


def visible_products(channel: Channel, viewer: Viewer) -> tuple[QuerySet[Any], bool]:
    """Return the products that the channel sells, and whether the SQL is the same for every channel and time.

    The library's policy is asked with parameters in place of the values. A host's own may do anything with them, so
    its query is built each time.
    """
    if not own_publication():
        return nexus_settings.PUBLICATION_POLICY().visible_products(channel=channel, now=viewer.now), False
    return visible_to_slots(), True


def forget_statements() -> None:
    """Drop every statement that is kept."""
    _statements.clear()
    card_columns.cache_clear()


def _statement(
    channel: Channel, viewer: Viewer, query: ProductQuery, found: Sequence[Condition], using: str
) -> Statement:
    key = (using, own_prices(), query.ordering, query.cursor is None, query.asks_price, *(each.key for each in found))
    if own_publication() and (kept := _statements.get(key)):
        _statements.move_to_end(key)
        return kept
    visible, same_for_all = visible_products(channel, viewer)
    made = _compile(visible, query, found, using)
    if same_for_all:
        _statements[key] = made
        if len(_statements) > KEPT:
            _statements.popitem(last=False)
    return made


def _compile(visible: QuerySet[Any], query: ProductQuery, found: Sequence[Condition], using: str) -> Statement:
    ordering = ORDERINGS[query.ordering]
    for condition in found:
        visible = visible.filter(condition.make())
    columns = ["id", "name"]
    if query.asks_price:
        visible = visible.annotate(price=_price_of(ordering, using))
        columns.append("price")
    candidates, fixed = compile_queryset(visible.order_by().values_list(*columns), using)
    if query.asks_price:
        candidates += dialect_of(using).fence
    where = ["c.price BETWEEN %(price_min)s AND %(price_max)s"] if _filters_price(query) else []
    tables = f"WITH {channel_tables(dialect_of(using))}"
    count = f"{tables} SELECT COUNT(*) FROM ({candidates}) c {_where(where)}"
    where += [ordering.after] if query.cursor else []
    page = f"SELECT c.* FROM ({candidates}) c {_where(where)} ORDER BY {ordering.terms} LIMIT %(limit)s"
    card = card_columns(using, own_prices())
    source = f"({page}) c JOIN {PRODUCT} ON {PRODUCT.pk} = c.id {card.joins}"
    return Statement(
        f"{tables} SELECT {card.sql}, c.{ordering.column} FROM {source} ORDER BY {ordering.terms}",
        count,
        fixed,
    )


def _params(
    viewer: Viewer, query: ProductQuery, found: Sequence[Condition], statement: Statement, using: str
) -> dict[str, Any]:
    params = viewer.params(using) | statement.fixed
    params["limit"] = query.size + 1
    for condition in found:
        params.update(condition.values)
    if _filters_price(query):
        params["price_min"] = query.price_min if query.price_min is not None else 0
        params["price_max"] = query.price_max if query.price_max is not None else MAX_MINOR
    if query.cursor:
        params["key"] = query.cursor.key
        params["after"] = Product._meta.get_field("public_id").get_db_prep_value(query.cursor.after, connections[using])
    return params


def _filters_price(query: ProductQuery) -> bool:
    return query.price_min is not None or query.price_max is not None


def _price_of(ordering: Ordering, using: str) -> OfProduct:
    def lowest(product: str) -> str:
        return f"COALESCE({lowest_price(product, dialect_of(using))}, {ordering.missing})"

    return OfProduct(lowest, BigIntegerField())


def _where(terms: Sequence[str]) -> str:
    return f"WHERE {' AND '.join(terms)}" if terms else ""


def _cursor(query: ProductQuery, last: Card) -> Cursor:
    # Sorted by key, the place is the product's alone; the key itself is never shown.
    key = 0 if ORDERINGS[query.ordering].column == "id" else last.rest[0]
    return Cursor(query.ordering, key, UUID(last.values["id"]))


def _refuse_lost(cursor: Cursor) -> None:
    if not Product.plain.filter(public_id=cursor.after).exists():
        raise InvalidCursor(field="cursor")
