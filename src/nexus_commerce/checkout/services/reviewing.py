"""Orders that somebody has to look at: the money is accounted for, what to do about it is for people."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from nexus_commerce.cart.models import Cart
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import change_state
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.services import sum_payments, write_refund
from nexus_commerce.payments.services.credit_accounts import give_store_credit

__all__ = ["give_surplus", "send_to_review"]


def send_to_review(*, order: Order, reason: str, actor: str = "") -> Order:
    """Put an order aside for people, in the caller's transaction, with the order locked. Writes ``order.review``.

    ``reason`` is ``late_payment`` (money for an expired order), ``out_of_stock``, ``surplus``, ``partial_payment``,
    ``amount_mismatch`` or ``currency_mismatch``. An expired order takes its cart back, which is locked too: it is not
    paid a second time. Where the cart has become another order, it lets go of the cart.
    """
    if order.cart_id is not None and order.state == "expired":
        others = Order.objects.filter(cart=order.cart_id).exclude(pk=order.pk).exclude(state="expired")
        if others.exists():
            order.cart = None
        else:
            Cart.objects.filter(pk=order.cart_id, state="open").update(state="frozen", version=F("version") + 1)
    order.review_reason = reason
    order.save(update_fields=["review_reason", "cart", "updated_at"])
    return change_state(order=order, state="review", actor=actor, note=reason)


@transaction.atomic
def give_surplus(*, order: Order, payments: Sequence[Payment], actor: str = "") -> None:
    """Give what was captured beyond what was asked for to the shopper as store credit, once.

    Called with order and payments locked. It counts as refunded, so that nothing is outstanding below zero.
    """
    for payment in payments:
        surplus = payment.captured - payment.refunded - payment.refund_pending - payment.amount
        if surplus <= 0 or not (order.customer_id or order.email):
            continue
        refund = write_refund(
            payment=payment, amount=surplus, state="succeeded", target="store_credit", reason="surplus", actor=actor
        )
        give_store_credit(
            customer=order.customer,
            email=order.email,
            currency=payment.currency,
            amount=surplus,
            key=f"refund:{refund.public_id}",
            reason="surplus",
            actor=actor,
        )
    sum_payments(order=order, payments=payments, actor=actor)
