"""``RELAY = "inline"``: worked off by the process that wrote, after its commit."""

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from nexus_commerce.events.models import InboxEntry, OutboxEvent
from nexus_commerce.events.services import deliver_all, inline
from tests.events.listeners import Answering, Book, Boom, Broken, Post, heard_versions, subscribe, tell


@pytest.fixture
def runs(monkeypatch):
    """Count how often events are worked off."""
    counted = []

    def counting():
        counted.append(1)
        return deliver_all()

    monkeypatch.setattr(inline, "_workers", [counting])
    return counted


def tell_and_fail():
    with transaction.atomic():
        tell(1)
        raise Boom


@pytest.mark.django_db(transaction=True)
def test_it_happens_after_the_commit_and_not_before(settings):
    subscribe(settings, Book, Post, relay="inline")
    with transaction.atomic():
        order = tell(1)
        assert Group.objects.count() == 0

    assert heard_versions(order) == [1]
    assert heard_versions(order, by=Post) == [1]
    assert set(InboxEntry.objects.values_list("state", flat=True)) == {"done"}


@pytest.mark.django_db(transaction=True)
def test_it_happens_once_a_transaction(settings, runs):
    subscribe(settings, Book, relay="inline")
    with transaction.atomic():
        order = tell(1)
        tell(2, of=order)
        tell(3, of=order)

    assert heard_versions(order) == [1, 2, 3]
    assert len(runs) == 1


@pytest.mark.django_db(transaction=True)
def test_what_handling_tells_is_worked_off_by_the_same_run(settings, runs):
    subscribe(settings, Answering, Book, relay="inline")
    order = tell(1, type="order.asked")

    assert heard_versions(order) == [1, 2]
    assert len(runs) == 1


@pytest.mark.django_db(transaction=True)
def test_a_savepoint_that_is_taken_back_does_not_take_the_others_with_it(settings):
    subscribe(settings, Book, relay="inline")
    with transaction.atomic():
        with pytest.raises(Boom):
            tell_and_fail()
        order = tell(1)

    assert heard_versions(order) == [1]
    assert OutboxEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_is_taken_back_tells_nobody(settings, runs):
    subscribe(settings, Book, relay="inline")
    with pytest.raises(Boom):
        tell_and_fail()

    assert runs == []
    assert OutboxEvent.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_subscriber_that_fails_harms_nobody(settings):
    subscribe(settings, Broken, Book, relay="inline")

    order = tell(1, fails=True)

    assert heard_versions(order) == [1]


@pytest.mark.django_db(transaction=True)
def test_a_failure_of_the_working_off_itself_is_logged(settings, monkeypatch, caplog):
    subscribe(settings, Book, relay="inline")
    monkeypatch.setattr(inline, "_workers", [lambda: 1 / 0])

    tell(1)

    assert "ZeroDivisionError" in caplog.text
    assert OutboxEvent.objects.get().state == "pending"


@pytest.mark.django_db(transaction=True)
def test_in_the_background_nothing_happens_here(settings, runs):
    subscribe(settings, Book)

    tell(1)

    assert runs == []
    assert OutboxEvent.objects.get().state == "pending"


@pytest.mark.django_db
def test_in_a_test_whose_transaction_is_taken_back_nothing_happens(settings, runs):
    subscribe(settings, Book, relay="inline")

    tell(1)

    assert runs == []


@pytest.mark.django_db
def test_callbacks_that_a_test_captures_work_it_off(settings, django_capture_on_commit_callbacks):
    subscribe(settings, Book, relay="inline")

    with django_capture_on_commit_callbacks(execute=True):
        order = tell(1)

    assert heard_versions(order) == [1]
