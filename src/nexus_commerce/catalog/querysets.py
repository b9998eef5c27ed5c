"""Querysets of the catalog."""

from datetime import datetime
from typing import Any, Self

from django.db.models import Q
from polymorphic.query import PolymorphicQuerySet


def within_window(start: str, end: str, now: datetime) -> Q:
    """Make the condition that ``now`` lies in the half-open window ``[start, end)``; an empty end is open."""
    return (Q((f"{start}__isnull", True)) | Q((f"{start}__lte", now))) & (
        Q((f"{end}__isnull", True)) | Q((f"{end}__gt", now))
    )


class ProductQuerySet(PolymorphicQuerySet):  # type: ignore[type-arg]
    """Products, each of its own type; ``non_polymorphic()`` where the base columns are enough."""

    def visible_in(self, channel: Any, *, now: datetime) -> Self:
        """Narrow to products that shoppers of ``channel`` may see at ``now``."""
        listed = within_window("listings__visible_from", "listings__visible_until", now)
        return self.filter(listed, archived_at__isnull=True, listings__channel=channel, listings__is_visible=True)
