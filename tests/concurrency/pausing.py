"""Stop one actor at a named point, and let another act before it goes on."""

import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

from django.db import connection

from nexus_commerce.core.failpoints import arm, disarm

__all__ = ["Interleaved", "interleave"]

STILL = 20
"""Seconds after which something is wrong with the test itself."""


class Interleaved:
    """What became of the actor that was stopped, and of the one that came in between."""

    def __init__(self) -> None:
        self.stopped: Any = None
        self.other: Any = None
        self.was_reached = False
        self.has_waited = False
        """Whether the other one had to wait for a lock of the one that was stopped."""


def interleave(point: str, stopped: Callable[[], Any], other: Callable[[], Any]) -> Interleaved:
    """Run ``stopped`` to a failpoint, then ``other`` as far as locks let it, then both to their ends.

    Each has a connection of its own; an exception is what came of it.
    """
    found = Interleaved()
    first: list[threading.Thread] = []
    pids: list[int] = []
    begun, done = threading.Event(), threading.Event()

    def stop() -> None:
        if threading.current_thread() not in first:
            return
        first.clear()
        found.was_reached = True
        begun.set()
        until = monotonic() + STILL
        while not done.wait(0.02):
            assert monotonic() < until, f"At {point} the other one neither ended nor waited for a lock."
            if pids and is_blocked(pids[0]):
                found.has_waited = True
                return

    def run_stopped() -> None:
        first.append(threading.current_thread())
        found.stopped = result_of(stopped)
        begun.set()

    def run_other() -> None:
        assert begun.wait(timeout=STILL)
        connection.ensure_connection()
        pids.append(connection.connection.info.backend_pid)
        found.other = result_of(other)
        done.set()

    arm(point, stop)
    try:
        threads = [threading.Thread(target=run) for run in (run_stopped, run_other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
    finally:
        disarm()
    return found


def is_blocked(pid: int) -> bool:
    """Tell whether a backend waits for a lock that this connection holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid() = ANY(pg_blocking_pids(%s))", [pid])
        return bool(cursor.fetchone()[0])


def result_of(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except Exception as exc:
        return exc
    finally:
        connection.close()
