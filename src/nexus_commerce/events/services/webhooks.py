"""Which events go to which endpoints, and which of them are due to be sent."""

from collections.abc import Iterable
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import Now, RowNumber

from nexus_commerce.events.errors import WebhookBusy, WebhookEndpointOff
from nexus_commerce.events.models import OutboxEvent, WebhookDelivery, WebhookEndpoint

__all__ = [
    "due_deliveries",
    "goes_out",
    "offer_deliveries",
    "open_deliveries",
    "queue_deliveries",
    "replay_delivery",
    "withdraw_delivery_offers",
]

INTERNAL: Final = (
    # What a payment provider said, before anybody looked into it: payment.captured and the like follow.
    "payment.notified",
    # Somebody asks for the link to an order: it goes to the customer by mail and to nobody else.
    "order.access_requested",
    # About webhooks themselves: an endpoint that fails cannot be told by webhook, and no endpoint is told of others.
    "webhook.*",
)
"""Types of events, or beginnings of types, that no endpoint is told of, whatever it asks for."""

OFFERED_FOR: Final = timedelta(minutes=1)


def goes_out(event_type: str) -> bool:
    """Tell whether endpoints may be told of events of this type."""
    return not any(fnmatchcase(event_type, pattern) for pattern in INTERNAL)


def queue_deliveries(*, event: OutboxEvent) -> int:
    """Queue an event for each active endpoint that asked for its type; return for how many.

    Called in the transaction that marks the event as handled. Called again, it changes nothing.
    """
    if not goes_out(event.type):
        return 0
    endpoints = [
        endpoint
        for endpoint in WebhookEndpoint.objects.filter(is_active=True).only("pk", "events")
        if any(fnmatchcase(event.type, pattern) for pattern in endpoint.events)
    ]
    WebhookDelivery.objects.bulk_create(
        (WebhookDelivery(endpoint=endpoint, event=event) for endpoint in endpoints), ignore_conflicts=True
    )
    return len(endpoints)


def open_deliveries(*, limit: int = 200) -> list[int]:
    """Return the ids of deliveries that are due by the database's clock.

    Endpoints take turns: one that is slow and has much to get does not keep the others waiting behind it.
    """
    return list(in_turns(due_deliveries()).values_list("pk", flat=True)[:limit])


def offer_deliveries(*, limit: int = 200) -> list[int]:
    """Return the ids of deliveries that are due, and keep them from being offered again for a minute.

    For a door that tells workers by messages: see ``offer_entries``.
    """
    free = Q(state="running") | Q(locked_until=None) | Q(locked_until__lte=Now())
    found = list(in_turns(due_deliveries().filter(free)).values_list("pk", flat=True)[:limit])
    WebhookDelivery.objects.filter(pk__in=found, state="pending").update(locked_until=Now() + OFFERED_FOR)
    return found


def withdraw_delivery_offers(*, delivery_ids: Iterable[int]) -> None:
    """Let deliveries be offered again at once: nobody was told of them."""
    WebhookDelivery.objects.filter(pk__in=list(delivery_ids), state="pending").update(locked_until=None)


def replay_delivery(*, delivery: WebhookDelivery) -> WebhookDelivery:
    """Send a delivery again from the beginning, whether it arrived or not; the log is kept.

    The receiver gets the same id and the same body. Raises ``WebhookBusy`` while it is being sent, and
    ``WebhookEndpointOff``.
    """
    active = WebhookEndpoint.objects.filter(pk=OuterRef("endpoint"), is_active=True)
    idle = ~Q(state="running") | Q(locked_until__lte=Now())
    reopened = WebhookDelivery.objects.filter(idle, Exists(active), pk=delivery.pk).update(
        state="pending", attempts=0, available_at=Now(), locked_until=None, finished_at=None
    )
    delivery.refresh_from_db()
    if not reopened:
        raise WebhookBusy() if delivery.endpoint.is_active else WebhookEndpointOff()
    return delivery


def due_deliveries() -> QuerySet[WebhookDelivery]:
    """Deliveries whose time has come, and those that a process left behind.

    Without joins: a claim by UPDATE must look at the row as it is once it holds it, not as it was when it began.
    """
    active = WebhookEndpoint.objects.filter(pk=OuterRef("endpoint"), is_active=True)
    ready = Q(state="pending") | Q(state="running", locked_until__lte=Now())
    return WebhookDelivery.objects.filter(
        ready, Exists(active), state__in=["pending", "running"], available_at__lte=Now()
    )


def in_turns(deliveries: QuerySet[WebhookDelivery]) -> QuerySet[WebhookDelivery]:
    """Order by how many of the same endpoint come before, then by how long they have waited."""
    order = ["available_at", "pk"]
    turn = Window(RowNumber(), partition_by=[F("endpoint")], order_by=order)
    return deliveries.annotate(turn=turn).order_by("turn", *order)
