"""Real workers, a real broker: what is written is handled, once, whatever dies on the way."""

import os
import time
from collections import Counter
from uuid import UUID

import pytest
from django.contrib.auth.models import Group
from kombu import Connection

from nexus_commerce.events.models import InboxEntry, OutboxEvent
from tests.events.celery_listeners import Courier, Ledger
from tests.events.celery_workers import Proxy, Workers, wait_for, workers_at
from tests.events.listeners import tell

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(
    params=[
        pytest.param("RABBITMQ_URL", marks=pytest.mark.rabbitmq, id="rabbitmq"),
        pytest.param("REDIS_URL", marks=pytest.mark.redis, id="redis"),
    ]
)
def proxy(request):
    """Stand in front of the broker."""
    proxy = Proxy(os.environ[request.param])
    yield proxy
    proxy.cut()


@pytest.fixture
def workers(transactional_db, proxy, tmp_path):
    with workers_at(proxy.url, tmp_path) as workers:
        yield workers


def entries(**wanted):
    return InboxEntry.objects.filter(**wanted).count()


def rows_of(event_ids):
    """How many rows the ledger has of each event."""
    written = Counter(UUID(name.split()[0]) for name in Group.objects.values_list("name", flat=True))
    return {event_id: written[event_id] for event_id in event_ids}


def event_ids():
    return list(OutboxEvent.objects.values_list("event_id", flat=True))


def assert_each_was_handled_once(workers: Workers) -> None:
    told = event_ids()
    assert rows_of(told) == dict.fromkeys(told, 1)
    assert Counter(workers.sent()) == Counter(map(str, told))


def poison(workers: Workers, url: str) -> None:
    """Send what no worker can read, and a task that none knows."""
    with Connection(url, transport_options={"global_keyprefix": workers.queue}) as connection:
        producer = connection.Producer(routing_key=workers.queue, auto_declare=False)
        json = {"content_type": "application/json", "content_encoding": "utf-8"}
        producer.publish(b"\xff{ this is not JSON", **json)
        producer.publish([[], {}, {}], serializer="json", headers={"task": "nexus.unknown", "id": "1"})


def test_no_event_is_lost_while_the_broker_is_away(workers, proxy):
    first = tell(1, 2, 3)
    workers.start()
    wait_for("the first events are handled", lambda: entries(state="done") == 6)
    poison(workers, proxy.url)
    tell(4, of=first)
    wait_for("the event behind the poison is handled", lambda: entries(state="done") == 8, seconds=10)

    proxy.cut()
    for version in range(5, 15):
        began = time.monotonic()
        tell(version, of=first)
        tell(1)
        assert time.monotonic() - began < 1
    time.sleep(1)
    proxy.restore()

    wait_for("what was written meanwhile is handled", lambda: entries(state="done") == 48)
    assert_each_was_handled_once(workers)
    assert entries() == 48
    versions = InboxEntry.objects.filter(aggregate_id=first, consumer=Ledger.name).order_by("finished_at")
    assert list(versions.values_list("event__version", flat=True)) == list(range(1, 15))


def test_a_worker_that_is_killed_at_work_does_nothing_twice(workers):
    tell(1, type="order.slow")
    workers.start()
    for subscriber in (Ledger, Courier):
        is_in = workers.folder / f"{subscriber.name}-is-in"
        wait_for(f"{subscriber.name} is in the middle of it", is_in.exists)

    workers.kill()
    assert rows_of(event_ids()) == dict.fromkeys(event_ids(), 0)
    (workers.folder / "go").touch()
    workers.start()

    wait_for("the ledger is done", lambda: entries(consumer=Ledger.name, state="done") == 1)
    wait_for("the courier is in doubt", lambda: entries(consumer=Courier.name, state="uncertain") == 1)
    tell(1)
    wait_for("the next is handled", lambda: entries(state="done") == 3)
    assert_each_was_handled_once(workers)
    assert InboxEntry.objects.get(consumer=Ledger.name, event__type="order.slow").attempts == 2
