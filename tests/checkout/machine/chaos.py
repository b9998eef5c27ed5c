"""What happens in the middle of a service: the process dies, or somebody else comes in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from nexus_commerce.core.errors import CommerceError
from nexus_commerce.core.failpoints import FAILPOINTS, arm, disarm

__all__ = ["OPEN_POINTS", "Crash", "crashing", "interrupted"]

OPEN_POINTS = [name for name in FAILPOINTS if name not in ("checkout.order_written", "checkout.finalizing")]
"""Points that are passed outside any transaction, where somebody else can act."""


class Crash(BaseException):
    """The process is gone: nothing that catches errors may catch this."""


@contextmanager
def crashing(point: str | None) -> Iterator[None]:
    """Let the process die at a point, if it is passed."""

    def die() -> None:
        disarm()
        raise Crash(point)

    if point is not None:
        arm(point, die)
    try:
        yield
    finally:
        disarm()


@contextmanager
def interrupted(point: str, act: Callable[[], object]) -> Iterator[None]:
    """Let somebody else act once, at a point, before the service goes on."""

    def come_in() -> None:
        disarm()
        try:
            act()
        except CommerceError:
            return

    arm(point, come_in)
    try:
        yield
    finally:
        disarm()
