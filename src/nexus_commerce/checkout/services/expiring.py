"""An order that came to nothing: everything that was held for it is given back."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import F

from nexus_commerce.cart.models import Cart
from nexus_commerce.inventory.services import release_reservations
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import change_state
from nexus_commerce.payments.deriving import Fact
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.services import add_facts, is_tender, sum_payments
from nexus_commerce.payments.services.credit import release_credit
from nexus_commerce.promotions.services import release_redemptions

__all__ = ["expire", "give_back_tender"]


def expire(*, order: Order, payments: Sequence[Payment], cart: Cart | None, actor: str = "", note: str = "") -> Order:
    """Let a pending order expire, with cart, order and payments locked, in the caller's transaction.

    Its number is never used again. Promotions, gift cards and stock are given back, and the cart is open again. Writes
    ``order.expired``.
    """
    change_state(order=order, state="expired", actor=actor, note=note)
    if cart is not None:
        thaw(cart)
    release_redemptions(order=order.public_id)
    give_back_tender(payments, actor=actor)
    sum_payments(order=order, payments=payments, actor=actor)
    if cart is not None:
        release_reservations(holder=cart.public_id)
    return order


def give_back_tender(payments: Sequence[Payment], *, actor: str) -> None:
    """Give back what gift cards and store credit hold for payments that were not captured."""
    for payment in payments:
        if is_tender(payment.provider) and payment.state == "authorized":
            release_credit(payment=payment, actor=actor)
            add_facts(payment=payment, facts=[Fact("voided")])


def thaw(cart: Cart) -> None:
    """Open a frozen cart again. Where its customer has begun another one since, it is kept beside that, by a name."""
    mine = Cart.objects.filter(pk=cart.pk, state="frozen")
    try:
        with transaction.atomic():
            mine.update(state="open", version=F("version") + 1)
    except IntegrityError:
        mine.update(state="open", version=F("version") + 1, name=f"{cart.name} {cart.pk}".strip()[:64])
