"""Giving money back for an order."""

from __future__ import annotations

from django.db import transaction

from nexus_commerce.checkout.services.finalizing import lock_checkout
from nexus_commerce.core.attempts import Attempt
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.core.failpoints import failpoint
from nexus_commerce.core.retrying import retry_transaction
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import check_version
from nexus_commerce.payments.errors import PaymentNotFound
from nexus_commerce.payments.models import Payment, Refund
from nexus_commerce.payments.services import RefundRequest, carry_out_refund, open_refunds

__all__ = ["carry_out_refunds", "record_order", "refund_order"]

TARGETS = ("payment", "store_credit")


def refund_order(
    *,
    order: Order,
    request: RefundRequest,
    payment: Payment | None = None,
    target: str = "payment",
    reason: str = "",
    actor: str = "",
    expected_version: int | None = None,
    attempt: Attempt | None = None,
) -> Order:
    """Give back money for an order, in three phases, and return the order.

    First what is given back is counted and written, under the locks of order and payments: never more than was captured
    of a payment and of the order, and than was paid for a line and its units. Then the providers are asked, outside any
    transaction, each refund under its own key. One without an answer stays pending, and the sweeper asks again.
    ``target`` is ``payment``, where the money came from, or ``store_credit``. Stock is not touched: what comes back is
    another thing. Raises ``RefundRefused``, ``PaymentNotFound``, ``InvalidInput`` and ``OrderChanged``. Writes
    ``refund.pending``, ``refund.succeeded`` or ``refund.failed``.
    """
    attempt = attempt or Attempt()
    if target not in TARGETS:
        raise InvalidInput(field="target")
    if attempt.resource is None:
        retry_transaction(
            lambda: begin(order, request, payment, expected_version, target, reason, actor=actor, attempt=attempt)
        )
        failpoint("refund.begun")
    attempt.renew()
    carry_out_refunds(order=order, actor=actor)
    return record_order(order, attempt)


@transaction.atomic
def begin(
    order: Order,
    request: RefundRequest,
    payment: Payment | None,
    expected_version: int | None,
    target: str,
    reason: str,
    *,
    actor: str,
    attempt: Attempt,
) -> None:
    """The first transaction of a refund."""
    _, row, payments = lock_checkout(order.public_id)
    check_version(order=row, expected=expected_version)
    chosen = None
    if payment is not None:
        chosen = next((each for each in payments if each.pk == payment.pk), None)
        if chosen is None:
            raise PaymentNotFound(field="payment")
    refunds = open_refunds(
        order=row, payments=payments, request=request, payment=chosen, target=target, reason=reason, actor=actor
    )
    attempt.made(refunds[0].public_id)


def carry_out_refunds(*, order: Order, actor: str) -> None:
    """Ask providers for the refunds of an order that are pending."""
    for refund in Refund.objects.filter(payment__order=order, state="pending").order_by("pk"):
        carry_out_refund(refund=refund, actor=actor)


@transaction.atomic
def record_order(order: Order, attempt: Attempt) -> Order:
    """Return an order as its providers left it, and tell the attempt of it."""
    done = Order.objects.select_related("channel").get(pk=order.pk)
    attempt.record(done)
    return done
