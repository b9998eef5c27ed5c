"""The second phase of a checkout: the provider is asked, outside any transaction."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.db import DatabaseError, OperationalError

from nexus_commerce.checkout.services.finalizing import declined, finalize
from nexus_commerce.checkout.services.results import PlacedOrder
from nexus_commerce.core.attempts import Attempt
from nexus_commerce.core.failpoints import failpoint
from nexus_commerce.payments.errors import PaymentBusy
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.providers.reports import PaymentReport
from nexus_commerce.payments.services import ask_payment, begin_operation, fetch_payment, leave_operation

__all__ = ["look_up", "pay"]


def pay(placed: PlacedOrder, *, data: Mapping[str, Any], actor: str, attempt: Attempt) -> PlacedOrder:
    """Ask the provider for the payment of a pending order, and finalize by what it answers.

    One process at a time asks about a payment: while another does, the order comes back as it is, and nobody is asked
    for one that was given up in the meantime. Raises ``PaymentDeclined`` when the provider said no, or the payment was
    given up; the order has expired then.
    """
    payment = placed.payment
    if payment is None:
        return placed
    try:
        begin_operation(payment=payment, operation="start", amount=payment.amount, key=payment.public_id)
    except PaymentBusy:
        return answer(as_others_left_it(placed, payment))
    attempt.renew()
    report = ask_payment(payment=payment, data=data)
    failpoint("checkout.before_finalize")
    try:
        done = finalize_for(placed, payment, report, actor=actor, attempt=attempt)
    except OperationalError:
        # The database was too busy to book the answer. Who asks again need not wait for the lease to run out.
        with suppress(DatabaseError):
            leave_operation(payment=payment)
        raise
    failpoint("checkout.finalized")
    return answer(done)


def look_up(placed: PlacedOrder, payment: Payment, *, actor: str, attempt: Attempt) -> PlacedOrder:
    """Ask the provider how a payment stands, and finalize by what it answers. Raises ``PaymentDeclined``."""
    attempt.renew()
    report = fetch_payment(payment=payment)
    return answer(finalize_for(placed, payment, report, actor=actor, attempt=attempt))


def finalize_for(
    placed: PlacedOrder, payment: Payment, report: PaymentReport | None, *, actor: str, attempt: Attempt
) -> PlacedOrder:
    """Finalize an order for the one who has its token."""
    return finalize(
        order=placed.order.public_id,
        payment=payment,
        report=report,
        token=placed.token,
        is_new=placed.is_new,
        actor=actor,
        attempt=attempt,
    )


def as_others_left_it(placed: PlacedOrder, payment: Payment) -> PlacedOrder:
    """Read again what another process asks for, or has brought to an end."""
    placed.order.refresh_from_db()
    payment.refresh_from_db()
    return replace(placed, failure=declined(payment) if placed.order.state == "expired" else None)


def answer(placed: PlacedOrder) -> PlacedOrder:
    """Return what came of a payment; raise ``PaymentDeclined`` where the order expired with it."""
    if placed.failure is not None:
        raise placed.failure
    return placed
