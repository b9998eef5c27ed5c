"""Having subscribers handle what is in their inbox: each entry once, in the order of its aggregate."""

import logging
import random
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.outside import refuse_inside_transaction
from nexus_commerce.events.errors import EntryNotClosed
from nexus_commerce.events.models import InboxEntry
from nexus_commerce.events.redacting import error_text
from nexus_commerce.events.subscribers import Subscriber

__all__ = [
    "deliver_entry",
    "following_entry",
    "offer_entries",
    "open_entries",
    "replay_entry",
    "settle_entry",
    "withdraw_offers",
]

logger = logging.getLogger("nexus_commerce.events")

OPEN: Final = ("pending", "running")
FIRST_PAUSE: Final = 10
LONGEST_PAUSE: Final = 3600
OFFERED_FOR: Final = timedelta(minutes=1)
DIED: Final = "The process that handled it died or did not come back in time."


def open_entries(*, limit: int = 200) -> list[int]:
    """Return the ids of entries that are due by the database's clock, those first that have waited longest.

    Of one subscriber and aggregate only the first is due; what a process left behind is due when its time is over.
    """
    return list(due_entries().order_by("available_at", "pk").values_list("pk", flat=True)[:limit])


def offer_entries(*, limit: int = 200) -> list[int]:
    """Return the ids of entries that are due, and keep them from being offered again for a minute.

    For a door that tells workers by messages: a message that is lost is sent again later, and while the workers are
    busy their queue does not fill up with the same ones. Who asks for an entry that was offered gets it.
    """
    free = Q(state="running") | Q(locked_until=None) | Q(locked_until__lte=Now())
    due = due_entries().filter(free).order_by("available_at", "pk")
    found = list(due.values_list("pk", flat=True)[:limit])
    InboxEntry.objects.filter(pk__in=found, state="pending").update(locked_until=Now() + OFFERED_FOR)
    return found


def withdraw_offers(*, entry_ids: Iterable[int]) -> None:
    """Let entries be offered again at once: nobody was told of them."""
    InboxEntry.objects.filter(pk__in=list(entry_ids), state="pending").update(locked_until=None)


def following_entry(*, entry_id: int) -> int | None:
    """Return the id of the entry that had to wait for this one, if it is due now."""
    this = InboxEntry.objects.filter(pk=entry_id)
    following = due_entries().filter(
        consumer__in=this.values("consumer"), aggregate_id__in=this.values("aggregate_id"), pk__gt=entry_id
    )
    return following.order_by("pk").values_list("pk", flat=True).first()


def deliver_entry(*, entry_id: int) -> str:
    """Have an entry handled, if it is due and nobody else has it; return its state, or ``gone``.

    Called outside any transaction: the claim is committed before the subscriber is called, so that a process that dies
    leaves a trace, and one that comes back too late finds that it was. A failure is kept in the entry, not raised.
    """
    refuse_inside_transaction()
    entry = InboxEntry.objects.filter(pk=entry_id).first()
    if entry is None:
        return "gone"
    if entry.state in OPEN:
        subscriber = find_subscriber(entry.consumer)
        if subscriber is None:
            close_unclaimed(entry, "dead", f"No subscriber {entry.consumer!r} is named in NEXUS_COMMERCE any more.")
        elif not close_broken_off(entry, subscriber) and claim(entry, subscriber):
            handle(entry, subscriber)
    return InboxEntry.objects.values_list("state", flat=True).get(pk=entry_id)


def replay_entry(*, entry: InboxEntry) -> InboxEntry:
    """Have a dead or uncertain entry tried again from the beginning. Raises ``EntryNotClosed``.

    An uncertain one may be sent a second time thereby: that is for people to decide.
    """
    reopened = InboxEntry.objects.filter(pk=entry.pk, state__in=["dead", "uncertain"]).update(
        state="pending", attempts=0, available_at=Now(), locked_until=None, is_sending=False, finished_at=None
    )
    if not reopened:
        raise EntryNotClosed()
    entry.refresh_from_db()
    return entry


def settle_entry(*, entry: InboxEntry) -> InboxEntry:
    """Mark a dead or uncertain entry as done: people saw to it, or found that it was. Raises ``EntryNotClosed``."""
    settled = InboxEntry.objects.filter(pk=entry.pk, state__in=["dead", "uncertain"]).update(
        state="done", is_sending=False, locked_until=None, finished_at=Now()
    )
    if not settled:
        raise EntryNotClosed()
    entry.refresh_from_db()
    return entry


def find_subscriber(name: str) -> Subscriber | None:
    """Return the subscriber of that name, if the project still has it."""
    return next((cls() for cls in nexus_settings.SUBSCRIBERS if cls.name == name), None)


def due_entries() -> QuerySet[InboxEntry]:
    """Entries whose time has come, of each subscriber and aggregate the first."""
    earlier = InboxEntry.objects.filter(
        consumer=OuterRef("consumer"), aggregate_id=OuterRef("aggregate_id"), pk__lt=OuterRef("pk"), state__in=OPEN
    )
    ready = Q(state="pending") | Q(state="running", locked_until__lte=Now())
    return InboxEntry.objects.filter(ready, ~Exists(earlier), state__in=OPEN, available_at__lte=Now())


def close_unclaimed(entry: InboxEntry, state: str, reason: str) -> bool:
    """Close an entry that nobody is to handle, unless it is not due or changed meanwhile."""
    due = due_entries().filter(pk=entry.pk, state=entry.state, attempts=entry.attempts)
    closed = due.update(state=state, last_error=reason, locked_until=None, is_sending=False, finished_at=Now())
    if closed:
        logger.error("Inbox entry %s of %s is %s: %s", entry.pk, entry.consumer, state, reason)
    return bool(closed)


def close_broken_off(entry: InboxEntry, subscriber: Subscriber) -> bool:
    """Close an entry that a process left behind, where it must not be repeated or was tried often enough."""
    if entry.state != "running":
        return False
    if entry.is_sending and not subscriber.may_repeat:
        return close_unclaimed(entry, "uncertain", f"{DIED} Nobody knows whether it was sent.")
    return entry.attempts >= subscriber.max_attempts and close_unclaimed(entry, "dead", DIED)


def claim(entry: InboxEntry, subscriber: Subscriber) -> bool:
    """Take an entry, if it is still due and as it was read."""
    claimed = (
        due_entries()
        .filter(pk=entry.pk, state=entry.state, attempts=entry.attempts)
        .update(
            state="running",
            attempts=entry.attempts + 1,
            locked_until=Now() + subscriber.timeout,
            is_sending=subscriber.sends,
        )
    )
    if claimed:
        entry.refresh_from_db()
    return bool(claimed)


def handle(entry: InboxEntry, subscriber: Subscriber) -> None:
    """Call the subscriber and mark the entry as done, or keep why it failed."""
    try:
        if subscriber.sends:
            subscriber.handle(entry.event)
            finish(entry)
        else:
            with transaction.atomic():
                # Marked first: the row stays locked, so that nobody who takes us for dead can handle it as well.
                if finish(entry):
                    subscriber.handle(entry.event)
    except Exception as exc:
        logger.exception("Subscriber %s failed on inbox entry %s", entry.consumer, entry.pk)
        fail(entry, subscriber, exc)


def still_ours(entry: InboxEntry) -> QuerySet[InboxEntry]:
    """The entry, as long as nobody else took it since it was claimed."""
    return InboxEntry.objects.filter(
        pk=entry.pk, state="running", attempts=entry.attempts, locked_until=entry.locked_until
    )


def finish(entry: InboxEntry) -> bool:
    """Mark an entry as done. One that was called uncertain because it took so long is no longer so."""
    done = {"state": "done", "is_sending": False, "locked_until": None, "last_error": "", "finished_at": Now()}
    if still_ours(entry).update(**done):
        return True
    late = InboxEntry.objects.filter(pk=entry.pk, state="uncertain", attempts=entry.attempts)
    return entry.is_sending and bool(late.update(**done))


def fail(entry: InboxEntry, subscriber: Subscriber, error: Exception) -> None:
    """Keep a failed try; the next one comes after a pause, three times as long each time, or never."""
    is_last = entry.attempts >= subscriber.max_attempts
    still_ours(entry).update(
        state="dead" if is_last else "pending",
        last_error=error_text(error),
        is_sending=False,
        locked_until=None,
        available_at=Now() + pause_after(entry.attempts),
        finished_at=Now() if is_last else None,
    )


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many tries: 10 s, 30 s, 90 s ... an hour, and by chance up to a half longer."""
    pause = min(FIRST_PAUSE * 3 ** (attempts - 1), LONGEST_PAUSE)
    return timedelta(seconds=pause * random.uniform(1, 1.5))  # noqa: S311 - spreads load, guards nothing
