"""What has served its time is deleted; what waits for people is not."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from nexus_commerce.events.models import InboxEntry, OutboxEvent
from nexus_commerce.events.services import deliver_all, prune_events, relay_events
from tests.events.listeners import Book, Post, subscribe, tell

pytestmark = pytest.mark.django_db


def grow_old():
    OutboxEvent.objects.update(occurred_at=Now() - timedelta(days=31))


def test_what_was_handled_by_all_is_deleted_when_it_is_old(settings):
    subscribe(settings, Book, Post)
    tell(1, 2)
    deliver_all()

    assert prune_events() == 0
    grow_old()
    assert prune_events() == 2
    assert InboxEntry.objects.count() == 0


def test_what_was_not_handed_on_stays(settings):
    subscribe(settings, Book)
    tell(1)
    grow_old()

    assert prune_events() == 0


@pytest.mark.parametrize("state", ["pending", "running", "dead", "uncertain"])
def test_what_one_subscriber_has_not_done_stays(settings, state):
    subscribe(settings, Book, Post)
    tell(1)
    relay_events()
    InboxEntry.objects.filter(consumer=Book.name).update(state="done")
    InboxEntry.objects.filter(consumer=Post.name).update(state=state)
    grow_old()

    assert prune_events() == 0


def test_no_more_than_asked_at_once(settings):
    subscribe(settings)
    tell(1, 2, 3)
    deliver_all()
    grow_old()

    assert prune_events(limit=2) == 2
    assert prune_events(limit=2) == 1
