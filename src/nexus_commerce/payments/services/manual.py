"""Opening payments and booking money."""

from uuid import uuid4

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from nexus_commerce.events.services import record_event
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import record_captured
from nexus_commerce.payments.errors import CaptureRefused
from nexus_commerce.payments.models import Payment, PaymentEvent
from nexus_commerce.payments.providers.base import PaymentProvider
from nexus_commerce.payments.services.providers import get_provider
from nexus_commerce.payments.signals import payment_captured, payment_opened

__all__ = ["capture_manually", "open_payment"]


@transaction.atomic
def open_payment(*, order: Order, provider: PaymentProvider) -> Payment:
    """Open a payment over the order's total, in the caller's transaction. Sends ``payment_opened``."""
    payment = Payment.objects.create(order=order, provider=provider.alias, currency=order.currency, amount=order.total)
    payment_opened.send_after_commit(Payment, payment=payment)
    return payment


@transaction.atomic
def capture_manually(*, payment: Payment, amount: int, actor: str = "", note: str = "") -> Payment:
    """Book money that came outside the shop on a payment of an offline provider.

    The order is locked before the payment. ``amount`` is minor units of the payment's currency, more than zero and
    at most what is left of both the payment and the order: ``CaptureRefused`` otherwise. A conditional UPDATE and a
    constraint hold the same. Writes ``payment.captured``; the order's payment state follows; sends
    ``payment_captured``.
    """
    Order.objects.select_for_update().get(pk=payment.order_id)
    payment.refresh_from_db()
    order = payment.order
    outstanding = min(payment.amount - payment.captured, order.total - order.captured)
    if not get_provider(alias=payment.provider).is_offline or not 0 < amount <= outstanding:
        raise CaptureRefused(field="amount", outstanding=max(0, outstanding))
    state = "captured" if payment.captured + amount == payment.amount else "partially_captured"
    rows = Payment.objects.filter(pk=payment.pk, captured__lte=F("amount") - amount).update(
        captured=F("captured") + amount, state=state, version=F("version") + 1, updated_at=timezone.now()
    )
    if rows != 1:
        raise CaptureRefused(field="amount", outstanding=0)
    payment.refresh_from_db()
    PaymentEvent.objects.create(
        payment=payment,
        provider=payment.provider,
        provider_event=uuid4().hex,
        type="captured",
        amount=amount,
        data={"actor": actor, "note": note},
    )
    record_event(
        type="payment.captured",
        aggregate="payment",
        aggregate_id=payment.public_id,
        version=payment.version,
        payload={"order": str(order.public_id), "amount": amount, "currency": payment.currency},
    )
    record_captured(order=order, amount=amount, actor=actor, note=note)
    payment_captured.send_after_commit(Payment, payment=payment, amount=amount)
    return payment
