"""The lock that every write to the category tree takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, connections, transaction

__all__ = ["TREE_LOCK_KEY", "tree_lock"]

TREE_LOCK_KEY: Final = 0x6E657875_74726565
"""The key of the advisory lock: "nexutree" in ASCII, unlikely to be anybody else's."""


@contextmanager
def tree_lock(using: str | None = None) -> Iterator[None]:
    """Open a transaction and let one writer of the category tree in at a time, until that transaction ends.

    A nested set renumbers rows that it read a moment ago, so the lock must be taken before anything of the tree is
    read: two writers that only lock what they change corrupt it. Placements of products take it too, because they are
    copied along the tree. Take it before locks of products and variants. It may be taken again in the same
    transaction. Correct at the isolation level READ COMMITTED, Django's default for PostgreSQL.
    """
    using = using or DEFAULT_DB_ALIAS
    with transaction.atomic(using=using):
        _lock(using)
        yield


def _lock(using: str) -> None:
    connection = connections[using]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK_KEY])
    elif connection.vendor == "sqlite":
        # Any write takes SQLite's one write lock, also one that touches no row and a connection that did not begin
        # the transaction with BEGIN IMMEDIATE.
        ContentType.objects.using(using).filter(pk=-1).update(model="")
    else:
        rows = ContentType.objects.using(using).select_for_update()
        rows.get(app_label="nexus_catalog", model="category")
