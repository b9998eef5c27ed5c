"""Short ways to hold, promise and look at stock in tests."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import F, Sum

from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.inventory.models import StockItem
from nexus_commerce.inventory.services import Wanted, allocate_stock, reserve_stock, set_on_hand
from nexus_commerce.testing.factories import make_stock_location, make_variant

SOON = timedelta(minutes=10)
PAST = timedelta(seconds=-1)


def stocked(channel: Channel, units: int) -> Variant:
    """Return a variant whose units came in by a movement."""
    variant = make_variant()
    location = channel.stock_locations.first() or make_stock_location(channel=channel)
    set_on_hand(variant=variant, location=location, quantity=units)
    return variant


def wanted(variant: Variant, quantity: int = 1, *, is_bundle: bool = False) -> Wanted:
    return Wanted(uuid4(), variant.pk, variant.sku, quantity, variant.track_stock, is_bundle)


def hold(channel: Channel, *lines: Wanted, hold_for: timedelta = SOON, holder: UUID | None = None) -> UUID:
    holder = holder or uuid4()
    reserve_stock(holder=holder, channel=channel, lines=lines, hold_for=hold_for)
    return holder


def promise(channel: Channel, *lines: Wanted) -> UUID:
    order = uuid4()
    allocate_stock(order=order, channel=channel, lines=lines)
    return order


def levels(variant: Variant) -> tuple[int, int, int]:
    return StockItem.objects.values_list("on_hand", "allocated", "reserved").get(variant=variant)


def breaches() -> list[Any]:
    """Return the stock items that break one of the invariants I1 to I3."""
    found = []
    for item in StockItem.objects.all():
        open_units = F("quantity") - F("consumed") - F("released")
        sums = (
            item.movements.aggregate(units=Sum("quantity", default=0))["units"],
            item.allocations.aggregate(units=Sum(open_units, default=0))["units"],
            item.reservations.aggregate(units=Sum("quantity", default=0))["units"],
        )
        counters = (item.on_hand, item.allocated, item.reserved)
        if sums != counters or min(counters) < 0 or item.available < 0:
            found.append((item.pk, counters, sums))
    return found
