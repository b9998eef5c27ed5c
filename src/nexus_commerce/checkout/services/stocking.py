"""What the lines of an order want of the stock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import UUID

from nexus_commerce.cart.services import PricedLine
from nexus_commerce.catalog.models import Bundle
from nexus_commerce.inventory.errors import OutOfStock
from nexus_commerce.inventory.services import Wanted
from nexus_commerce.orders.models import Order

__all__ = ["naming_cart_lines", "wanted", "wanted_by_order"]


def wanted(public_id: UUID, entry: PricedLine) -> Wanted:
    """Return what an order line, by its public id, wants of the stock."""
    variant = entry.offer.variant
    return Wanted(
        line=public_id,
        variant_id=variant.pk,
        sku=variant.sku,
        quantity=entry.line.quantity,
        track_stock=variant.track_stock,
        is_bundle=entry.offer.is_bundle,
    )


def wanted_by_order(order: Order) -> Sequence[Wanted]:
    """Return what the lines of a stored order want; two statements."""
    return [
        Wanted(
            line=line.public_id,
            variant_id=line.variant_id,
            sku=line.sku,
            quantity=line.quantity - line.canceled_quantity,
            track_stock=line.variant.track_stock,
            is_bundle=issubclass(line.variant.product.get_real_instance_class() or object, Bundle),
        )
        for line in order.lines.select_related("variant__product")
        if line.quantity > line.canceled_quantity
    ]


@contextmanager
def naming_cart_lines(cart_lines: Mapping[UUID, UUID]) -> Iterator[None]:
    """Have ``OutOfStock`` name the lines of the cart: the order's own are gone with the transaction."""
    names = {str(order_line): str(cart_line) for order_line, cart_line in cart_lines.items()}
    try:
        yield
    except OutOfStock as exc:
        raise OutOfStock(lines=[line | {"line": names[line["line"]]} for line in exc.params["lines"]]) from exc
