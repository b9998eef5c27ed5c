"""Invariants of events.

Whether an event that was handed on reached every subscriber cannot be asked afterwards, because nobody keeps which
there were then; the relay writes all entries in the transaction that marks the event. What can be asked is whether
anything waits that should have been handled.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import CharField, Count, Exists, F, Min, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat, Now

from nexus_commerce.checkout.invariants.base import Breaches, Invariant, breaches_of
from nexus_commerce.events.models import InboxEntry, OutboxEvent, WebhookDelivery
from nexus_commerce.orders.models import OrderEvent

__all__ = ["EVENTS"]

STUCK_AFTER: Final = timedelta(days=1)
MARGIN: Final = timedelta(minutes=1)
"""By how much clocks may differ where old events were deleted."""


def changes_are_told() -> Breaches:
    """Every change of an order's state since the oldest event that is kept, but for the first, has its one event."""
    since = told_since()
    if since is None:
        return Breaches(0)
    changes = OrderEvent.objects.filter(type="state", created_at__gt=since).exclude(from_state="")
    alike = changes.filter(order=OuterRef("order"), to_state=OuterRef("to_state")).order_by()
    name = Concat(Value("order."), F("to_state"), output_field=CharField())
    told = OutboxEvent.objects.filter(aggregate_id=OuterRef("order__public_id"), aggregate="order").order_by()
    named = changes.annotate(event_type=name, times=counted(alike, "order"))
    heard = named.annotate(heard=counted(told.filter(type=OuterRef("event_type")), "aggregate_id"))
    return breaches_of(heard.exclude(heard=F("times")))


def counted(rows: QuerySet[Any], of: str) -> Coalesce:
    """Return how many rows there are."""
    return Coalesce(Subquery(rows.values(of).annotate(n=Count("pk")).values("n")), Value(0))


def told_since() -> datetime | None:
    """Return since when every event is kept: pruning deletes the oldest of those that everybody has handled."""
    unfinished = InboxEntry.objects.filter(event=OuterRef("pk")).exclude(state="done")
    kept = OutboxEvent.objects.filter(~Exists(unfinished))
    first: datetime | None = kept.aggregate(first=Min("occurred_at"))["first"]
    began: datetime | None = OrderEvent.objects.filter(type="state").aggregate(first=Min("created_at"))["first"]
    if first is None or began is None:
        return None
    return began - MARGIN if began > first - MARGIN else first + MARGIN


def events_are_handed_on() -> Breaches:
    late = Now() - STUCK_AFTER
    return breaches_of(
        OutboxEvent.objects.filter(state="pending", occurred_at__lt=late),
        InboxEntry.objects.filter(state__in=("pending", "running"), created_at__lt=late),
        WebhookDelivery.objects.filter(state="running", locked_until__lt=late),
    )


EVENTS: Final = (
    Invariant("events.told", "Every change of an order was told of once.", changes_are_told),
    Invariant("events.handed_on", "No event waits for more than a day.", events_are_handed_on),
)
