"""Booking money that came outside the shop."""

from __future__ import annotations

from django.db import transaction

from nexus_commerce.core.locking import lock_rows
from nexus_commerce.orders.models import Order, OrderEvent
from nexus_commerce.payments.deriving import Fact
from nexus_commerce.payments.errors import CaptureRefused, RefundRefused
from nexus_commerce.payments.models import Payment, Refund
from nexus_commerce.payments.services.facts import add_facts, lock_payments, sum_payments
from nexus_commerce.payments.services.providers import get_provider
from nexus_commerce.payments.services.refund_rows import settle_refund

__all__ = ["capture_manually", "confirm_refund", "lock_payment"]


def lock_payment(*, payment: Payment) -> tuple[Order, list[Payment], Payment]:
    """Lock the order of a payment, then all its payments; return them with the payment itself among them."""
    (order,) = lock_rows(Order.objects.filter(pk=payment.order_id).select_related("channel"))
    payments = lock_payments(order=order)
    return order, payments, next(row for row in payments if row.pk == payment.pk)


@transaction.atomic
def capture_manually(*, payment: Payment, amount: int, actor: str = "", note: str = "") -> Payment:
    """Book money that came outside the shop on a payment of an offline provider.

    The order is locked before its payments. ``amount`` is minor units of the payment's currency, more than zero and
    at most what is left of both the payment and the order: ``CaptureRefused`` otherwise. Writes ``payment.captured``;
    the order's payment state follows; sends ``payment_captured``.
    """
    order, payments, row = lock_payment(payment=payment)
    outstanding = min(row.amount - row.captured, order.total - order.captured + order.refunded)
    is_over = order.state not in ("placed", "completed", "review")
    if is_over or not get_provider(alias=row.provider).is_offline or not 0 < amount <= outstanding:
        raise CaptureRefused(field="amount", outstanding=max(0, outstanding), currency=row.currency)
    add_facts(payment=row, facts=[Fact("captured", row.captured + amount)])
    sum_payments(order=order, payments=payments, actor=actor, note=note)
    return row


@transaction.atomic
def confirm_refund(*, refund: Refund, actor: str = "", note: str = "") -> Refund:
    """Say that money of an offline payment was given back, as a pending refund asked for.

    Locks order and payments. Raises ``RefundRefused`` for a refund that an online provider carries out. Writes
    ``refund.succeeded``.
    """
    order, payments, row = lock_payment(payment=refund.payment)
    if not get_provider(alias=row.provider).is_offline:
        raise RefundRefused(field="refund", refundable=0, currency=row.currency)
    (mine,) = lock_rows(Refund.objects.filter(pk=refund.pk))
    mine.payment = row
    settle_refund(refund=mine, state="succeeded")
    sum_payments(order=order, payments=payments, actor=actor, note=note)
    OrderEvent.objects.create(order=order, type="refund", actor=actor, note=note, data={"amount": mine.amount})
    return mine
