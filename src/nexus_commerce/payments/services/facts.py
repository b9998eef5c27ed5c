"""What is known of a payment, written once each, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from django.db import transaction

from nexus_commerce.core.locking import lock_rows
from nexus_commerce.events.services import record_event
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import Paid, update_money
from nexus_commerce.payments.deriving import Fact, derive
from nexus_commerce.payments.models import Payment, PaymentEvent
from nexus_commerce.payments.signals import payment_captured, payment_changed

__all__ = ["add_facts", "lock_payments", "sum_payments"]

TOLD: Final = frozenset({"requires_action", "authorized", "failed", "voided", "captured", "partially_captured"})
"""States that others hear of; refunds tell of themselves."""


def lock_payments(*, order: Order) -> list[Payment]:
    """Lock the payments of a locked order, in the order in which they were opened."""
    payments = lock_rows(Payment.objects.filter(order=order))
    for payment in payments:
        payment.order = order
    return payments


@transaction.atomic
def add_facts(*, payment: Payment, facts: Iterable[Fact], failure_code: str = "") -> Payment:
    """Write facts about a locked payment, each once, and derive its state and totals from all there are.

    A fact is the same one when payment, type and figure are the same: a message and a reply that say the same, and the
    same message twice, leave one row. Writes ``payment.<state>`` where the state or what was captured changed; sends
    ``payment_changed`` then, and ``payment_captured`` where money came.
    """
    known = {(name, amount or 0) for name, amount in payment.events.values_list("type", "amount")}
    new = [fact for fact in dict.fromkeys(facts) if (fact.type, fact.amount) not in known]
    PaymentEvent.objects.bulk_create(
        PaymentEvent(
            payment=payment,
            provider=payment.provider,
            provider_event=f"{payment.public_id}:{fact.type}:{fact.amount}",
            type=fact.type,
            amount=fact.amount,
            data={"failure_code": failure_code} if failure_code and fact.type == "failed" else {},
        )
        for fact in new
    )
    everything = [*(Fact(name, amount) for name, amount in known), *new]
    return _derive(payment, everything, failure_code)


def _derive(payment: Payment, facts: Sequence[Fact], failure_code: str) -> Payment:
    before, had = payment.state, payment.captured
    derived = derive(payment.amount, facts)
    now = (derived.state, derived.authorized, derived.captured, derived.refunded)
    if now == (before, payment.authorized, had, payment.refunded):
        return payment
    payment.state, payment.authorized, payment.captured, payment.refunded = now
    if failure_code and payment.state == "failed":
        payment.failure_code = failure_code[:64]
    if payment.state != "requires_action":
        payment.next_action = {}
    payment.version += 1
    columns = ["state", "authorized", "captured", "refunded", "failure_code", "next_action", "version", "updated_at"]
    payment.save(update_fields=columns)
    if payment.state in TOLD:
        record_event(
            type=f"payment.{payment.state}",
            aggregate="payment",
            aggregate_id=payment.public_id,
            version=payment.version,
            payload={
                "order": str(payment.order.public_id),
                "amount": payment.amount,
                "authorized": payment.authorized,
                "captured": payment.captured,
                "currency": payment.currency,
            },
        )
    payment_changed.send_after_commit(Payment, payment=payment, from_state=before, to_state=payment.state)
    if payment.captured > had:
        payment_captured.send_after_commit(Payment, payment=payment, amount=payment.captured - had)
    return payment


@transaction.atomic
def sum_payments(*, order: Order, payments: Sequence[Payment] | None = None, actor: str = "", note: str = "") -> Order:
    """Tell a locked order what its payments, read here where they are not given, come to."""
    rows = list(Payment.objects.filter(order=order)) if payments is None else payments
    paid = Paid(
        authorized=sum(max(0, row.authorized - row.captured) for row in rows),
        captured=sum(row.captured for row in rows),
        refunded=sum(row.refunded for row in rows),
        refund_pending=sum(row.refund_pending for row in rows),
    )
    return update_money(order=order, paid=paid, actor=actor, note=note)
