"""Writing to the outbox."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from nexus_commerce.conf import nexus_settings
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.events.services.inline import work_off_once

__all__ = ["Event", "record_event", "record_events"]


@dataclass(frozen=True, slots=True)
class Event:
    """A change to be told: ``type`` (``order.placed``), what changed, which change of it, and JSON that says what."""

    type: str
    aggregate: str
    aggregate_id: UUID
    version: int
    payload: Mapping[str, Any] = field(default_factory=dict)


def record_events(*, events: Iterable[Event]) -> None:
    """Write outbox rows, in one statement, in the transaction of the change that they tell of.

    Raises ``TransactionManagementError`` outside a transaction: an event must stand or fall with its change. The same
    change told twice (aggregate, id, version and type) is an IntegrityError. Where ``NEXUS_COMMERCE["RELAY"]`` is
    ``inline``, they are worked off in this process once the outermost transaction has committed.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("An outbox row belongs into the transaction of its change.")
    OutboxEvent.objects.bulk_create(
        OutboxEvent(
            type=event.type,
            aggregate=event.aggregate,
            aggregate_id=event.aggregate_id,
            version=event.version,
            payload=dict(event.payload),
        )
        for event in events
    )
    if nexus_settings.RELAY == "inline":
        work_off_once()


def record_event(
    *, type: str, aggregate: str, aggregate_id: UUID, version: int, payload: Mapping[str, Any] | None = None
) -> None:
    """Write one outbox row; see ``record_events``."""
    record_events(events=[Event(type, aggregate, aggregate_id, version, payload or {})])
