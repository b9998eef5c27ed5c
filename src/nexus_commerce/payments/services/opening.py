"""Opening payments."""

from __future__ import annotations

from django.db import transaction

from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.providers.base import PaymentProvider
from nexus_commerce.payments.signals import payment_opened

__all__ = ["open_payment"]


@transaction.atomic
def open_payment(
    *, order: Order, provider: PaymentProvider, amount: int | None = None, return_url: str = ""
) -> Payment:
    """Open a payment over ``amount`` minor units, or the order's total, in the caller's transaction.

    ``return_url`` is where the provider sends the shopper back to; it does not change any more. Sends
    ``payment_opened``.
    """
    payment = Payment.objects.create(
        order=order,
        provider=provider.alias,
        currency=order.currency,
        amount=order.total if amount is None else amount,
        return_url=return_url,
    )
    payment_opened.send_after_commit(Payment, payment=payment)
    return payment
