"""``nexus_relay`` in this process; see test_relay_process for its signals."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from nexus_commerce.events.models import InboxEntry
from nexus_commerce.events.services import start_job
from nexus_commerce.management.commands import nexus_relay
from tests.events.listeners import Book, Broken, heard_versions, subscribe, tell
from tests.events.test_jobs import Counting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def swept(monkeypatch):
    """Keep the sweeps of other domains out of these tests; they have their own."""
    calls = []

    def sweep_checkouts():
        calls.append("checkouts")
        raise LookupError("A sweep that fails keeps nobody from working.")

    def sweep_reservations():
        calls.append("reservations")
        return 3

    monkeypatch.setattr(nexus_relay, "sweep_checkouts", sweep_checkouts)
    monkeypatch.setattr(nexus_relay, "sweep_reservations", sweep_reservations)
    return calls


def relay(**options):
    out = StringIO()
    call_command("nexus_relay", stdout=out, stderr=out, once=True, **options)
    return out.getvalue()


def test_once_works_off_what_is_due_and_says_so(settings, swept):
    subscribe(settings, Book)
    order = tell(1, 2)

    text = relay()

    assert heard_versions(order) == [1, 2]
    assert "2 entries done" in text
    assert "2 events handed on" in text
    assert "3 reservations swept" in text
    assert swept == ["reservations", "checkouts"]


def test_with_nothing_to_do_nothing_is_said(settings, monkeypatch):
    subscribe(settings, Book)
    monkeypatch.setattr(nexus_relay, "sweep_reservations", lambda: 0)

    assert relay() == ""


def test_dead_letters_are_shown(settings):
    subscribe(settings, Broken)
    tell(1, fails=True)
    relay()
    InboxEntry.objects.update(attempts=Broken.max_attempts - 1, available_at="2020-01-01T00:00Z")

    assert "1 entries dead" in relay()


def test_jobs_are_run_when_asked(settings):
    subscribe(settings, Book)
    settings.NEXUS_COMMERCE = {**settings.NEXUS_COMMERCE, "JOBS": ["tests.events.test_jobs.Counting"]}
    start_job(kind=Counting.name)

    assert "jobs" not in relay()
    assert "1 jobs done" in relay(jobs=True)


def test_an_interval_must_be_more_than_nothing():
    with pytest.raises(CommandError, match="more than 0"):
        relay(interval=0)
