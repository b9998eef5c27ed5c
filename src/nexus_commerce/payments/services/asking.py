"""Asking providers, outside any transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from nexus_commerce.core.failpoints import failpoint
from nexus_commerce.core.outside import refuse_inside_transaction
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import Payment, Refund
from nexus_commerce.payments.providers.base import PaymentProvider, ProviderRefused, ProviderUnavailable
from nexus_commerce.payments.providers.reports import PaymentReport, PaymentRequest, RefundReport
from nexus_commerce.payments.services.providers import get_provider

__all__ = ["ask_capture", "ask_payment", "ask_refund", "ask_void", "fetch_payment"]

logger: Final = logging.getLogger("nexus_commerce.payments")

AnswerT = TypeVar("AnswerT")


def ask_payment(*, payment: Payment, data: Mapping[str, Any]) -> PaymentReport | None:
    """Start a payment at its provider and try to get the money; None where nobody knows what became of it.

    A payment that was started before is fetched first, so that what happened then is not asked for again. The
    provider's reference is stored at once. A refusal is a report with the status ``failed``.
    """
    refuse_inside_transaction()
    provider = get_provider(alias=payment.provider)
    request = request_of(payment, data)
    return told(payment, lambda: _pay(provider, payment, request))


def _pay(provider: PaymentProvider, payment: Payment, request: PaymentRequest) -> PaymentReport:
    if payment.provider_ref is None:
        failpoint("payment.before_start")
        report = provider.start(request, key=payment.public_id)
        failpoint("payment.started")
        Payment.objects.filter(pk=payment.pk, provider_ref=None).update(provider_ref=report.ref)
        payment.provider_ref = report.ref
        failpoint("payment.start_kept")
    else:
        report = fetched(provider, payment.provider_ref)
    if report.status == "pending":
        report = provider.authorize(report.ref, request, key=payment.public_id)
    failpoint("payment.authorized")
    return report


def fetch_payment(*, payment: Payment) -> PaymentReport | None:
    """Ask the provider how a payment stands; None where it does not answer.

    A payment whose reference never came back is started again by the same key, which tells it and moves nothing.
    """
    refuse_inside_transaction()
    provider = get_provider(alias=payment.provider)
    if payment.provider_ref is None:
        return told(payment, lambda: _find(provider, payment))
    ref = payment.provider_ref
    return told(payment, lambda: fetched(provider, ref))


def fetched(provider: PaymentProvider, ref: str) -> PaymentReport:
    """Return a payment as its provider has it. One that it does not want to show is unknown, not failed."""
    try:
        return provider.fetch(ref)
    except ProviderRefused as exc:
        raise ProviderUnavailable(exc.code) from exc


def _find(provider: PaymentProvider, payment: Payment) -> PaymentReport:
    report = provider.start(request_of(payment, {}), key=payment.public_id)
    Payment.objects.filter(pk=payment.pk, provider_ref=None).update(provider_ref=report.ref)
    payment.provider_ref = report.ref
    return fetched(provider, report.ref)


def ask_capture(*, payment: Payment) -> PaymentReport | None:
    """Ask the provider to capture what the payment's operation says; None where nobody knows.

    Raises ``ProviderRefused``.
    """
    refuse_inside_transaction()
    provider, ref, key = get_provider(alias=payment.provider), payment.provider_ref or "", payment.operation_key
    amount = payment.operation_amount or 0
    if key is None:
        raise ValueError("The payment has no operation.")
    return answered(payment, lambda: provider.capture(ref, amount=amount, currency=payment.currency, key=key))


def ask_void(*, payment: Payment) -> PaymentReport | None:
    """Ask the provider to give up what it holds, or a payment that nobody will complete; None where nobody knows.

    Where it refuses, the payment is fetched: it may have been captured in the meantime.
    """
    refuse_inside_transaction()
    provider, ref, key = get_provider(alias=payment.provider), payment.provider_ref, payment.operation_key
    if key is None or ref is None:
        raise ValueError("The payment has no operation, or never reached its provider.")
    try:
        return answered(payment, lambda: provider.void(ref, key=key))
    except ProviderRefused:
        return answered(payment, lambda: fetched(provider, ref))


def ask_refund(*, refund: Refund) -> RefundReport | None:
    """Ask the provider to give money back, or, once it took that on, how it stands; None where nobody knows."""
    refuse_inside_transaction()
    payment = refund.payment
    provider, ref, known = get_provider(alias=payment.provider), payment.provider_ref or "", refund.provider_ref
    try:
        if known:
            return answered(payment, lambda: provider.fetch_refund(ref, known))
        return answered(
            payment,
            lambda: provider.refund(ref, amount=refund.amount, currency=payment.currency, key=refund.public_id),
        )
    except ProviderRefused as exc:
        return RefundReport(ref=known or "", status="failed", failure_code=exc.code)


def told(payment: Payment, ask: Callable[[], PaymentReport]) -> PaymentReport | None:
    """Return what a provider answers; a refusal is a failed payment."""
    try:
        return answered(payment, ask)
    except ProviderRefused as exc:
        return PaymentReport(
            ref=payment.provider_ref or "",
            status="failed",
            amount=payment.amount,
            currency=payment.currency,
            failure_code=exc.code,
        )


def answered(payment: Payment, ask: Callable[[], AnswerT]) -> AnswerT | None:
    """Return what a provider answers, or None, with a log entry, where it fails in any way but a refusal."""
    try:
        return ask()
    except ProviderRefused:
        raise
    except Exception as exc:
        # Whatever went wrong, it says nothing about the money. Its text might hold secrets of the provider's client.
        logger.warning("Payment %s: %s did not answer (%s).", payment.public_id, payment.provider, type(exc).__name__)
        return None


def request_of(payment: Payment, data: Mapping[str, Any]) -> PaymentRequest:
    """Return what the provider is told of a payment."""
    order: Order = payment.order
    return PaymentRequest(
        payment=payment.public_id,
        order=order.public_id,
        number=order.number,
        amount=payment.amount,
        currency=payment.currency,
        email=order.email,
        language=order.language,
        return_url=payment.return_url,
        data=data,
    )
