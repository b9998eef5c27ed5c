"""``NEXUS_COMMERCE["RELAY"] = "inline"``: the process that wrote events works them off, after its commit."""

import threading
from collections.abc import Callable

from django.db import transaction

__all__ = ["work_off_once", "work_off_with"]

_here = threading.local()
_workers: list[Callable[[], object]] = []


def work_off_with(worker: Callable[[], object]) -> None:
    """Name the function that works off what is due. It stands above the writing, which cannot import it."""
    _workers[:] = [worker]


def work_off_once() -> None:
    """Have events worked off after the commit, once a transaction; a failure there is logged and harms nobody.

    A callback that a savepoint took back is no longer among those of the connection: then the next event registers
    another.
    """
    registered = transaction.get_connection().run_on_commit
    if not any(callback is work_off for _, callback, _ in registered):
        transaction.on_commit(work_off, robust=True)


def work_off() -> None:
    """Work off what is due. What is committed on the way is left to the loop that runs already."""
    if getattr(_here, "is_working", False):
        return
    _here.is_working = True
    try:
        for worker in _workers:
            worker()
    finally:
        _here.is_working = False
