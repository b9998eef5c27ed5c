"""Mails and webhooks, made from events."""

from __future__ import annotations

from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.events.subscribers import Subscriber

__all__ = ["Emails", "Webhooks"]


class Emails(Subscriber):
    """Mail to customers. A mail is not sent twice: where nobody knows, people decide."""

    name = "nexus.emails"
    types = ("order.*", "shipment.*", "refund.*")
    sends = True
    may_repeat = False

    def handle(self, event: OutboxEvent) -> None:
        """Send the mails that belong to the event."""


class Webhooks(Subscriber):
    """Queue an event for every endpoint that asked for its type."""

    name = "nexus.webhooks"

    def handle(self, event: OutboxEvent) -> None:
        """Write a delivery for each endpoint."""
