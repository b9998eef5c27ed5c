"""Webhooks: events for other systems."""

from __future__ import annotations

from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.events.services import queue_deliveries
from nexus_commerce.events.services.webhooks import goes_out
from nexus_commerce.events.subscribers import Subscriber

__all__ = ["Webhooks"]


class Webhooks(Subscriber):
    """Queue an event for each endpoint that asked for its type.

    Which types go out at all stands in ``events.services.webhooks.INTERNAL``. Sending is a matter of its own: here
    a delivery is written in the transaction that marks the event as handled, so that each endpoint gets one.
    """

    name = "nexus.webhooks"

    def wants(self, event_type: str) -> bool:
        """Tell whether endpoints may be told of events of this type."""
        return goes_out(event_type)

    def handle(self, event: OutboxEvent) -> None:
        """Write a delivery for each endpoint."""
        queue_deliveries(event=event)
