"""Services of webhooks and the signal that each sends, for tests/core/test_every_signal.py."""

from collections.abc import Callable
from typing import Any

from nexus_commerce.events import services as events
from nexus_commerce.events.models import WebhookDelivery, WebhookEndpoint
from tests.events.receiving import delivery_to

__all__ = ["WEBHOOK_SCENARIOS", "WEBHOOK_SILENT"]


def endpoint() -> WebhookEndpoint:
    """Register an address that needs no name server."""
    return events.create_endpoint(name="ERP", url="https://93.184.216.34/hook", events=["order.*"])[0]


def unreachable() -> WebhookEndpoint:
    """Register an address that is refused before anything is sent."""
    row = endpoint()
    WebhookEndpoint.objects.filter(pk=row.pk).update(url="https://127.0.0.1/hook")
    row.refresh_from_db()
    return row


def delivery() -> WebhookDelivery:
    return delivery_to(unreachable())


WEBHOOK_SCENARIOS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "create_endpoint": ("webhook_endpoint_changed", lambda s: endpoint()),
    "change_endpoint": ("webhook_endpoint_changed", lambda s: events.change_endpoint(endpoint=endpoint(), name="New")),
    "rotate_secret": ("webhook_endpoint_changed", lambda s: events.rotate_secret(endpoint=endpoint())),
    "disable_endpoint": ("webhook_endpoint_changed", lambda s: events.disable_endpoint(endpoint=endpoint())),
    "enable_endpoint": (
        "webhook_endpoint_changed",
        lambda s: events.enable_endpoint(endpoint=events.disable_endpoint(endpoint=endpoint())),
    ),
    "send_delivery": ("webhook_tried", lambda s: events.send_delivery(delivery_id=delivery().pk)),
    "send_deliveries": ("webhook_tried", lambda s: (delivery(), events.send_deliveries())),
    "send_test": ("webhook_tried", lambda s: events.send_test(endpoint=unreachable())),
}
WEBHOOK_SILENT = {
    # What is queued tells of nothing yet: sending it does.
    "offer_deliveries",
    "open_deliveries",
    "queue_deliveries",
    "replay_delivery",
    "withdraw_delivery_offers",
}
