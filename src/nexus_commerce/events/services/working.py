"""Working off events in this process, until nothing is due."""

import threading

from nexus_commerce.events.services.delivering import deliver_entry, open_entries
from nexus_commerce.events.services.relaying import relay_events

__all__ = ["deliver_all", "work_off_after_commit"]

_working = threading.local()


def deliver_all(*, limit: int = 1000) -> int:
    """Hand on events and have them handled, until nothing is due or ``limit`` entries were handled; return how many.

    Called outside any transaction. What handling them writes to the outbox is worked off as well.
    """
    handled = 0
    while handled < limit:
        while relay_events():
            pass
        due = open_entries(limit=min(100, limit - handled))
        if not due:
            break
        for entry_id in due:
            deliver_entry(entry_id=entry_id)
        handled += len(due)
    return handled


def work_off_after_commit() -> None:
    """Work off what the transaction that just ended has written.

    What is committed by handling it is left to the loop that runs already.
    """
    if getattr(_working, "is_on", False):
        return
    _working.is_on = True
    try:
        deliver_all()
    finally:
        _working.is_on = False
