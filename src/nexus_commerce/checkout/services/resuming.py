"""Going on with a checkout that was begun: asked again, come back to, or given up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from nexus_commerce.cart.errors import CartNotOpen
from nexus_commerce.cart.models import Cart
from nexus_commerce.checkout.errors import CheckoutNotPending
from nexus_commerce.checkout.services.finalizing import declined, finalize, main_payment
from nexus_commerce.checkout.services.paying import look_up, pay
from nexus_commerce.checkout.services.results import PlacedOrder
from nexus_commerce.core.attempts import Attempt
from nexus_commerce.core.locking import lock_rows
from nexus_commerce.core.retrying import retry_transaction
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import access_token_of
from nexus_commerce.payments.errors import PaymentBusy, PaymentDeclined
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.services import carry_out_void, fetch_payment, lock_payments, request_void

__all__ = ["abandon_checkout", "close", "complete_payment", "existing_order", "resume_checkout"]

WAITING = ("pending", "unknown", "requires_action")


def resume_checkout(
    *,
    cart: Cart,
    payment_data: Mapping[str, Any] | None = None,
    actor: str = "",
    now: datetime | None = None,
    attempt: Attempt | None = None,
) -> PlacedOrder:
    """Return the order that a cart has become; where it is still being paid, go on with that.

    Raises ``CartNotOpen`` where the cart was closed otherwise, and ``PaymentDeclined`` where the payment came to
    nothing: the cart is open again then.
    """
    attempt = attempt or Attempt()
    placed = existing_order(cart=cart, now=now)
    payment = placed.payment
    if placed.order.state != "pending" or payment is None:
        with transaction.atomic():
            attempt.record(placed)
        return placed
    if payment.state == "requires_action":
        return look_up(placed, payment, actor=actor, attempt=attempt)
    return pay(placed, data=payment_data or {}, actor=actor, attempt=attempt)


def existing_order(*, cart: Cart, now: datetime | None = None) -> PlacedOrder:
    """Return the live order of a cart. Raises ``CartNotOpen``."""
    order = Order.objects.select_related("channel").filter(cart=cart).exclude(state="expired").first()
    if order is None:
        raise CartNotOpen
    return placed_of(order, now=now)


def placed_of(order: Order, *, now: datetime | None = None) -> PlacedOrder:
    """Return an order as a checkout returns it."""
    payments = list(order.payments.select_related("order"))
    token = access_token_of(order=order, now=now) if order.customer_id is None else None
    return PlacedOrder(order, main_payment(payments), token, is_new=False)


def complete_payment(*, order: Order, actor: str = "", attempt: Attempt | None = None) -> PlacedOrder:
    """Find out how the payment of a pending order stands, when the shopper comes back from the provider.

    Nothing that the shopper's browser says counts: the provider is asked. Any other order comes back as it is. Raises
    ``PaymentDeclined``, for an order that has expired too.
    """
    attempt = attempt or Attempt()
    placed = placed_of(order)
    if order.state == "expired":
        raise declined(placed.payment)
    if order.state != "pending" or placed.payment is None:
        with transaction.atomic():
            attempt.record(placed)
        return placed
    return look_up(placed, placed.payment, actor=actor, attempt=attempt)


def abandon_checkout(*, order: Order, actor: str = "", attempt: Attempt | None = None) -> Order:
    """Give up a pending order: its payment is voided at the provider, and the cart is open again.

    The provider is asked first: a payment that went through after all places the order. Raises ``CheckoutNotPending``
    for an order that is placed, and ``PaymentBusy`` while the provider is being asked.
    """
    attempt = attempt or Attempt()
    try:
        done = close(order, actor=actor, attempt=attempt)
    except PaymentDeclined:
        done = Order.objects.get(pk=order.pk)
    if done.state == "pending":
        raise PaymentBusy(field="payment")
    if done.state != "expired":
        raise CheckoutNotPending(state=done.state)
    return done


def close(order: Order, *, actor: str, attempt: Attempt) -> Order:
    """Void the payment of a pending order, or learn that it went through, and finalize."""
    row, payment = retry_transaction(lambda: begin_void(order))
    if row.state != "pending":
        return row
    report = None
    if payment is not None:
        voided = carry_out_void(payment=payment, actor=actor)
        report = fetch_payment(payment=voided) if voided.provider_ref else None
    return finalize(order=row.public_id, payment=payment, report=report, actor=actor, attempt=attempt).order


@transaction.atomic
def begin_void(order: Order) -> tuple[Order, Payment | None]:
    """Lock a pending order and note that its payment is to be voided; return both."""
    (row,) = lock_rows(Order.objects.filter(pk=order.pk))
    payment = main_payment(lock_payments(order=row))
    if row.state == "pending" and payment is not None and payment.state in WAITING and payment.operation != "void":
        request_void(payment=payment)
    return row, payment
