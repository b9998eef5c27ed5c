"""Short ways to orders that can be sent."""

from typing import Any
from uuid import UUID

from nexus_commerce.catalog.models import Bundle, BundleItem, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import place_order
from nexus_commerce.inventory.models import StockItem, StockLocation
from nexus_commerce.orders.models import Order, OrderLine
from nexus_commerce.payments.services import capture_manually
from nexus_commerce.testing.factories import make_price, make_product
from tests.cart.shopping import put, ready_cart

__all__ = ["at", "bundle_of", "fresh", "line_of", "paid_order", "stocked", "units", "unpaid_order"]


def stocked(channel: Channel, stock: int | None = 10, **fields: Any) -> Variant:
    return make_product(channel=channel, amount=1000, stock=stock, **fields).variants.get()


def unpaid_order(channel: Channel, *wanted: tuple[Variant, int]) -> Order:
    cart = ready_cart(channel)
    for variant, quantity in wanted:
        put(cart, variant, quantity)
    return place_order(cart=cart).order


def paid_order(channel: Channel, *wanted: tuple[Variant, int]) -> Order:
    order = unpaid_order(channel, *wanted)
    capture_manually(payment=order.payments.get(), amount=order.total)
    return fresh(order)


def fresh(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def line_of(order: Order, position: int = 1) -> OrderLine:
    return order.lines.get(position=position)


def bundle_of(channel: Channel, parts: dict[Variant, int]) -> Variant:
    """Write a bundle at 10.00 with so many units of each part."""
    bundle = make_product(product_type=Bundle, channel=channel, track_stock=False).variants.get()
    make_price(variant=bundle, amount=1000, channel=channel)
    for variant, quantity in parts.items():
        BundleItem.objects.create(bundle=bundle, variant=variant, quantity=quantity)
    return bundle


def at(variant: Variant, location: StockLocation | None = None) -> tuple[int, int]:
    """Return what is on hand and allocated of a variant, everywhere or at a location."""
    items = StockItem.objects.filter(variant=variant, **({"location": location} if location else {}))
    rows = items.values_list("on_hand", "allocated")
    return sum(row[0] for row in rows), sum(row[1] for row in rows)


def units(order: Order, *quantities: int) -> dict[UUID, int]:
    """Return so many units of the first, second, ... line; none where it is 0."""
    lines = order.lines.order_by("position")
    return {line.public_id: quantity for line, quantity in zip(lines, quantities, strict=False) if quantity}
