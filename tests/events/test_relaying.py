"""From the outbox to the inboxes."""

import pytest

from nexus_commerce.events.models import InboxEntry, OutboxEvent
from nexus_commerce.events.services import relay_events
from tests.events.listeners import Book, Post, entries_of, subscribe, tell

pytestmark = pytest.mark.django_db


def test_each_subscriber_that_wants_an_event_gets_one_entry(settings):
    subscribe(settings, Book, Post)
    order = tell(1, 2)
    stock = tell(1, type="stock.changed")

    assert relay_events() == 3

    assert [entry.event.version for entry in entries_of(order)] == [1, 2]
    assert [entry.event.version for entry in entries_of(order, of=Post)] == [1, 2]
    assert len(entries_of(stock)) == 1
    assert entries_of(stock, of=Post) == []
    assert set(OutboxEvent.objects.values_list("state", flat=True)) == {"relayed"}
    assert not OutboxEvent.objects.filter(relayed_at=None).exists()


def test_what_was_handed_on_is_not_handed_on_again(settings):
    subscribe(settings, Book)
    tell(1)

    assert relay_events() == 1
    assert relay_events() == 0
    assert InboxEntry.objects.count() == 1


def test_the_oldest_come_first_and_no_more_than_asked(settings):
    subscribe(settings, Book)
    order = tell(1, 2, 3)

    assert relay_events(limit=2) == 2
    assert [entry.event.version for entry in entries_of(order)] == [1, 2]
    assert relay_events(limit=2) == 1


def test_an_event_that_nobody_wants_is_handed_on_to_nobody(settings):
    subscribe(settings, Post)
    tell(1, type="stock.changed")

    assert relay_events() == 1
    assert InboxEntry.objects.count() == 0


def test_an_entry_that_is_there_already_does_no_harm(settings):
    subscribe(settings, Book)
    order = tell(1)
    relay_events()
    OutboxEvent.objects.update(state="pending")

    assert relay_events() == 1
    assert len(entries_of(order)) == 1


def test_handing_on_costs_the_same_for_one_and_for_many(settings, django_assert_max_num_queries):
    subscribe(settings, Book, Post)
    tell(*range(1, 41))

    # The savepoint of the test, the lock of SQLite, the claim, the look for earlier ones, the entries and the mark.
    with django_assert_max_num_queries(7):
        assert relay_events() == 40


def test_a_large_payload_is_not_read(settings, django_assert_max_num_queries):
    subscribe(settings, Book)
    tell(1, blob="x" * 5_000_000)

    with django_assert_max_num_queries(7) as statements:
        relay_events()
    assert not any("payload" in statement["sql"] for statement in statements.captured_queries)
