"""Invariants of stock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from nexus_commerce.checkout.invariants.base import Breaches, Invariant, breaches_of, merged, named, total, unequal
from nexus_commerce.inventory.models import Allocation, Reservation, StockItem, StockMovement
from nexus_commerce.orders.models import Order, OrderLine

__all__ = ["STOCK"]

SWEEP_INTERVAL: Final = timedelta(minutes=10)
"""How long after its end a hold may still be there: sweeps run far more often."""

NOT_PLACED: Final = ("pending", "expired", "review", "canceled")


def within_bounds() -> Breaches:
    enough = Q(allocated__gte=0, reserved__gte=0, on_hand__gte=F("allocated") + F("reserved") - F("backorder_limit"))
    return breaches_of(StockItem.objects.exclude(enough))


def counters_are_sums() -> Breaches:
    open_units = F("quantity") - F("consumed") - F("released")
    return breaches_of(
        *unequal(Allocation.objects.all(), "stock_item", allocated=open_units),
        *unequal(Reservation.objects.all(), "stock_item", reserved=F("quantity")),
    )


def movements_explain() -> Breaches:
    return breaches_of(*unequal(StockMovement.objects.all(), "stock_item", on_hand=F("quantity")))


def units_are_conserved() -> Breaches:
    shipped = StockMovement.objects.filter(reason="shipped")
    items = StockItem.objects.annotate(
        gone=total(shipped, "stock_item", F("quantity")),
        consumed=total(Allocation.objects.all(), "stock_item", F("consumed")),
    )
    return breaches_of(items.exclude(gone=-F("consumed")))


def lines_have_their_units() -> Breaches:
    return named(lines_without_their_units())


def lines_without_their_units() -> Iterator[str]:
    """Yield the lines to which other units of their own variant are promised than they want, or left than were sent.

    Lines without such promises are passed over: untracked goods, and bundles, which promise other variants.
    """
    lines = OrderLine.objects.order_by("public_id").values_list(
        "public_id", "variant_id", "quantity", "canceled_quantity", "shipped_quantity"
    )
    promises = Allocation.objects.order_by("line").values_list(
        "line", "stock_item__variant_id", "quantity", "consumed", "released"
    )
    for (public_id, variant, quantity, canceled, shipped), rows in merged(lines, promises):
        own = [row for row in rows if row[1] == variant]
        kept = sum(promised - released for _, _, promised, _, released in own)
        if own and (kept, sum(row[3] for row in own)) != (quantity - canceled, shipped):
            yield f"order line {public_id}"


def holds_end() -> Breaches:
    return breaches_of(Reservation.objects.filter(expires_at__lt=Now() - SWEEP_INTERVAL))


def holds_have_a_checkout() -> Breaches:
    waiting = Order.objects.filter(state__in=("pending", "review"), cart__public_id=OuterRef("holder"))
    return breaches_of(Reservation.objects.filter(~Exists(waiting)))


def promises_have_an_order() -> Breaches:
    orders = Order.objects.filter(public_id=OuterRef("order")).exclude(state__in=NOT_PLACED)
    still_open = Allocation.objects.filter(quantity__gt=F("consumed") + F("released"))
    return breaches_of(still_open.filter(~Exists(orders)))


STOCK: Final = (
    Invariant("stock.bounds", "No more is promised and held than is on hand or may be backordered.", within_bounds),
    Invariant("stock.counters", "What is promised and held is the sum of its rows.", counters_are_sums),
    Invariant("stock.movements", "What is on hand is the sum of its movements.", movements_explain),
    Invariant("stock.shipped", "What left the stock is what promises were used up for.", units_are_conserved),
    Invariant("stock.lines", "To a line is promised what was ordered, and what was sent left.", lines_have_their_units),
    Invariant("stock.holds", "A hold that is over holds nothing.", holds_end),
    Invariant("stock.holders", "Units are held for orders that are being paid or looked at.", holds_have_a_checkout),
    Invariant("stock.promises", "Units are promised to orders that are placed.", promises_have_an_order),
)
