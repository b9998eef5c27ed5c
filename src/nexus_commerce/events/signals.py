"""Signals of events: what happens to webhooks."""

from nexus_commerce.core.signals import CommerceSignal

__all__ = ["webhook_endpoint_changed", "webhook_tried"]

webhook_endpoint_changed = CommerceSignal(
    "A webhook endpoint was made, changed, switched on or off, tested, or got a new secret.",
    endpoint="the WebhookEndpoint",
    change="created, changed, secret_rotated, enabled, disabled or test",
    actor="who did it, as their user name; empty where the library did",
)

webhook_tried = CommerceSignal(
    "An event was sent to a webhook endpoint, whatever came of it.",
    delivery="the WebhookDelivery, as it was when it was sent",
    state="what it is now: delivered, pending (it is tried again) or dead",
    status="the status of the reply; None where there was none",
)
