"""Booking what a provider says of a payment."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.db.models import Sum

from nexus_commerce.payments.deriving import Fact
from nexus_commerce.payments.models import Payment, Refund
from nexus_commerce.payments.providers.reports import PaymentReport
from nexus_commerce.payments.services.facts import add_facts
from nexus_commerce.payments.services.refund_rows import write_refund

__all__ = ["apply_report", "mark_unknown", "mismatch_of"]

STATES: Final = ("requires_action", "voided", "failed")
"""Statuses that are facts by themselves; the others follow from the totals."""


def mismatch_of(payment: Payment, report: PaymentReport) -> str:
    """Return in what a report differs from the payment that it should be about; empty where it does not."""
    if report.currency.upper() != payment.currency:
        return "currency_mismatch"
    if report.amount != payment.amount:
        return "amount_mismatch"
    return "surplus" if report.captured > payment.amount else ""


@transaction.atomic
def apply_report(*, payment: Payment, report: PaymentReport) -> Payment:
    """Book a report on a locked payment, whose order is locked too; the same report again changes nothing.

    A report in another currency leaves nothing but a fact (``mismatch``): its figures mean something else here. Money
    is booked as it came, whatever was asked for; whether it pays is for the caller to decide (``mismatch_of``). What
    was given back at the provider itself becomes a refund. Writes what ``add_facts`` writes; the caller sums the
    order's payments.
    """
    if payment.provider_ref is None and report.ref:
        payment.provider_ref = report.ref
        payment.save(update_fields=["provider_ref", "updated_at"])
    if mismatch_of(payment, report) == "currency_mismatch":
        return add_facts(payment=payment, facts=[Fact("mismatch")])
    facts = [Fact(report.status)] if report.status in STATES else []
    if report.authorized:
        facts.append(Fact("authorized", report.authorized))
    if report.captured:
        facts.append(Fact("captured", report.captured))
    keep_action(payment, report)
    add_facts(payment=payment, facts=facts, failure_code=report.failure_code)
    book_outside_refunds(payment, report)
    return payment


def keep_action(payment: Payment, report: PaymentReport) -> None:
    """Keep what the shopper has to do, and until when what is held is held."""
    action = dict(report.next_action) if report.status == "requires_action" else payment.next_action
    if action != payment.next_action or (report.expires_at and report.expires_at != payment.expires_at):
        payment.next_action = action
        payment.expires_at = report.expires_at or payment.expires_at
        payment.save(update_fields=["next_action", "expires_at", "updated_at"])


def book_outside_refunds(payment: Payment, report: PaymentReport) -> None:
    """Write a refund for what was given back at the provider and not by this shop."""
    if not report.refunded:
        return
    mine = Refund.objects.filter(payment=payment, target="payment").exclude(state="failed")
    extra = report.refunded - (mine.aggregate(total=Sum("amount"))["total"] or 0)
    amount = min(extra, payment.refundable)
    if amount > 0:
        write_refund(payment=payment, amount=amount, state="succeeded", reason="refunded at the provider")


@transaction.atomic
def mark_unknown(*, payment: Payment) -> Payment:
    """Note on a locked payment that nobody knows what became of what the provider was asked."""
    return add_facts(payment=payment, facts=[Fact("unknown")])
