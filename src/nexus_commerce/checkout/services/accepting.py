"""Placing an order after somebody has looked at it."""

from __future__ import annotations

from django.db import transaction

from nexus_commerce.checkout.services.finalizing import lock_checkout, place_paid
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import check_version

__all__ = ["accept_order"]


@transaction.atomic
def accept_order(*, order: Order, actor: str = "", expected_version: int | None = None) -> Order:
    """Place an order that was in review: it is as good as paid, whatever was odd about it.

    Locks cart, order and payments, stock last. Raises ``IllegalOrderState``, ``OutOfStock`` where its goods cannot be
    promised, and ``OrderChanged``; to give the money back instead is ``cancel_order``. Writes ``order.placed``.
    """
    cart, row, payments = lock_checkout(order.public_id)
    check_version(order=row, expected=expected_version)
    place_paid(order=row, payments=payments, cart=cart, actor=actor)
    return row
