"""Named points between the steps of what must survive a crash. They do nothing, unless a test arms them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

__all__ = ["FAILPOINTS", "arm", "disarm", "failpoint"]

FAILPOINTS: Final = (
    "checkout.before_prepare",
    "checkout.order_written",
    "checkout.prepared",
    "checkout.before_finalize",
    "checkout.finalizing",
    "checkout.finalized",
    "payment.before_start",
    "payment.started",
    "payment.start_kept",
    "payment.authorized",
    "capture.begun",
    "capture.asked",
    "capture.kept",
    "void.begun",
    "void.asked",
    "void.kept",
    "refund.begun",
    "refund.asked",
    "refund.kept",
)
"""Every point, in the order in which a checkout, a capture, a void and a refund pass them."""

_actions: dict[str, Callable[[], None]] = {}


def failpoint(name: str) -> None:
    """Pass a point: carry out what a test armed it with."""
    if _actions and (action := _actions.get(name)):
        action()


def arm(name: str, action: Callable[[], None]) -> None:
    """Have ``action`` carried out whenever the point is passed. For tests. Raises ``KeyError`` for an unknown name."""
    if name not in FAILPOINTS:
        raise KeyError(f"There is no failpoint {name!r}.")
    _actions[name] = action


def disarm() -> None:
    """Make every point do nothing again."""
    _actions.clear()
