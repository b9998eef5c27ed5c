"""Many relays and many workers at once: nothing is lost, nothing doubled, and each aggregate keeps its order.

A race test proves itself by its mutant: the same race without the guard must fail.
"""

from collections import Counter
from uuid import UUID

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from nexus_commerce.events.models import InboxEntry, OutboxEvent
from nexus_commerce.events.services import deliver_entry, open_entries, relay_events, relaying
from nexus_commerce.events.services import delivering as delivering_module
from tests.concurrency.racing import race
from tests.events.listeners import HEARD, Book, Post, subscribe, tell

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

AGGREGATES = 12
VERSIONS = range(1, 7)


def tell_of_many():
    orders = [tell(VERSIONS[0]) for _ in range(AGGREGATES)]
    for version in VERSIONS[1:]:
        for order in orders:
            tell(version, of=order)
    return orders


def hand_on_all():
    """Hand on a few at a time, as long as there is anything: 0 may only mean that others hold what is left."""
    while OutboxEvent.objects.filter(state="pending").exists():
        relay_events(limit=5)


def out_of_order(aggregate: UUID) -> bool:
    versions = list(
        InboxEntry.objects.filter(aggregate_id=aggregate).order_by("pk").values_list("event__version", flat=True)
    )
    assert len(versions) == len(VERSIONS)
    return versions != sorted(versions)


def test_relays_hand_on_each_event_once_and_in_order(settings):
    subscribe(settings, Book)
    orders = tell_of_many()

    assert race([hand_on_all] * 4) == [None] * 4

    assert not any(map(out_of_order, orders))


def test_without_waiting_for_the_earlier_ones_the_order_is_lost(settings, monkeypatch):
    """The mutant: SKIP LOCKED alone lets the later event overtake."""
    subscribe(settings, Book)
    monkeypatch.setattr(relaying, "without_overtaking", slowly(lambda events: events))

    for _ in range(5):
        orders = tell_of_many()
        race([hand_on_all] * 4)
        if any(map(out_of_order, orders)):
            return
    pytest.fail("The race does not show what it guards against.")


def slowly(choose):
    """Let others go first now and then, between the claim and the writing."""

    def chosen(events):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(random() * 0.01)")
        return choose(events)

    return chosen


def deliver_what_is_due():
    for entry_id in open_entries(limit=100):
        deliver_entry(entry_id=entry_id)


@pytest.mark.parametrize("subscriber", [Book, Post])
def test_workers_handle_each_entry_once(settings, subscriber):
    subscribe(settings, subscriber)
    for _ in range(20):
        tell(1)
    relay_events()

    assert race([deliver_what_is_due] * 4) == [None] * 4

    assert len(HEARD) == 20
    assert max(Counter(HEARD).values()) == 1
    assert Group.objects.count() == (20 if subscriber is Book else 0)


def test_without_the_claim_a_sender_is_called_twice(settings, monkeypatch):
    """The mutant: who found the entry open takes it, whoever else did."""
    subscribe(settings, Post)

    def claim(entry, subscriber):
        InboxEntry.objects.filter(pk=entry.pk).update(state="running", attempts=entry.attempts + 1, is_sending=True)
        entry.refresh_from_db()
        return True

    monkeypatch.setattr(delivering_module, "claim", claim)
    for _ in range(5):
        for _ in range(20):
            tell(1)
        relay_events()
        race([deliver_what_is_due] * 4)
        if max(Counter(HEARD).values()) > 1:
            return
    pytest.fail("The race does not show what it guards against.")


def test_one_that_is_taken_for_dead_while_it_works_does_not_work_twice(settings):
    """Its time is over while it is in its transaction: the other waits for the row and finds it done."""
    subscribe(settings, Book)
    aggregate = tell(1)
    relay_events()
    (entry_id,) = open_entries()
    InboxEntry.objects.filter(pk=entry_id).update(state="running", attempts=1, locked_until="2020-01-01T00:00Z")

    def slow_one():
        entry = InboxEntry.objects.get(pk=entry_id)
        delivering_module.handle(entry, SlowBook())

    race([slow_one, lambda: deliver_entry(entry_id=entry_id)])

    assert InboxEntry.objects.get(pk=entry_id).state == "done"
    assert Group.objects.filter(name=f"{aggregate} 1").count() == 1


class SlowBook(Book):
    def handle(self, event):
        super().handle(event)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")
