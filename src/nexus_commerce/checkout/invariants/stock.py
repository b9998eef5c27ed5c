"""Invariants of stock."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from nexus_commerce.checkout.invariants.base import Breaches, Invariant, breaches_of, total
from nexus_commerce.inventory.models import Allocation, Reservation, StockItem, StockMovement
from nexus_commerce.orders.models import Order

__all__ = ["STOCK"]

SWEEP_INTERVAL: Final = timedelta(minutes=10)
"""How long after its end a hold may still be there: sweeps run far more often."""


def within_bounds() -> Breaches:
    enough = Q(allocated__gte=0, reserved__gte=0, on_hand__gte=F("allocated") + F("reserved") - F("backorder_limit"))
    return breaches_of(StockItem.objects.exclude(enough))


def counters_are_sums() -> Breaches:
    open_units = F("quantity") - F("consumed") - F("released")
    items = StockItem.objects.annotate(
        promised=total(Allocation.objects.all(), "stock_item", open_units),
        held=total(Reservation.objects.all(), "stock_item", F("quantity")),
    )
    return breaches_of(items.filter(~Q(allocated=F("promised")) | ~Q(reserved=F("held"))))


def movements_explain() -> Breaches:
    items = StockItem.objects.annotate(moved=total(StockMovement.objects.all(), "stock_item", F("quantity")))
    return breaches_of(items.exclude(on_hand=F("moved")))


def units_are_conserved() -> Breaches:
    shipped = StockMovement.objects.filter(reason="shipped")
    items = StockItem.objects.annotate(
        gone=total(shipped, "stock_item", F("quantity")),
        consumed=total(Allocation.objects.all(), "stock_item", F("consumed")),
    )
    return breaches_of(items.exclude(gone=-F("consumed")))


def holds_end() -> Breaches:
    return breaches_of(Reservation.objects.filter(expires_at__lt=Now() - SWEEP_INTERVAL))


def holds_have_a_checkout() -> Breaches:
    waiting = Order.objects.filter(state__in=("pending", "review"), cart__public_id=OuterRef("holder"))
    return breaches_of(Reservation.objects.annotate(is_wanted=Exists(waiting)).filter(is_wanted=False))


def promises_have_an_order() -> Breaches:
    orders = Order.objects.filter(public_id=OuterRef("order"), state__in=("placed", "completed"))
    still_open = Allocation.objects.filter(quantity__gt=F("consumed") + F("released"))
    return breaches_of(still_open.annotate(is_wanted=Exists(orders)).filter(is_wanted=False))


STOCK: Final = (
    Invariant("stock.bounds", "No more is promised and held than is on hand or may be backordered.", within_bounds),
    Invariant("stock.counters", "What is promised and held is the sum of its rows.", counters_are_sums),
    Invariant("stock.movements", "What is on hand is the sum of its movements.", movements_explain),
    Invariant("stock.shipped", "What left the stock is what promises were used up for.", units_are_conserved),
    Invariant("stock.holds", "A hold that is over holds nothing.", holds_end),
    Invariant("stock.holders", "Units are held for orders that are being paid or looked at.", holds_have_a_checkout),
    Invariant("stock.promises", "Units are promised to orders that are placed.", promises_have_an_order),
)
