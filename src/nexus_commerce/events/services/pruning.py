"""Deleting what has served its time."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from nexus_commerce.events.models import InboxEntry, OutboxEvent, WebhookDelivery

__all__ = ["prune_events"]


def prune_events(*, older_than: timedelta = timedelta(days=30), limit: int = 5000) -> int:
    """Delete events, with their entries and deliveries, that were handed on before and handled by all; return how many.

    What is still open, dead or uncertain stays, with its event, until people have seen to it.
    """
    unfinished = InboxEntry.objects.filter(event=OuterRef("pk")).exclude(state="done")
    unsent = WebhookDelivery.objects.filter(event=OuterRef("pk"), state__in=["pending", "running"])
    old = OutboxEvent.objects.filter(~Exists(unfinished), ~Exists(unsent), state="relayed")
    numbers = old.filter(occurred_at__lt=Now() - older_than).order_by("occurred_at").values_list("pk", flat=True)
    _, deleted = OutboxEvent.objects.filter(pk__in=list(numbers[:limit])).delete()
    return deleted.get(OutboxEvent._meta.label, 0)
