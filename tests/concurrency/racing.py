"""Start several actors at the same moment, each on a connection of its own."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

__all__ = ["race"]


def race(actors: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run the actors at once and return what each returned or raised, in their order."""
    barrier = threading.Barrier(len(actors))

    def run(actor: Callable[[], Any]) -> Any:
        connection.ensure_connection()
        barrier.wait(timeout=20)
        try:
            return actor()
        except Exception as exc:
            return exc
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actors)) as pool:
        return list(pool.map(run, actors))
