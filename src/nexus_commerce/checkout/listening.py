"""What checkout does when it hears of events."""

from __future__ import annotations

from nexus_commerce.checkout.services import bring_up_to_date
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.events.subscribers import Subscriber
from nexus_commerce.payments.models import Payment

__all__ = ["PaymentNotices"]


class PaymentNotices(Subscriber):
    """Ask a provider what its message was about, and bring the order on by what it answers.

    Asking twice does no harm. Without an answer the sweeper goes on.
    """

    name = "nexus.payment_notices"
    types = ("payment.notified",)
    sends = True

    def handle(self, event: OutboxEvent) -> None:
        """Fetch the payment and finalize its order."""
        payment = Payment.objects.select_related("order").get(public_id=event.payload["payment"])
        bring_up_to_date(payment=payment, actor=payment.provider)
