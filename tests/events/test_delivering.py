"""Subscribers handle what is in their inbox: once, in order, and again after a failure."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from nexus_commerce.core.outside import AskedInTransaction
from nexus_commerce.events.errors import EntryNotClosed
from nexus_commerce.events.models import InboxEntry, OutboxEvent
from nexus_commerce.events.services import (
    deliver_all,
    deliver_entry,
    following_entry,
    offer_entries,
    open_entries,
    relay_events,
    replay_entry,
    settle_entry,
    withdraw_offers,
)
from nexus_commerce.events.services.delivering import handle
from tests.events.listeners import (
    HEARD,
    Answering,
    Book,
    Broken,
    Once,
    Post,
    entries_of,
    heard_versions,
    subscribe,
    tell,
)

pytestmark = pytest.mark.django_db


def one_entry(settings, subscriber, **payload):
    subscribe(settings, subscriber)
    aggregate = tell(1, **payload)
    relay_events()
    (entry,) = entries_of(aggregate, of=subscriber)
    return entry


def break_off(entry, **changes):
    """Leave an entry as a process that died has left it, its time over."""
    InboxEntry.objects.filter(pk=entry.pk).update(
        state="running", locked_until=Now() - timedelta(seconds=1), **{"attempts": 1, **changes}
    )


def make_due(entry):
    InboxEntry.objects.filter(pk=entry.pk).update(available_at=Now())


def test_an_entry_is_handled_and_marked(settings):
    entry = one_entry(settings, Book)

    assert deliver_entry(entry_id=entry.pk) == "done"

    entry.refresh_from_db()
    assert (entry.state, entry.attempts, entry.locked_until, entry.last_error) == ("done", 1, None, "")
    assert entry.finished_at is not None
    assert Group.objects.count() == 1


def test_a_handled_entry_is_not_handled_again(settings):
    entry = one_entry(settings, Book)
    deliver_entry(entry_id=entry.pk)

    assert deliver_entry(entry_id=entry.pk) == "done"
    assert Group.objects.count() == 1


def test_what_does_not_exist_is_gone():
    assert deliver_entry(entry_id=4711) == "gone"


def test_inside_a_transaction_nothing_is_delivered(settings):
    entry = one_entry(settings, Book)

    with transaction.atomic(), pytest.raises(AskedInTransaction):
        deliver_entry(entry_id=entry.pk)


def test_a_sender_runs_outside_any_transaction_and_is_marked_before(settings):
    entry = one_entry(settings, Post)
    seen = []
    Post.handle, original = lambda self, event: seen.append(entry_state(entry)), Post.handle
    try:
        assert deliver_entry(entry_id=entry.pk) == "done"
    finally:
        Post.handle = original
    assert seen == [("running", True)]
    entry.refresh_from_db()
    assert entry.is_sending is False


def entry_state(entry):
    return InboxEntry.objects.values_list("state", "is_sending").get(pk=entry.pk)


def test_a_sender_finds_no_transaction(settings):
    entry = one_entry(settings, Post)

    assert deliver_entry(entry_id=entry.pk) == "done"
    assert heard_versions(entry.aggregate_id, by=Post) == [1]


def test_events_of_an_aggregate_are_handled_in_their_order(settings):
    subscribe(settings, Book)
    order = tell(1, 2, 3)
    relay_events()
    first, second, third = entries_of(order)

    assert open_entries() == [first.pk]
    assert deliver_entry(entry_id=third.pk) == "pending"
    assert deliver_entry(entry_id=second.pk) == "pending"
    assert following_entry(entry_id=first.pk) is None
    assert deliver_entry(entry_id=first.pk) == "done"
    assert following_entry(entry_id=first.pk) == second.pk
    assert open_entries() == [second.pk]


def test_another_subscriber_and_another_aggregate_do_not_wait(settings):
    subscribe(settings, Book, Post)
    tell(1, 2)
    tell(1)
    relay_events()

    assert len(open_entries()) == 4


def test_a_failure_is_taken_back_kept_and_tried_again_later(settings):
    entry = one_entry(settings, Broken, fails=True)

    assert deliver_entry(entry_id=entry.pk) == "pending"

    entry.refresh_from_db()
    assert Group.objects.count() == 0
    assert entry.attempts == 1
    assert entry.last_error == "Boom: token=[hidden] was refused for [hidden]"
    pause = entry.available_at - timezone.now()
    assert timedelta(seconds=8) < pause < timedelta(seconds=16)
    assert open_entries() == []
    assert deliver_entry(entry_id=entry.pk) == "pending"
    entry.refresh_from_db()
    assert entry.attempts == 1


def test_pauses_grow_and_the_last_failure_is_final(settings):
    entry = one_entry(settings, Broken, fails=True)
    pauses = []
    for _ in range(Broken.max_attempts):
        make_due(entry)
        state = deliver_entry(entry_id=entry.pk)
        entry.refresh_from_db()
        pauses.append(entry.available_at - timezone.now())

    assert state == "dead"
    assert pauses[0] < pauses[1] < pauses[2]
    assert entry.attempts == Broken.max_attempts
    assert entry.finished_at is not None
    assert open_entries() == []


def test_what_failed_holds_up_its_aggregate_until_it_is_dead(settings):
    subscribe(settings, Broken)
    order = tell(1, fails=True)
    tell(2, of=order)
    other = tell(1)
    deliver_all()
    first, second = entries_of(order, of=Broken)

    assert heard_versions(other, by=Broken) == [1]
    assert (first.state, second.state) == ("pending", "pending")
    for _ in range(Broken.max_attempts):
        make_due(first)
        deliver_all()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("dead", "done")


def test_a_process_that_died_leaves_an_entry_that_is_taken_up_when_its_time_is_over(settings):
    entry = one_entry(settings, Book)
    InboxEntry.objects.filter(pk=entry.pk).update(
        state="running", attempts=1, locked_until=Now() + timedelta(minutes=1)
    )

    assert deliver_entry(entry_id=entry.pk) == "running"
    assert open_entries() == []
    break_off(entry)
    assert open_entries() == [entry.pk]
    assert deliver_entry(entry_id=entry.pk) == "done"
    assert heard_versions(entry.aggregate_id) == [1]


def test_a_sender_that_may_repeat_is_called_again_after_a_death(settings):
    entry = one_entry(settings, Post)
    break_off(entry, is_sending=True)

    assert deliver_entry(entry_id=entry.pk) == "done"
    assert heard_versions(entry.aggregate_id, by=Post) == [1]


def test_a_sender_that_must_not_repeat_leaves_it_to_people(settings):
    entry = one_entry(settings, Once)
    break_off(entry, is_sending=True)

    assert deliver_entry(entry_id=entry.pk) == "uncertain"
    assert HEARD == []
    entry.refresh_from_db()
    assert "Nobody knows whether it was sent" in entry.last_error
    assert open_entries() == []


def test_a_sender_that_comes_back_late_settles_the_doubt(settings):
    entry = one_entry(settings, Once)
    states = []

    def slow(self, event):
        break_off(entry, is_sending=True)
        states.append(deliver_entry(entry_id=entry.pk))

    Once.handle, original = slow, Once.handle
    try:
        states.append(deliver_entry(entry_id=entry.pk))
    finally:
        del Once.handle
        assert Once.handle is original
    assert states == ["uncertain", "done"]


def test_a_handler_that_kills_its_process_each_time_ends_as_dead(settings):
    entry = one_entry(settings, Book)
    break_off(entry, attempts=Book.max_attempts)

    assert deliver_entry(entry_id=entry.pk) == "dead"
    assert HEARD == []


def test_one_that_lost_its_entry_has_no_effect(settings):
    """The process came back after its time, when another had handled the entry."""
    entry = one_entry(settings, Book)

    InboxEntry.objects.filter(pk=entry.pk).update(state="running", attempts=1, locked_until=timezone.now())
    entry.refresh_from_db()
    assert deliver_entry(entry_id=entry.pk) == "done"
    handle(entry, Book())
    assert heard_versions(entry.aggregate_id) == [1]
    assert Group.objects.count() == 1
    entry.refresh_from_db()
    assert (entry.state, entry.attempts, entry.last_error) == ("done", 2, "")


def test_an_unknown_subscriber_is_a_dead_letter_that_says_why(settings):
    entry = one_entry(settings, Book)
    subscribe(settings, Post)

    assert deliver_entry(entry_id=entry.pk) == "dead"
    entry.refresh_from_db()
    assert "No subscriber 'tests.book'" in entry.last_error


def test_a_payload_that_makes_no_sense_is_a_failed_try(settings):
    entry = one_entry(settings, Broken)
    OutboxEvent.objects.update(payload="no object at all")

    assert deliver_entry(entry_id=entry.pk) == "pending"
    entry.refresh_from_db()
    assert entry.last_error.startswith("AttributeError")


@pytest.mark.parametrize("state", ["dead", "uncertain"])
def test_what_is_dead_or_uncertain_can_be_replayed(settings, state):
    entry = one_entry(settings, Book)
    InboxEntry.objects.filter(pk=entry.pk).update(state=state, attempts=8, is_sending=state == "uncertain")

    replay_entry(entry=entry)

    assert (entry.state, entry.attempts, entry.is_sending) == ("pending", 0, False)
    assert deliver_entry(entry_id=entry.pk) == "done"


@pytest.mark.parametrize("state", ["pending", "running", "done"])
def test_nothing_else_can_be_replayed_or_settled(settings, state):
    entry = one_entry(settings, Book)
    InboxEntry.objects.filter(pk=entry.pk).update(state=state)

    with pytest.raises(EntryNotClosed):
        replay_entry(entry=entry)
    with pytest.raises(EntryNotClosed):
        settle_entry(entry=entry)


def test_people_can_settle_what_is_uncertain(settings):
    entry = one_entry(settings, Once)
    break_off(entry, is_sending=True)
    deliver_entry(entry_id=entry.pk)

    assert settle_entry(entry=entry).state == "done"
    assert HEARD == []


def test_what_was_offered_is_not_offered_again_at_once_but_given_to_who_asks(settings):
    entry = one_entry(settings, Book)

    assert offer_entries() == [entry.pk]
    assert offer_entries() == []
    assert open_entries() == [entry.pk]
    withdraw_offers(entry_ids=[entry.pk])
    assert offer_entries() == [entry.pk]
    InboxEntry.objects.update(locked_until=Now() - timedelta(seconds=1))
    assert offer_entries() == [entry.pk]
    assert deliver_entry(entry_id=entry.pk) == "done"


def test_what_handling_tells_is_worked_off_as_well(settings):
    subscribe(settings, Answering, Book)
    order = tell(1, type="order.asked")

    assert deliver_all() == 3
    assert heard_versions(order) == [1, 2]
    assert deliver_all() == 0


def test_working_off_ends_at_its_limit(settings):
    subscribe(settings, Book)
    tell(1)
    tell(1)
    tell(1)

    assert deliver_all(limit=2) == 2
    assert Group.objects.count() == 2
