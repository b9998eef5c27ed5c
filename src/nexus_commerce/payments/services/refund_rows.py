"""Refunds as rows: opened, succeeded or failed, each with what it counts on its payment."""

from __future__ import annotations

from typing import Literal

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from nexus_commerce.events.services import Event, record_events
from nexus_commerce.orders.models import OrderLine
from nexus_commerce.payments.deriving import Fact
from nexus_commerce.payments.errors import RefundRefused
from nexus_commerce.payments.models import Payment, Refund
from nexus_commerce.payments.services.facts import add_facts
from nexus_commerce.payments.signals import refund_changed

__all__ = ["settle_refund", "write_refund"]


@transaction.atomic
def write_refund(
    *,
    payment: Payment,
    amount: int,
    state: Literal["pending", "succeeded"] = "pending",
    target: str = "payment",
    shipping_amount: int = 0,
    reason: str = "",
    actor: str = "",
) -> Refund:
    """Write a refund of ``amount`` minor units of a locked payment, and count it.

    A conditional UPDATE whose row count is checked guards what can be given back; a constraint holds the same. Raises
    ``RefundRefused`` where there is not as much. Writes ``refund.<state>``; sends ``refund_changed``.
    """
    left = Payment.objects.filter(pk=payment.pk, captured__gte=F("refunded") + F("refund_pending") + amount)
    if amount <= 0 or not left.update(refund_pending=F("refund_pending") + amount, updated_at=timezone.now()):
        raise RefundRefused(field="amount", refundable=max(0, payment.refundable), currency=payment.currency)
    payment.refund_pending += amount
    refund = Refund.objects.create(
        payment=payment,
        amount=amount,
        target=target,
        shipping_amount=shipping_amount,
        reason=reason[:255],
        actor=actor[:255],
    )
    tell(refund)
    return settle_refund(refund=refund, state="succeeded") if state == "succeeded" else refund


@transaction.atomic
def settle_refund(
    *, refund: Refund, state: Literal["succeeded", "failed"], provider_ref: str | None = None, failure_code: str = ""
) -> Refund:
    """Say what became of a pending refund, with order and payment locked; a settled one stays as it is.

    One that succeeded counts as refunded; one that failed gives its amount, and the units of its lines, free again.
    Writes ``refund.<state>``; sends ``refund_changed``.
    """
    if refund.state != "pending":
        return refund
    payment = refund.payment
    refund.state, refund.failure_code, refund.locked_until = state, failure_code[:64], None
    if provider_ref:
        refund.provider_ref = provider_ref
    refund.save(update_fields=["state", "failure_code", "provider_ref", "locked_until", "updated_at"])
    Payment.objects.filter(pk=payment.pk).update(refund_pending=F("refund_pending") - refund.amount)
    payment.refund_pending -= refund.amount
    if state == "succeeded":
        add_facts(payment=payment, facts=[Fact("refunded", payment.refunded + refund.amount)])
    else:
        free_lines(refund)
    tell(refund)
    return refund


def free_lines(refund: Refund) -> None:
    """Let the units and amounts of a failed refund be refunded again."""
    for line in refund.lines.all():
        OrderLine.objects.filter(pk=line.order_line_id).update(
            refunded_quantity=F("refunded_quantity") - line.quantity,
            refunded_amount=F("refunded_amount") - line.amount,
        )


def tell(refund: Refund) -> None:
    """Tell others of the refund's state."""
    payment = refund.payment
    event = Event(
        type=f"refund.{refund.state}",
        aggregate="refund",
        aggregate_id=refund.public_id,
        version=1 if refund.state == "pending" else 2,
        payload={
            "order": str(payment.order.public_id),
            "payment": str(payment.public_id),
            "amount": refund.amount,
            "currency": payment.currency,
            "target": refund.target,
        },
    )
    record_events(events=[event])
    refund_changed.send_after_commit(Refund, refund=refund, state=refund.state)
