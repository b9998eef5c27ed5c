"""Carry something out in a process of its own that is killed on its way."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

from django.db import connections
from django.db.models.functions import Now

from nexus_commerce.access.models import RateCount
from nexus_commerce.core.failpoints import arm
from nexus_commerce.events.models import IdempotencyKey
from tests.checkout.paying import let_time_pass

__all__ = ["die_at", "let_locks_run_out"]

FINISHED, FAILED = 0, 3


def die_at(point: str, act: Callable[[], Any]) -> bool:
    """Carry out ``act`` in a child that kills itself at a failpoint; return whether it got there.

    The child is forked, so that it costs no start of Python and Django; connections are not shared with it. It is gone
    as a killed process is: nothing is tidied up, and what it had not committed is undone.
    """
    connections.close_all()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if not child:
        live_and_die(point, act)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL, status
        return True
    assert os.WEXITSTATUS(status) == FINISHED, f"Failed before it came to {point}; see its output."
    return False


def live_and_die(point: str, act: Callable[[], Any]) -> None:
    """Be the child."""
    try:
        arm(point, lambda: os.kill(os.getpid(), signal.SIGKILL))
        act()
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(FAILED)
    os._exit(FINISHED)


def let_locks_run_out() -> None:
    """Let every lease, hold and deadline be over, the locks of keys, and what is counted for rates."""
    let_time_pass()
    RateCount.objects.all().delete()
    IdempotencyKey.objects.exclude(locked_until=None).update(locked_until=Now())
