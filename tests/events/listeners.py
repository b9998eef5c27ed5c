"""Subscribers for tests, and what they heard."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import Group
from django.db import transaction

from nexus_commerce.core.outside import refuse_inside_transaction
from nexus_commerce.events.models import InboxEntry, OutboxEvent
from nexus_commerce.events.services import Event, record_events
from nexus_commerce.events.subscribers import Subscriber

__all__ = [
    "HEARD",
    "Answering",
    "Book",
    "Boom",
    "Broken",
    "Once",
    "Post",
    "entries_of",
    "heard_versions",
    "subscribe",
    "tell",
]

HEARD: list[tuple[str, UUID, int]] = []
"""Subscriber, aggregate and version of each event that was handled in this process."""


class Boom(Exception):
    """Something went wrong on purpose."""


class Book(Subscriber):
    """Writes a row for each event, so that an effect can be counted in the database."""

    name = "tests.book"

    def handle(self, event: OutboxEvent) -> None:
        HEARD.append((self.name, event.aggregate_id, event.version))
        Group.objects.create(name=f"{event.aggregate_id} {event.version}")


class Post(Subscriber):
    """Sends something, and may do so again."""

    name = "tests.post"
    types = ("order.*",)
    sends = True
    timeout = timedelta(minutes=2)

    def handle(self, event: OutboxEvent) -> None:
        refuse_inside_transaction()
        HEARD.append((self.name, event.aggregate_id, event.version))


class Once(Post):
    """Sends something that must not be sent twice."""

    name = "tests.once"
    may_repeat = False


class Broken(Subscriber):
    """Writes something and then fails, for as long as its payload says so."""

    name = "tests.broken"
    max_attempts = 3

    def handle(self, event: OutboxEvent) -> None:
        Group.objects.create(name=f"{event.aggregate_id} {event.version}")
        if event.payload.get("fails"):
            raise Boom("token=s3cr3t was refused for ada@example.com")
        HEARD.append((self.name, event.aggregate_id, event.version))


class Answering(Subscriber):
    """Tells of another event in reply to one."""

    name = "tests.answering"
    types = ("order.asked",)

    def handle(self, event: OutboxEvent) -> None:
        record_events(events=[Event("order.answered", "order", event.aggregate_id, event.version + 1, {})])


def subscribe(settings: Any, *subscribers: type[Subscriber], relay: str = "background") -> None:
    """Have these, and no others, hear of events."""
    paths = [f"{cls.__module__}.{cls.__name__}" for cls in subscribers]
    settings.NEXUS_COMMERCE = {**getattr(settings, "NEXUS_COMMERCE", {}), "SUBSCRIBERS": paths, "RELAY": relay}
    HEARD.clear()


def tell(*versions: int, of: UUID | None = None, type: str = "order.placed", **payload: Any) -> UUID:
    """Write events of one aggregate, in a transaction of their own, and return the aggregate's id."""
    aggregate_id = of or uuid4()
    with transaction.atomic():
        record_events(events=[Event(type, "order", aggregate_id, version, payload) for version in versions or (1,)])
    return aggregate_id


def heard_versions(aggregate_id: UUID, *, by: type[Subscriber] = Book) -> list[int]:
    return [version for name, heard_of, version in HEARD if name == by.name and heard_of == aggregate_id]


def entries_of(aggregate_id: UUID, *, of: type[Subscriber] = Book) -> list[InboxEntry]:
    return list(InboxEntry.objects.filter(consumer=of.name, aggregate_id=aggregate_id).order_by("pk"))
