"""From the outbox to the inbox of each subscriber: the database is the queue."""

from django.db import connection, transaction
from django.db.models.functions import Now

from nexus_commerce.conf import nexus_settings
from nexus_commerce.events.models import InboxEntry, OutboxEvent

__all__ = ["relay_events"]


@transaction.atomic
def relay_events(*, limit: int = 200) -> int:
    """Hand on up to ``limit`` pending events in their order: an inbox entry for each subscriber that wants them.

    Any number of processes may do this at once: each takes what no other has (SKIP LOCKED; on SQLite they take turns),
    and an event whose aggregate has an earlier one in another's hands waits for its turn. Returns how many were handed
    on; 0 means that nothing is left to take.
    """
    events = without_overtaking(claim_pending(limit))
    InboxEntry.objects.bulk_create(
        (
            InboxEntry(consumer=subscriber.name, event_id=event.pk, aggregate_id=event.aggregate_id)
            for subscriber in (cls() for cls in nexus_settings.SUBSCRIBERS)
            for event in events
            if subscriber.wants(event.type)
        ),
        ignore_conflicts=True,
    )
    OutboxEvent.objects.filter(pk__in=[event.pk for event in events]).update(state="relayed", relayed_at=Now())
    return len(events)


def claim_pending(limit: int) -> list[OutboxEvent]:
    """Lock the oldest pending events that nobody has, without their payload, which may be large."""
    pending = OutboxEvent.objects.filter(state="pending")
    if not connection.features.has_select_for_update:
        # Without row locks only a write keeps others out, and it has to come before the reading.
        pending.filter(pk=0).update(state="pending")
    return list(pending.order_by("pk").only("pk", "type", "aggregate_id").select_for_update(skip_locked=True)[:limit])


def without_overtaking(events: list[OutboxEvent]) -> list[OutboxEvent]:
    """Leave out each event whose aggregate has an earlier pending one that is not among them."""
    claimed = {event.pk for event in events}
    earlier = OutboxEvent.objects.filter(
        state="pending",
        aggregate_id__in={event.aggregate_id for event in events},
        pk__lt=max(claimed, default=0),
    )
    # The newest come first, so what stays for an aggregate is its oldest.
    rows = earlier.order_by("-pk").values_list("aggregate_id", "pk")
    held = {aggregate_id: pk for aggregate_id, pk in rows if pk not in claimed}
    return [event for event in events if event.aggregate_id not in held or event.pk < held[event.aggregate_id]]
