"""Draw on several processors where there are some. Nothing here or below imports Django: a new process needs none."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TypeVar

__all__ = ["drawing_processes", "drawn"]

SpecT = TypeVar("SpecT")
ResultT = TypeVar("ResultT")


@contextmanager
def drawing_processes() -> Iterator[Executor | None]:
    """Start a process for each processor; none where there is one only, or where processes cannot be had."""
    count = min(os.cpu_count() or 1, 4)
    try:
        executor = ProcessPoolExecutor(count, get_context("spawn"), leave_interrupts) if count > 1 else None
    except (OSError, ImportError, NotImplementedError):
        executor = None
    try:
        yield executor
    finally:
        if executor is not None:
            executor.shutdown(cancel_futures=True)


def leave_interrupts() -> None:
    """Let the first process alone answer to Control-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def drawn(
    executor: Executor | None, draw: Callable[[SpecT], ResultT], specs: Iterable[SpecT]
) -> Iterator[tuple[SpecT, ResultT]]:
    """Yield each spec with its picture, in their order."""
    specs = list(specs)
    results = executor.map(draw, specs) if executor else map(draw, specs)
    return zip(specs, results, strict=True)
