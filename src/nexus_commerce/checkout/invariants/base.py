"""What an invariant is: something that holds for every row, and how to find those for which it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

__all__ = ["EXAMPLES", "Breaches", "Invariant", "breaches_of", "named", "total"]

EXAMPLES: Final = 5
"""How many breaches are named; all are counted."""


@dataclass(frozen=True, slots=True)
class Breaches:
    """How many rows break an invariant, and what some of them are called."""

    count: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Invariant:
    """Something that holds at any time. ``says`` is a sentence; ``find`` only reads."""

    code: str
    says: str
    find: Callable[[], Breaches]


def breaches_of(*rows: QuerySet[Any]) -> Breaches:
    """Return how many rows the querysets find, and the first few of them by name."""
    count, examples = 0, list[str]()
    for queryset in rows:
        found = queryset.order_by().count()
        count += found
        if found and len(examples) < EXAMPLES:
            examples += [name_of(row) for row in queryset.order_by("pk")[: EXAMPLES - len(examples)]]
    return Breaches(count, tuple(examples))


def named(rows: Iterable[str]) -> Breaches:
    """Return the breaches that were found one by one, by their names."""
    found = list(rows)
    return Breaches(len(found), tuple(found[:EXAMPLES]))


def name_of(row: Any) -> str:
    """Return what a row is called: its kind, and the public id where it has one."""
    return f"{row._meta.verbose_name} {getattr(row, 'public_id', None) or row.pk}"


def total(rows: QuerySet[Any], of: str, value: Any) -> Coalesce:
    """Return the sum of ``value`` over rows that belong to a row by the column ``of``, 0 without any."""
    own = rows.filter(**{of: OuterRef("pk")}).order_by().values(of)
    summed = Subquery(own.annotate(nexus_total=Sum(value, output_field=BigIntegerField())).values("nexus_total"))
    return Coalesce(summed, Value(0), output_field=BigIntegerField())
