"""The last phase of a checkout, the same for the shopper's call, the provider's message and the sweeper: in whatever
order they come, and however often, one final state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from nexus_commerce.cart.models import Cart
from nexus_commerce.checkout.services.expiring import expire
from nexus_commerce.checkout.services.results import PlacedOrder
from nexus_commerce.checkout.services.reviewing import give_surplus, send_to_review
from nexus_commerce.checkout.services.stocking import wanted_by_order
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.attempts import Attempt
from nexus_commerce.core.failpoints import failpoint
from nexus_commerce.core.loading import remember_related
from nexus_commerce.core.locking import lock_rows
from nexus_commerce.core.retrying import retry_transaction
from nexus_commerce.inventory.errors import OutOfStock
from nexus_commerce.inventory.services import allocate_reserved, extend_reservations
from nexus_commerce.orders.errors import OrderNotFound
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import change_state
from nexus_commerce.orders.signals import order_placed
from nexus_commerce.payments.deriving import Fact
from nexus_commerce.payments.errors import PaymentBusy, PaymentDeclined, VoidRefused
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.providers.reports import PaymentReport
from nexus_commerce.payments.services import (
    add_facts,
    apply_report,
    end_operation,
    is_tender,
    lock_payments,
    mark_unknown,
    mismatch_of,
    request_void,
    sum_payments,
)
from nexus_commerce.promotions.services import confirm_redemptions

__all__ = ["declined", "finalize", "lock_checkout", "main_payment", "place_paid"]

OVER = ("failed", "voided")
"""States of a payment that brings no money any more."""


def finalize(
    *,
    order: UUID,
    payment: Payment | None = None,
    report: PaymentReport | None = None,
    token: str | None = None,
    is_new: bool = False,
    actor: str = "",
    attempt: Attempt | None = None,
) -> PlacedOrder:
    """Book what a provider says of a payment, and bring its order on as far as the payments carry it.

    One transaction; cart, order and payments are locked in this order, stock last. A pending order whose payments cover
    its total is placed; one whose payment failed expires and opens the cart again; one whose shopper has to do
    something waits on. Money that comes for an order that has expired, that is not what was asked for, or for which
    there is no stock any more, sends the order to review, with the money accounted for; what is only held is given up.
    Without a ``report`` nobody knows what became of the payment: it is ``unknown`` until somebody asks again.
    ``token`` and ``is_new`` come back as they are, with the order.
    """

    def recorded(placed: PlacedOrder) -> PlacedOrder:
        failure = declined(placed.payment) if placed.order.state == "expired" else None
        whole = replace(placed, token=token, is_new=is_new, failure=failure)
        (attempt or Attempt()).record(failure or whole)
        return whole

    return retry_transaction(lambda: settle(order, payment, report, actor=actor, recorded=recorded))


@transaction.atomic
def settle(
    public_id: UUID,
    asked: Payment | None,
    report: PaymentReport | None,
    *,
    actor: str,
    recorded: Callable[[PlacedOrder], PlacedOrder],
) -> PlacedOrder:
    """The one transaction of ``finalize``."""
    cart, order, payments = lock_checkout(public_id)
    payment = next((row for row in payments if asked is not None and row.pk == asked.pk), None)
    failpoint("checkout.finalizing")
    if payment is not None:
        book(payment, report)
    problem = mismatch_of(payment, report) if payment is not None and report is not None else ""
    sum_payments(order=order, payments=payments, actor=actor)
    bring_on(order, payments, cart, problem=problem, actor=actor)
    remember_related(order, payments=payments)
    return recorded(PlacedOrder(order, main_payment(payments), token=None, is_new=False))


def declined(payment: Payment | None) -> PaymentDeclined:
    """Return the error that says why there is no order."""
    return PaymentDeclined(field="provider", failure_code=payment.failure_code if payment else "")


def lock_checkout(public_id: UUID) -> tuple[Cart | None, Order, list[Payment]]:
    """Lock the cart of an order, the order, and its payments. Raises ``OrderNotFound``."""
    cart_id = Order.objects.filter(public_id=public_id).values_list("cart_id", flat=True)
    carts = lock_rows(Cart.objects.filter(pk__in=list(cart_id)))
    rows = lock_rows(Order.objects.select_related("channel", "customer").filter(public_id=public_id))
    if not rows:
        raise OrderNotFound
    return next(iter(carts), None), rows[0], lock_payments(order=rows[0])


def main_payment(payments: Sequence[Payment]) -> Payment | None:
    """Return the payment that a provider was asked for last."""
    return next((row for row in reversed(payments) if not is_tender(row.provider)), None)


def book(payment: Payment, report: PaymentReport | None) -> None:
    """Book a report, or that there is none, on a locked payment, and let others ask again."""
    if report is None:
        if payment.state == "pending":
            mark_unknown(payment=payment)
        return
    apply_report(payment=payment, report=report)
    if payment.operation == "start":
        end_operation(payment=payment)


def bring_on(order: Order, payments: Sequence[Payment], cart: Cart | None, *, problem: str, actor: str) -> None:
    """Bring an order on as far as its payments carry it."""
    if problem == "surplus":
        give_surplus(order=order, payments=payments, actor=actor)
    if order.state == "pending":
        bring_on_pending(order, payments, cart, problem=problem, actor=actor)
    elif order.state == "expired":
        refuse_late_money(order, payments, actor=actor)


def bring_on_pending(order: Order, payments: Sequence[Payment], cart: Cart | None, *, problem: str, actor: str) -> None:
    """Place a pending order, let it expire, have somebody look at it, or wait on."""
    if problem:
        send_to_review(order=order, reason=problem, actor=actor)
    elif order.captured + order.authorized >= order.total:
        try_to_place(order, payments, cart, actor=actor)
    elif order.captured and any(row.captured and not is_tender(row.provider) for row in payments):
        send_to_review(order=order, reason="partial_payment", actor=actor)
    elif any(row.state in OVER or (row.authorized and not is_tender(row.provider)) for row in payments):
        give_up(payments)
        expire(order=order, payments=payments, cart=cart, actor=actor)
    elif any(row.state == "requires_action" for row in payments):
        wait_longer(order, cart)


def try_to_place(order: Order, payments: Sequence[Payment], cart: Cart | None, *, actor: str) -> None:
    """Place a paid order. Where its stock is gone, what was taken is looked at by people, what is held is given up."""
    try:
        with transaction.atomic():
            place_paid(order=order, payments=payments, cart=cart, actor=actor)
    except OutOfStock:
        # What was booked before the stock was asked for is undone: in memory too, or a balance would not be given back.
        order.refresh_from_db()
        for row in payments:
            row.refresh_from_db()
            row.order = order
        if any(row.captured and not is_tender(row.provider) for row in payments):
            send_to_review(order=order, reason="out_of_stock", actor=actor)
            return
        give_up(payments)
        expire(order=order, payments=payments, cart=cart, actor=actor, note="out of stock")


def place_paid(*, order: Order, payments: Sequence[Payment], cart: Cart | None, actor: str = "") -> None:
    """Place an order that its payments cover, in the caller's transaction: redemptions become uses, what is held of the
    stock is promised. Raises ``OutOfStock`` where what was held has been sold. Writes ``order.placed``."""
    change_state(order=order, state="placed", actor=actor)
    if order.review_reason:
        order.review_reason = ""
        order.save(update_fields=["review_reason"])
    if cart is not None:
        Cart.objects.filter(pk=cart.pk, state="frozen").update(state="ordered")
    for row in payments:
        if is_tender(row.provider) and row.state == "authorized":
            add_facts(payment=row, facts=[Fact("captured", row.amount)])
    sum_payments(order=order, payments=payments, actor=actor)
    confirm_redemptions(order=order.public_id)
    allocate_reserved(
        holder=cart.public_id if cart is not None else order.public_id,
        order=order.public_id,
        channel=order.channel,
        lines=wanted_by_order(order),
    )
    order_placed.send_after_commit(Order, order=order)


def wait_longer(order: Order, cart: Cart | None) -> None:
    """Hold what is held for as long again, within the policy's bounds: the shopper is busy with the payment."""
    policy = nexus_settings.CHECKOUT_POLICY()
    hold_for: timedelta = policy.hold_for
    if timezone.now() - order.created_at > policy.hold_at_most - hold_for:
        return
    Order.objects.filter(pk=order.pk).update(expires_at=Now() + hold_for)
    order.refresh_from_db(fields=["expires_at"])
    if cart is not None:
        extend_reservations(holder=cart.public_id, hold_for=hold_for)


def refuse_late_money(order: Order, payments: Sequence[Payment], *, actor: str) -> None:
    """Have people look at money that came for an expired order; give up what is only held."""
    if any(row.captured > row.refunded for row in payments):
        send_to_review(order=order, reason="late_payment", actor=actor)
    else:
        give_up(payments)


def give_up(payments: Sequence[Payment]) -> None:
    """Note that what providers hold is to be voided; the sweeper asks them."""
    for row in payments:
        if not is_tender(row.provider) and row.state == "authorized":
            try:
                request_void(payment=row)
            except (PaymentBusy, VoidRefused):
                continue
