"""Canceling an order: stock, promotions and money go back, as one choreography."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from nexus_commerce.cart.models import Cart
from nexus_commerce.checkout.errors import OrderShipped
from nexus_commerce.checkout.services.expiring import give_back_tender
from nexus_commerce.checkout.services.finalizing import lock_checkout
from nexus_commerce.checkout.services.refunding import carry_out_refunds, record_order
from nexus_commerce.core.attempts import Attempt
from nexus_commerce.core.retrying import retry_transaction
from nexus_commerce.fulfillment.services import cancel_pending_shipments
from nexus_commerce.inventory.services import release_allocations, release_reservations
from nexus_commerce.orders.models import Order, OrderLine
from nexus_commerce.orders.services import change_state, check_version
from nexus_commerce.payments.errors import PaymentBusy
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.services import (
    RefundRequest,
    carry_out_void,
    is_tender,
    open_refunds,
    request_void,
    sum_payments,
)
from nexus_commerce.promotions.services import release_redemptions

__all__ = ["cancel_order"]

HELD = ("pending", "unknown", "requires_action", "authorized", "partially_captured")


def cancel_order(
    *,
    order: Order,
    reason: str = "",
    actor: str = "",
    expected_version: int | None = None,
    attempt: Attempt | None = None,
) -> Order:
    """Cancel an order of which nothing was sent, give back what it holds, and give its money back.

    In one transaction the order is canceled, pending shipments too, stock is released, uses of promotions and coupons
    are given back, gift cards and store credit get their money, and voids and refunds of providers are noted; then the
    providers are asked, outside any transaction. One that does not answer is asked again by the sweeper: nothing is
    forgotten. Refunds of money that came outside the shop wait for ``confirm_refund``. Raises ``IllegalOrderState``,
    ``OrderShipped``, ``PaymentBusy`` while a provider is being asked to capture, and ``OrderChanged``. Writes
    ``order.canceled``; sends ``order_state_changed``.
    """
    attempt = attempt or Attempt()
    if attempt.resource is None:
        retry_transaction(lambda: cancel(order, expected_version, reason=reason, actor=actor, attempt=attempt))
    attempt.renew()
    carry_out_voids(order, actor=actor)
    carry_out_refunds(order=order, actor=actor)
    return record_order(order, attempt)


@transaction.atomic
def cancel(order: Order, expected_version: int | None, *, reason: str, actor: str, attempt: Attempt) -> None:
    """The one transaction of a cancellation."""
    cart, row, payments = lock_checkout(order.public_id)
    check_version(order=row, expected=expected_version)
    if row.lines.filter(shipped_quantity__gt=0).exists():
        raise OrderShipped
    change_state(order=row, state="canceled", actor=actor, note=reason)
    cancel_pending_shipments(order=row, actor=actor, note=reason)
    OrderLine.objects.filter(order=row).update(canceled_quantity=F("quantity"))
    release_redemptions(order=row.public_id)
    give_money_back(row, payments, reason=reason, actor=actor)
    free_stock(row, cart)
    attempt.made(row.public_id)


def give_money_back(order: Order, payments: Sequence[Payment], *, reason: str, actor: str) -> None:
    """Note what is to be voided and refunded; what is the shop's own to give back is given back at once."""
    give_back_tender(payments, actor=actor)
    for payment in payments:
        if payment.operation == "capture":
            raise PaymentBusy(field="payment")
        if not is_tender(payment.provider) and payment.state in HELD and not payment.operation:
            request_void(payment=payment)
    sum_payments(order=order, payments=payments, actor=actor, note=reason)
    if order.captured > order.refunded + order.refund_pending:
        open_refunds(order=order, payments=payments, request=RefundRequest(everything=True), reason=reason, actor=actor)


def free_stock(order: Order, cart: Cart | None) -> None:
    """Free what was promised to the order and what its checkout still holds, and close the cart of an order that was in
    review."""
    release_allocations(order=order.public_id)
    if cart is not None:
        Cart.objects.filter(pk=cart.pk, state="frozen").update(state="ordered")
        release_reservations(holder=cart.public_id)


def carry_out_voids(order: Order, *, actor: str) -> None:
    """Ask providers for the voids that were noted."""
    for payment in Payment.objects.filter(order=order, operation="void"):
        carry_out_void(payment=payment, actor=actor)
