"""Prices and availability of variants as SQL, and what a product makes of those of its variants.

The subqueries stand for rules that live elsewhere: the documented order of ``pricing.policies.PricePolicy.quote`` and
the sum of ``inventory.services.available_quantities``. Tests hold them to the same answers.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from nexus_commerce.catalog.models import BundleItem, Variant
from nexus_commerce.customers.models import Customer
from nexus_commerce.inventory.models import StockItem, StockLocation
from nexus_commerce.listing.sql import Dialect, Table, in_window
from nexus_commerce.pricing.models import Price, PriceList

__all__ = [
    "IN_STOCK",
    "OUT_OF_STOCK",
    "UNTRACKED",
    "Offer",
    "availability_of",
    "available",
    "channel_tables",
    "lowest_price",
    "offers_of_product",
    "price",
    "product_availability",
    "read_offer",
]

IN_STOCK: Final = "in_stock"
OUT_OF_STOCK: Final = "out_of_stock"
UNTRACKED: Final = "untracked"


class Offer(NamedTuple):
    """What a variant costs and how many can be sold; ``amount`` is None without a price, ``available`` where stock is
    not tracked."""

    variant_id: int
    min_quantity: int
    available: int | None
    amount: int | None
    per: int
    compare_at: int | None

    @property
    def availability(self) -> str:
        """Whether the least quantity of the variant can be had."""
        if self.available is None:
            return UNTRACKED
        return IN_STOCK if self.available >= self.min_quantity else OUT_OF_STOCK

    @property
    def shown_compare_at(self) -> int | None:
        """The compare-at price, where it is above the price."""
        return self.compare_at if (self.compare_at or 0) > (self.amount or 0) else None


def offers_of_product(product: str, dialect: Dialect, *, with_prices: bool) -> str:
    """Return the subquery of the offers of all variants of a product, for :func:`read_offer`."""
    variant = Table(Variant, "v")
    cost = dialect.nested(price(variant, dialect, "document")) if with_prices else "NULL"
    entry = f"{dialect.row}({variant.pk}, {variant.min_quantity}, {available(variant)}, {cost})"
    return f"(SELECT {dialect.collect}({entry}) FROM {variant} WHERE {_sold(variant, product)})"


def read_offer(document: list[Any]) -> Offer:
    """Return the offer that the subquery describes."""
    variant_id, min_quantity, count, cost = document
    return Offer(variant_id, min_quantity, count, *(cost or (None, 1, None)))


def lowest_price(product: str, dialect: Dialect) -> str:
    """Return the subquery of the lowest amount among the variants of a product."""
    variant = Table(Variant, "v")
    return f"(SELECT MIN({price(variant, dialect, 'amount')}) FROM {variant} WHERE {_sold(variant, product)})"


def product_availability(product: str, wanted: str) -> str:
    """Return the condition that a product as a whole is ``wanted``; see :func:`availability_of`."""
    variant = Table(Variant, "v")
    every = f"SELECT 1 FROM {variant} WHERE {_sold(variant, product)}"
    in_stock = f"EXISTS ({every} AND {available(variant)} >= {variant.min_quantity})"
    untracked = f"EXISTS ({every} AND {available(variant)} IS NULL)"
    return {
        IN_STOCK: in_stock,
        UNTRACKED: f"({untracked} AND NOT {in_stock})",
        OUT_OF_STOCK: f"NOT EXISTS ({every} AND COALESCE({available(variant)}, {variant.min_quantity}) >= "
        f"{variant.min_quantity})",
    }[wanted]


def availability_of(offers: list[Offer]) -> str:
    """Return the availability of a product: in stock when one variant is, else untracked when one is, else out."""
    found = {offer.availability for offer in offers}
    return next((word for word in (IN_STOCK, UNTRACKED) if word in found), OUT_OF_STOCK)


def price(variant: Table, dialect: Dialect, shape: str) -> str:
    """Return the subquery of a variant's price for its least quantity: its ``"amount"``, or a ``"document"`` of
    amount, per and compare-at. The statement begins with :func:`channel_tables`."""
    row = Table(Price, "a")
    columns = row.amount if shape == "amount" else f"{dialect.row}({row.amount}, {row.per}, {row.compare_at})"
    return (
        f"(SELECT {columns} FROM {row} JOIN lists ON lists.id = {row.price_list} "
        f"WHERE {row.variant} = {variant.pk} AND {row.min_quantity} <= {variant.min_quantity} "
        f"AND {in_window(row.valid_from, row.valid_until)} "
        f"ORDER BY lists.place, {row.min_quantity} DESC, {row.valid_from} DESC NULLS LAST, {row.pk} LIMIT 1)"
    )


def available(variant: Table) -> str:
    """Return the subquery of the units that the channel can sell of a variant; NULL where stock is not tracked.

    A bundle has as many as its scarcest tracked item allows: what is not a bundle is its own only item. The statement
    begins with :func:`channel_tables`.
    """
    item, part, stock = Table(BundleItem, "b"), Table(Variant, "bv"), Table(StockItem, "s")
    sellable = f"{stock.on_hand} + {stock.backorder_limit} - {stock.allocated} - {stock.reserved}"
    of_part = (
        f"COALESCE((SELECT CAST(SUM({sellable}) AS bigint) FROM {stock} JOIN locations "
        f"ON locations.id = {stock.location} WHERE {stock.variant} = {part.pk}), 0)"
    )
    return (
        f"(SELECT MIN({of_part} / COALESCE({item.quantity}, 1)) FROM (SELECT 1 AS one) o "
        f"LEFT JOIN {item} ON {item.bundle} = {variant.pk} "
        f"JOIN {part} ON {part.pk} = COALESCE({item.variant}, {variant.pk}) AND {part.track_stock})"
    )


def channel_tables(dialect: Dialect) -> str:
    """Return what a statement with prices or stock begins with, behind ``WITH``: ``lists``, the price lists that the
    viewer buys by with their place in the documented order, and ``locations`` that serve the channel."""
    price_list, channel = Table(PriceList, "l"), Table(PriceList.channels.through, "lc")
    group, member = price_list.customer_group, Table(Customer.groups.through, "cg")
    own_groups = f"SELECT {member.customergroup} FROM {member} WHERE {member.customer} = %(customer)s"
    order = f"{price_list.priority} DESC, {group} IS NULL, {price_list.country} = '', {price_list.pk}"
    location, serves = Table(StockLocation, "sl"), Table(StockLocation.channels.through, "sc")
    return (
        f"lists AS {dialect.kept}(SELECT {price_list.pk} AS id, ROW_NUMBER() OVER (ORDER BY {order}) AS place "
        f"FROM {price_list} JOIN {channel} ON {channel.pricelist} = {price_list.pk} "
        f"WHERE {channel.channel} = %(channel)s AND {price_list.is_active} AND {price_list.currency} = %(currency)s "
        f"AND {price_list.country} IN ('', %(country)s) AND ({group} IS NULL OR {group} IN ({own_groups})) "
        f"AND {in_window(price_list.valid_from, price_list.valid_until)}), "
        f"locations AS {dialect.kept}(SELECT {location.pk} AS id FROM {location} "
        f"JOIN {serves} ON {serves.stocklocation} = {location.pk} "
        f"WHERE {serves.channel} = %(channel)s AND {location.is_active})"
    )


def _sold(variant: Table, product: str) -> str:
    return f"{variant.product} = {product} AND {variant.archived_at} IS NULL"
