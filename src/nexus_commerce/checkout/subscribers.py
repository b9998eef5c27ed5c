"""What checkout does when it hears of events."""

from __future__ import annotations

from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.events.subscribers import Subscriber

__all__ = ["PaymentNotices"]


class PaymentNotices(Subscriber):
    """Ask a provider what its message was about, and bring the order on by what it answers."""

    name = "nexus.payment_notices"
    types = ("payment.notified",)
    sends = True

    def handle(self, event: OutboxEvent) -> None:
        """Fetch the payment and finalize its order."""
        raise NotImplementedError
