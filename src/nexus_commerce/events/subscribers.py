"""What is told of events, in a worker, at least once."""

from __future__ import annotations

from datetime import timedelta
from fnmatch import fnmatchcase
from typing import ClassVar

from nexus_commerce.events.models import OutboxEvent

__all__ = ["Subscriber"]


class Subscriber:
    """Something that reacts to events after their transaction committed.

    ``name`` is stored with what was handled: never change it. ``types`` are types of events, or beginnings with a star
    (``order.*``). Named in ``NEXUS_COMMERCE["SUBSCRIBERS"]``. An instance lives for one event.

    By default ``handle`` runs in the transaction that marks the event as handled: what it writes to the database
    happens exactly once. One that ``sends`` something (a mail, a request to another server) runs outside any
    transaction; where the process dies in the middle of ``handle``, nobody knows whether it was sent: a subscriber that
    ``may_repeat`` is called again, another's entry is left as ``uncertain`` for people to decide.

    An exception is a failed try: it is repeated with growing pauses, and after the last try the entry is ``dead``,
    visible and replayable in the admin. A process that does not come back within ``timeout`` is taken for dead, which
    is a failed try too: a ``handle`` that sends must give up earlier by itself.
    """

    name: ClassVar[str] = ""
    types: ClassVar[tuple[str, ...]] = ("*",)
    sends: ClassVar[bool] = False
    may_repeat: ClassVar[bool] = True
    max_attempts: ClassVar[int] = 8
    timeout: ClassVar[timedelta] = timedelta(minutes=5)

    def wants(self, event_type: str) -> bool:
        """Tell whether events of this type are handled."""
        return any(fnmatchcase(event_type, pattern) for pattern in self.types)

    def handle(self, event: OutboxEvent) -> None:
        """React to the event. Its payload may be older than what the database says now."""
        raise NotImplementedError
