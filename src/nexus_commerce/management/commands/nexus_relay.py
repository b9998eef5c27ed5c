"""``nexus_relay``: hand on events, send webhooks and bring to an end what broke off, for as long as it runs."""

import logging
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from nexus_commerce.access.services import purge_counts
from nexus_commerce.checkout.services import sweep_checkouts
from nexus_commerce.events.redacting import error_text
from nexus_commerce.events.services import (
    deliver_entry,
    open_deliveries,
    open_entries,
    open_jobs,
    prune_events,
    relay_events,
    run_job,
    send_delivery,
)
from nexus_commerce.events.services.idempotency import purge_keys
from nexus_commerce.inventory.services import sweep_reservations

logger = logging.getLogger("nexus_commerce.events")

FIRST_PAUSE: Final = 0.05
SWEEP_EVERY: Final = 30.0
PRUNE_EVERY: Final = 3600.0


class Command(BaseCommand):
    help = (
        "Hand on events to their subscribers and send webhooks, until SIGTERM or Ctrl-C, which let the present one "
        "be finished. Any number of these may run at once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="work off what is due, sweep once, and end")
        parser.add_argument(
            "--interval", type=float, default=1.0, metavar="SECONDS", help="how long to wait when nothing is due (1)"
        )
        parser.add_argument("--jobs", action="store_true", help="run long jobs as well, between the events")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["interval"] <= 0:
            raise CommandError("--interval: say how many seconds, more than 0.")
        with stopped_by_signals() as stop:
            relay = Relay(stop, with_jobs=options["jobs"])
            if options["once"]:
                relay.work_off()
                self.say(relay)
            else:
                where = f"{connection.vendor} {connection.settings_dict['NAME']}"
                self.stdout.write(self.style.MIGRATE_HEADING(f"Handing on the events of {where}. Ctrl-C ends it."))
                self.keep_on(relay, options["interval"])
                self.stdout.write("Stopped.")

    def keep_on(self, relay: "Relay", interval: float) -> None:
        """Work until stopped, and wait longer and longer while there is nothing to do."""
        pause = FIRST_PAUSE
        while not relay.stop.is_set():
            close_old_connections()
            try:
                relay.work_off()
            except DatabaseError as exc:
                self.stderr.write(self.style.ERROR(f"{timezone.now():%H:%M:%S}  {error_text(exc)}"))
                relay.counts.clear()
                pause = interval
            pause = FIRST_PAUSE if relay.counts else min(2 * pause, interval)
            self.say(relay)
            relay.stop.wait(pause)

    def say(self, relay: "Relay") -> None:
        """Print what was done since it was printed last."""
        if relay.counts:
            text = ", ".join(f"{count:,} {what}" for what, count in sorted(relay.counts.items()))
            style = self.style.WARNING if relay.counts.keys() & {"entries dead", "entries uncertain"} else str
            self.stdout.write(f"{timezone.now():%H:%M:%S}  {style(text)}")
            self.stdout.flush()
        relay.counts.clear()


class Relay:
    """Works off what is due, one thing after the other, and counts it."""

    def __init__(self, stop: threading.Event, *, with_jobs: bool) -> None:
        self.stop = stop
        self.with_jobs = with_jobs
        self.counts: Counter[str] = Counter()
        self.sweeps: list[tuple[Callable[[], int], str, float]] = [
            (sweep_reservations, "reservations swept", SWEEP_EVERY),
            (sweep_checkouts, "checkouts swept", SWEEP_EVERY),
            (prune_events, "old events deleted", PRUNE_EVERY),
            (purge_keys, "old keys deleted", PRUNE_EVERY),
            (purge_counts, "old counts deleted", PRUNE_EVERY),
        ]
        self.swept_at: dict[str, float] = {}

    def work_off(self) -> None:
        """Do everything that is due; end early, after the present one, when told to stop."""
        self.sweep()
        while not self.stop.is_set() and self.one_round():
            pass
        if self.with_jobs:
            self.each(open_jobs(limit=1), lambda number: f"jobs {run_job(job_id=number)}")

    def one_round(self) -> bool:
        """Hand on a batch, and work off what is due now; tell whether there was anything."""
        handed_on = relay_events()
        if handed_on:
            self.counts["events handed on"] += handed_on
        entries, deliveries = open_entries(), open_deliveries()
        self.each(entries, lambda number: f"entries {deliver_entry(entry_id=number)}")
        self.each(deliveries, lambda number: f"webhooks {send_delivery(delivery_id=number)}")
        return bool(handed_on or entries or deliveries)

    def each(self, numbers: list[int], act: Callable[[int], str]) -> None:
        """Act on each, unless told to stop."""
        for number in numbers:
            if self.stop.is_set():
                return
            self.counts[act(number)] += 1

    def sweep(self) -> None:
        """Do what is to be done now and then; one that fails does not keep the others from it."""
        for act, what, every in self.sweeps:
            if monotonic() - self.swept_at.get(what, -every) < every or self.stop.is_set():
                continue
            self.swept_at[what] = monotonic()
            try:
                if count := act():
                    self.counts[what] += count
            except DatabaseError:
                raise
            except Exception:
                logger.exception("%s failed", act.__name__)


@contextmanager
def stopped_by_signals() -> Iterator[threading.Event]:
    """Yield an event that SIGTERM and Ctrl-C set; the handlers that were there come back at the end."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def set_it(number: int, frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, set_it) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
