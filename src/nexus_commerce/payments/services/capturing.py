"""Capturing what a provider holds, and giving it up."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import transaction

from nexus_commerce.core.attempts import Attempt
from nexus_commerce.core.failpoints import failpoint
from nexus_commerce.core.retrying import retry_transaction
from nexus_commerce.payments.deriving import Fact
from nexus_commerce.payments.errors import CaptureRefused, VoidRefused
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.providers.base import ProviderRefused
from nexus_commerce.payments.providers.reports import PaymentReport
from nexus_commerce.payments.services.asking import ask_capture, ask_void
from nexus_commerce.payments.services.facts import add_facts, sum_payments
from nexus_commerce.payments.services.manual import lock_payment
from nexus_commerce.payments.services.operations import begin_operation, end_operation
from nexus_commerce.payments.services.providers import get_provider
from nexus_commerce.payments.services.reporting import apply_report

__all__ = ["capture_payment", "carry_out_capture", "carry_out_void", "request_void", "void_payment"]


def capture_payment(
    *, payment: Payment, amount: int | None = None, actor: str = "", attempt: Attempt | None = None
) -> Payment:
    """Take ``amount`` minor units of what a provider holds for an order, or all of it, in three phases.

    First the capture is noted under the locks of order and payment (``CaptureRefused`` beyond what is held,
    ``PaymentBusy`` while the provider is being asked something else), then the provider is asked outside any
    transaction, last its answer is booked. Where nobody knows what became of it, the payment comes back with its
    ``operation`` still set, and the sweeper finds out. Writes ``payment.captured``.
    """
    attempt = attempt or Attempt()
    if attempt.resource is None:
        retry_transaction(lambda: begin_capture(payment, amount, attempt))
        failpoint("capture.begun")
    attempt.renew()
    return carry_out_capture(payment=payment, key=attempt.resource, actor=actor, attempt=attempt)


@transaction.atomic
def begin_capture(payment: Payment, amount: int | None, attempt: Attempt) -> None:
    """Note a capture on the locked payment."""
    order, _, row = lock_payment(payment=payment)
    held = row.authorized - row.captured
    wanted = held if amount is None else amount
    is_partial = wanted < held or row.captured > 0
    can = order.state in ("placed", "completed") and (
        get_provider(alias=row.provider).can_capture_partially or not is_partial
    )
    if not can or not 0 < wanted <= held:
        raise CaptureRefused(field="amount", outstanding=max(0, held), currency=row.currency)
    key = uuid4()
    begin_operation(payment=row, operation="capture", amount=wanted, key=key)
    attempt.made(key)


def carry_out_capture(
    *, payment: Payment, key: UUID | None, actor: str = "", attempt: Attempt | None = None
) -> Payment:
    """Ask the provider for the capture that was noted under ``key``, and book its answer.

    A capture that was booked already is not asked for again. Raises ``CaptureRefused`` where the provider refuses.
    """
    row = Payment.objects.select_related("order").get(pk=payment.pk)
    if row.operation != "capture" or row.operation_key != key:
        with transaction.atomic():
            (attempt or Attempt()).record(row)
        return row
    try:
        report = ask_capture(payment=row)
    except ProviderRefused as exc:
        return refuse_capture(row, exc, attempt)
    failpoint("capture.asked")
    booked = book(row, report, actor=actor, attempt=attempt)
    failpoint("capture.kept")
    return booked


@transaction.atomic
def book(payment: Payment, report: PaymentReport | None, *, actor: str, attempt: Attempt | None) -> Payment:
    """Book a provider's answer to an operation; without one, the operation stays for the sweeper."""
    order, payments, row = lock_payment(payment=payment)
    if report is not None:
        apply_report(payment=row, report=report)
        if row.operation_key == payment.operation_key:
            end_operation(payment=row)
        sum_payments(order=order, payments=payments, actor=actor)
    if attempt is not None:
        attempt.record(row)
    return row


def refuse_capture(payment: Payment, exc: ProviderRefused, attempt: Attempt | None) -> Payment:
    """End a capture that the provider refused."""
    held = payment.authorized - payment.captured
    error = CaptureRefused(field="amount", outstanding=max(0, held), currency=payment.currency, failure_code=exc.code)
    with transaction.atomic():
        _, _, row = lock_payment(payment=payment)
        if row.operation_key == payment.operation_key:
            end_operation(payment=row)
        if attempt is not None:
            attempt.record(error)
    raise error from exc


def void_payment(*, payment: Payment, actor: str = "", attempt: Attempt | None = None) -> Payment:
    """Give up what a provider holds for an order, in three phases as ``capture_payment``.

    Raises ``VoidRefused`` where nothing is held, and ``PaymentBusy``. Writes ``payment.voided``.
    """
    attempt = attempt or Attempt()
    if attempt.resource is None:
        retry_transaction(lambda: begin_void(payment, attempt))
        failpoint("void.begun")
    attempt.renew()
    return carry_out_void(payment=payment, actor=actor, attempt=attempt)


@transaction.atomic
def begin_void(payment: Payment, attempt: Attempt) -> None:
    """Note a void on the locked payment."""
    _, _, row = lock_payment(payment=payment)
    attempt.made(request_void(payment=row))


def request_void(*, payment: Payment) -> UUID:
    """Note on a locked payment that it is to be voided, and return the key of that. Raises ``VoidRefused``."""
    can = payment.state in ("pending", "unknown", "requires_action", "authorized", "partially_captured")
    if not can or not get_provider(alias=payment.provider).can_void:
        raise VoidRefused(field="payment", state=payment.state)
    key = uuid4()
    begin_operation(payment=payment, operation="void", key=key)
    return key


def carry_out_void(*, payment: Payment, actor: str = "", attempt: Attempt | None = None) -> Payment:
    """Ask the provider for the void that was noted, and book its answer.

    What never reached the provider, or belongs to an offline one, is voided without asking.
    """
    row = Payment.objects.select_related("order").get(pk=payment.pk)
    if row.operation != "void":
        with transaction.atomic():
            (attempt or Attempt()).record(row)
        return row
    if get_provider(alias=row.provider).is_offline or (row.provider_ref is None and row.state != "unknown"):
        return void_here(row, actor=actor, attempt=attempt)
    report = ask_void(payment=row) if row.provider_ref else None
    failpoint("void.asked")
    booked = book(row, report, actor=actor, attempt=attempt)
    failpoint("void.kept")
    return booked


@transaction.atomic
def void_here(payment: Payment, *, actor: str, attempt: Attempt | None) -> Payment:
    """Void a payment that no provider knows of."""
    order, payments, row = lock_payment(payment=payment)
    add_facts(payment=row, facts=[Fact("voided")])
    end_operation(payment=row)
    sum_payments(order=order, payments=payments, actor=actor)
    if attempt is not None:
        attempt.record(row)
    return row
