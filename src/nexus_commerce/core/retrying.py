"""Doing a whole transaction again when the database gave up on it for the sake of another."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

from django.db import OperationalError, connections

__all__ = ["InsideTransaction", "is_inside_transaction", "refuse_outer_transaction", "retry_transaction"]

T = TypeVar("T")

TRIES: Final = 3
PAUSE: Final = 0.02
"""The longest pause in seconds before the second try; it doubles for each further one."""
GIVEN_UP: Final = frozenset({"40001", "40P01"})
"""SQLSTATE of a serialization failure and of a deadlock: nothing was changed, and trying again is the cure."""


class InsideTransaction(RuntimeError):
    """What needs a transaction of its own was called inside another."""


def is_inside_transaction() -> bool:
    """Tell whether a transaction is open; those that wrap a test do not count, as for Django's durable blocks."""
    return any(
        not getattr(block, "_from_testcase", False)
        for connection in connections.all(initialized_only=True)
        for block in connection.atomic_blocks
    )


def refuse_outer_transaction(what: str) -> None:
    """Raise ``InsideTransaction``, which begins with ``what``, where a transaction is open."""
    if is_inside_transaction():
        raise InsideTransaction(
            f"{what} cannot run inside a transaction. Take away the atomic block around it; "
            "the library's views are exempt from ATOMIC_REQUESTS by themselves."
        )


def retry_transaction(work: Callable[[], T]) -> T:
    """Return what ``work`` returns; carry it out again, three times at most, after a deadlock or a failure to
    serialize.

    ``work`` is one transaction, all of it: what it did before it failed is undone, so it reads again what it decides
    by. The pauses between are random, so that those who met do not meet again. Raises ``InsideTransaction``: half of a
    transaction cannot be done again.
    """
    refuse_outer_transaction("A transaction that is tried again")
    for tried in range(1, TRIES):
        try:
            return work()
        except OperationalError as exc:
            if getattr(exc.__cause__, "sqlstate", None) not in GIVEN_UP:
                raise
        time.sleep(random.uniform(0, PAUSE * 2**tried))  # noqa: S311 - spreads load, guards nothing
    return work()
