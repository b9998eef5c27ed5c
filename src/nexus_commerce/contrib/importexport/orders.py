"""Orders as CSV: one row an order, amounts as decimals of the order's currency."""

import csv
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final, TextIO

from django.db.models import QuerySet

from nexus_commerce.contrib.importexport.reports import as_text_cell
from nexus_commerce.core.money import Money
from nexus_commerce.orders.models import Order

__all__ = ["write_orders"]

CHUNK: Final = 500
TEXTS: Final = ("number", "state", "payment_state", "fulfillment_state", "email", "currency", "shipping_method")
AMOUNTS: Final = (
    *("subtotal", "discount_total", "shipping_total", "fee_total", "rounding_total", "tax_total", "total"),
    *("captured", "refunded"),
)
TIMES: Final = ("created_at", "placed_at", "paid_at", "completed_at", "canceled_at")


def write_orders(file: TextIO, orders: QuerySet[Order], *, advanced: Callable[[int], None]) -> int:
    """Write the orders, oldest first, and return how many; ``advanced`` is told the number every few hundred rows.

    The order in memory is never more than one chunk, whatever the number of rows.
    """
    writer = csv.writer(file)
    writer.writerow(["id", *TEXTS, "channel", *TIMES, *AMOUNTS])
    done = 0
    for chunk in chunks(orders.select_related("channel")):
        writer.writerows(row_of(order) for order in chunk)
        done += len(chunk)
        advanced(done)
    return done


def chunks(orders: QuerySet[Order]) -> Iterator[list[Order]]:
    """Yield orders by their primary key, without a transaction that stays open for the whole export."""
    last = 0
    while chunk := list(orders.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield chunk
        last = chunk[-1].pk


def row_of(order: Order) -> list[Any]:
    """Return the cells of an order. What somebody typed is a text to any spreadsheet."""
    return [
        str(order.public_id),
        *(as_text_cell(getattr(order, name)) for name in TEXTS),
        as_text_cell(order.channel.code),
        *(moment(getattr(order, name)) for name in TIMES),
        *(Money(getattr(order, name), order.currency).amount for name in AMOUNTS),
    ]


def moment(value: datetime | None) -> str:
    """Return a moment as ISO 8601 in UTC; nothing for none."""
    return value.isoformat(timespec="seconds") if value else ""
