"""Reading only, and all of it as of one moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

__all__ = ["reading_only"]


@contextmanager
def reading_only() -> Iterator[None]:
    """Have the database refuse every write, and show what it held when this began, whatever the shop does meanwhile.

    On PostgreSQL a transaction that is read-only and ``REPEATABLE READ``, without a limit on how long a statement may
    take; inside a transaction of the caller, that one goes on as it is. On SQLite ``query_only``.
    """
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL statement_timeout = 0")
            yield
    elif connection.vendor == "sqlite":
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("PRAGMA query_only = ON")
                yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA query_only = OFF")
    else:
        with transaction.atomic():
            yield
