"""Subscribers of the workers in tests: they show when they are at work, and wait when they are told to."""

import os
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from django.contrib.auth.models import Group

from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.events.subscribers import Subscriber

__all__ = ["Courier", "Ledger"]


def folder() -> Path:
    return Path(os.environ["NEXUS_WORKER_FOLDER"])


def wait_if_slow(name: str, event: OutboxEvent) -> None:
    """Say that the work is in the middle of it, and go on when the file ``go`` is there."""
    if event.type != "order.slow":
        return
    (folder() / f"{name}-is-in").touch()
    ends = time.monotonic() + 30
    while not (folder() / "go").exists() and time.monotonic() < ends:
        time.sleep(0.02)


class Ledger(Subscriber):
    """Writes a row for each event, more than one if it is called more than once."""

    name = "tests.ledger"
    timeout = timedelta(seconds=3)

    def handle(self, event: OutboxEvent) -> None:
        Group.objects.create(name=f"{event.event_id} {uuid4()}")
        wait_if_slow(self.name, event)


class Courier(Subscriber):
    """Sends what must not be sent twice: a line in a file."""

    name = "tests.courier"
    sends = True
    may_repeat = False
    timeout = timedelta(seconds=3)

    def handle(self, event: OutboxEvent) -> None:
        with (folder() / "sent").open("a") as file:
            file.write(f"{event.event_id}\n")
        wait_if_slow(self.name, event)
