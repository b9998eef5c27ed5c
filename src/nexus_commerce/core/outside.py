"""Asking somebody outside: never inside a transaction, and never for longer than agreed."""

import threading
from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

from django.db import connections

from nexus_commerce.core.retrying import is_inside_transaction

__all__ = ["AskedInTransaction", "NoAnswer", "OutsideCall", "refuse_inside_transaction"]

AnswerT = TypeVar("AnswerT")

SLOTS: dict[str, threading.BoundedSemaphore] = {}
"""How many more calls of each name may run in this process."""


class AskedInTransaction(RuntimeError):
    """Somebody outside was to be asked inside a transaction: that would hold locks for as long as they think."""


class NoAnswer(Exception):
    """There is no answer: it failed, was late, or too many calls are running. The text is an English sentence."""


def refuse_inside_transaction() -> None:
    """Raise ``AskedInTransaction`` inside one; those that wrap a test do not count, as for Django's durable blocks."""
    if is_inside_transaction():
        raise AskedInTransaction("Others are asked before a transaction begins, never inside it.")


class OutsideCall(Generic[AnswerT]):
    """One call of ``ask`` in a thread of its own, waited for ``timeout`` seconds; ``max_running`` of a name at once.

    A call that is late runs on until it ends by itself: give what it does a time limit of its own as well.
    """

    def __init__(self, name: str, ask: Callable[[], AnswerT], *, timeout: float, max_running: int) -> None:
        self.name = name
        self.ask = ask
        self.timeout = timeout
        self.slot = SLOTS.setdefault(name, threading.BoundedSemaphore(max_running))
        self.thread: threading.Thread | None = None
        self.began = 0.0
        self.answers: list[AnswerT] = []
        self.failure: Exception | None = None

    def begin(self) -> None:
        """Start the call, unless too many are running. Raises ``AskedInTransaction``."""
        refuse_inside_transaction()
        self.began = monotonic()
        if self.slot.acquire(blocking=False):
            # A daemon: somebody who never answers must not keep the process from ending.
            self.thread = threading.Thread(target=self._run, name=f"nexus-{self.name}", daemon=True)
            self.thread.start()

    def result(self) -> AnswerT:
        """Wait for the answer and return it, or raise ``NoAnswer``."""
        if self.thread is None:
            raise NoAnswer("too many calls are running.")
        self.thread.join(max(0.0, self.began + self.timeout - monotonic()))
        if self.thread.is_alive():
            raise NoAnswer(f"it took longer than {self.timeout:g} seconds.")
        if self.failure is not None:
            raise NoAnswer(f"{type(self.failure).__name__}: {self.failure}") from self.failure
        return self.answers[0]

    def _run(self) -> None:
        try:
            self.answers.append(self.ask())
        except Exception as exc:
            self.failure = exc
        finally:
            connections.close_all()
            self.slot.release()
