"""One process at a time asks a provider about a payment; whoever dies while asking is followed by another."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Now

from nexus_commerce.payments.errors import PaymentBusy
from nexus_commerce.payments.models import Payment

__all__ = ["LEASE", "begin_operation", "end_operation", "leave_operation", "take_up_operation"]

LEASE: Final = timedelta(seconds=60)
"""How long one process may ask; longer than the time limits of providers."""
CAN_START: Final = ("pending", "unknown", "requires_action")
"""States of a payment that may still be asked for; not of one that somebody has given up, or that has been made."""


def begin_operation(*, payment: Payment, operation: str, amount: int | None = None, key: UUID) -> None:
    """Note that the provider is going to be asked, by a conditional UPDATE: one operation at a time.

    Raises ``PaymentBusy`` while another is under way, and where a payment that is over was to be started. The same
    operation with the same key is taken up again once its lease has run out.
    """
    mine = Q(operation="") | Q(operation=operation, operation_key=key, locked_until__lt=Now())
    if operation == "start":
        mine &= Q(state__in=CAN_START)
    rows = Payment.objects.filter(mine, pk=payment.pk).update(
        operation=operation,
        operation_amount=amount,
        operation_key=key,
        locked_until=Now() + LEASE,
        version=F("version") + 1,
    )
    if not rows:
        raise PaymentBusy(field="payment")
    payment.operation, payment.operation_amount, payment.operation_key = operation, amount, key
    payment.version += 1


def take_up_operation(*, payment: Payment) -> bool:
    """Take over the operation of a payment whose lease has run out; tell whether it was."""
    rows = (
        Payment.objects.filter(pk=payment.pk, locked_until__lt=Now())
        .exclude(operation="")
        .update(locked_until=Now() + LEASE)
    )
    return bool(rows)


def leave_operation(*, payment: Payment) -> None:
    """Let others take up at once what this process began and cannot bring to its end: it could not book the answer.

    Does nothing where another has taken it over. Raises ``DatabaseError`` where even that cannot be written; then the
    lease runs out by itself.
    """
    mine = Payment.objects.filter(pk=payment.pk, operation_key=payment.operation_key, version=payment.version)
    mine.exclude(operation="").update(locked_until=Now())


def end_operation(*, payment: Payment) -> None:
    """Note, in the transaction that books the answer, that the provider has answered."""
    columns = {"operation": "", "operation_amount": None, "operation_key": None, "locked_until": None}
    Payment.objects.filter(pk=payment.pk).update(**columns)
    for name, value in columns.items():
        setattr(payment, name, value)
