"""Rows that need not be read because they are known."""

from collections.abc import Iterable
from typing import Any

from django.db import models

__all__ = ["remember_related"]


def remember_related(row: models.Model, **related: Iterable[models.Model]) -> None:
    """Let ``row.<name>.all()`` give these rows without a statement, as if they had been prefetched.

    For rows that were just written, in the order in which they would be read.
    """
    known: dict[str, Any] = row.__dict__.setdefault("_prefetched_objects_cache", {})
    for name, rows in related.items():
        found = getattr(row, name).get_queryset()
        found._result_cache = list(rows)
        found._prefetch_done = True
        known[name] = found
