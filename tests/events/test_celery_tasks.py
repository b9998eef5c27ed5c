"""The tasks in this process: what they do, and what a broker that is away costs."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import celery._state
import pytest
from celery import Celery

from nexus_commerce import tasks
from nexus_commerce.conf.schedule import BEAT_SCHEDULE
from nexus_commerce.events.models import InboxEntry, OutboxEvent
from nexus_commerce.events.services import offer_entries, relay_events, start_job
from tests.events.listeners import Answering, Book, heard_versions, subscribe, tell
from tests.events.test_jobs import Counting

ROOT = Path(__file__).resolve().parents[2]


def use_broker(url, **settings):
    app = Celery("tests", broker=url, set_as_current=True)
    app.conf.update(settings)
    return app


@pytest.fixture(autouse=True)
def app_before():
    before = celery._state.get_current_app()
    yield
    celery._state._set_current_app(before)


@pytest.fixture
def eager():
    return use_broker("memory://", task_always_eager=True, task_eager_propagates=True)


@pytest.fixture
def silent_server():
    """A server that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield server.getsockname()[1]


@pytest.mark.django_db
def test_the_relay_has_workers_handle_what_is_due_in_order(settings, eager):
    subscribe(settings, Book)
    order = tell(1, 2, 3)

    tasks.relay.delay()

    assert heard_versions(order) == [1, 2, 3]


@pytest.mark.django_db
def test_what_handling_tells_is_handed_on_without_waiting_for_beat(settings, eager):
    subscribe(settings, Answering, Book)
    order = tell(1, type="order.asked")

    tasks.relay.delay()

    assert heard_versions(order) == [1, 2]


@pytest.mark.django_db
def test_the_sweep_runs_jobs_and_goes_on_after_a_failure(settings, eager, monkeypatch):
    swept = []
    monkeypatch.setattr(tasks, "sweep_reservations", failing_sweep)
    monkeypatch.setattr(tasks, "sweep_checkouts", lambda: swept.append(1))
    settings.NEXUS_COMMERCE = {
        **getattr(settings, "NEXUS_COMMERCE", {}),
        "JOBS": ["tests.events.test_jobs.Counting"],
    }
    job = start_job(kind=Counting.name)

    tasks.sweep.delay()

    job.refresh_from_db()
    assert job.state == "done"
    assert swept == [1]


def failing_sweep():
    raise LookupError("not today")


@pytest.mark.django_db
def test_pruning_finds_nothing_to_do(eager):
    tasks.prune.delay()


@pytest.mark.django_db
@pytest.mark.parametrize("scheme", ["amqp://guest:guest@", "redis://"])
def test_a_broker_that_refuses_costs_a_moment_and_is_asked_again(settings, scheme, caplog):
    subscribe(settings, Book)
    use_broker(f"{scheme}127.0.0.1:1")
    tell(1)
    began = time.monotonic()

    tasks.relay.apply()

    assert time.monotonic() - began < 3
    assert OutboxEvent.objects.get().state == "relayed"
    assert "The broker took 0 of 1 messages" in caplog.text
    assert offer_entries() == [InboxEntry.objects.get().pk]


@pytest.mark.django_db
@pytest.mark.parametrize("scheme", ["amqp://guest:guest@", "redis://"])
def test_a_broker_that_is_silent_costs_some_seconds_and_no_more(settings, scheme, silent_server, monkeypatch):
    subscribe(settings, Book)
    monkeypatch.setattr(tasks, "BROKER_PATIENCE", 0.5)
    use_broker(f"{scheme}127.0.0.1:{silent_server}")
    tell(1)
    relay_events()
    began = time.monotonic()

    tasks.relay.apply()

    assert time.monotonic() - began < 5
    assert offer_entries() == [InboxEntry.objects.get().pk]


def test_each_task_survives_its_worker_and_carries_json():
    for task in (tasks.relay, tasks.deliver, tasks.deliver_webhook, tasks.sweep, tasks.run_job, tasks.prune):
        assert task.acks_late, task.name
        assert task.reject_on_worker_lost, task.name
        assert task.ignore_result, task.name
        assert task.serializer == "json", task.name


def test_beat_starts_tasks_that_there_are():
    known = {getattr(tasks, name).name for name in tasks.__all__ if name != "BEAT_SCHEDULE"}

    assert {entry["task"] for entry in BEAT_SCHEDULE.values()} < known


def test_a_web_process_does_not_load_celery():
    code = (
        "import sys, importlib, django; django.setup();"
        "from django.conf import settings; importlib.import_module(settings.ROOT_URLCONF);"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'celery', 'kombu', 'amqp', 'billiard'}))"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.hosts.default.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    }
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert ended.stdout.strip() == "[]"
