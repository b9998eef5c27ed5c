"""``nexus_relay`` as a process: it works while it runs, and a signal lets it finish what it is at."""

import os
import signal
import subprocess
import sys

import pytest

from nexus_commerce.events.models import InboxEntry
from tests.events.celery_listeners import Ledger
from tests.events.celery_workers import ROOT, Workers, wait_for
from tests.events.listeners import tell

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def relays(tmp_path):
    """Two relays on the database of the test."""
    environment = Workers("memory://", tmp_path).environment
    command = [sys.executable, "-m", "django", "nexus_relay", "--interval", "0.2"]
    running = [
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for _ in range(2)
    ]
    yield running
    for relay in running:
        relay.kill()
        relay.wait()


def entries(**wanted):
    return InboxEntry.objects.filter(**wanted).count()


def test_two_share_the_work_and_end_when_they_are_told(relays, tmp_path):
    # A signal that comes before the command listens for it ends the process as any other.
    greeted = [relay.stdout.readline() for relay in relays]
    order = tell(1, 2, 3)
    wait_for("the events are handled", lambda: entries(state="done") == 6)
    tell(4, of=order, type="order.slow")
    wait_for("one is in the middle of it", (tmp_path / f"{Ledger.name}-is-in").exists)

    for relay in relays:
        os.kill(relay.pid, signal.SIGTERM)
    (tmp_path / "go").touch()

    said = [first + relay.communicate(timeout=20)[0] for first, relay in zip(greeted, relays, strict=True)]
    assert [relay.returncode for relay in relays] == [0, 0]
    assert all("Handing on the events of postgresql" in text and text.endswith("Stopped.\n") for text in said), said
    assert entries(consumer=Ledger.name, state="done") == 4
    assert entries(state="running") == 0
    assert len((tmp_path / "sent").read_text().split()) in {3, 4}
