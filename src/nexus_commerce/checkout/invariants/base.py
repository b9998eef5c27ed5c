"""What an invariant is: something that holds for every row, and how to find those for which it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from django.db.models import BigIntegerField, Exists, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

__all__ = ["CHUNK", "EXAMPLES", "Breaches", "Invariant", "breaches_of", "merged", "named", "total", "unequal"]

EXAMPLES: Final = 5
"""How many breaches are named; all are counted."""

CHUNK: Final = 2000
"""How many rows are in memory where rows are read one by one."""


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
    count, examples = 0, list[str]()
    for name in rows:
        count += 1
        if count <= EXAMPLES:
            examples.append(name)
    return Breaches(count, tuple(examples))


def name_of(row: Any) -> str:
    """Return what a row is called: its kind, and the public id where it has one."""
    return f"{row._meta.verbose_name} {getattr(row, 'public_id', None) or row.pk}"


def total(rows: QuerySet[Any], of: str, value: Any) -> Coalesce:
    """Return the sum of ``value`` over rows that belong to a row by the column ``of``, 0 without any.

    One look into an index for each row that is asked: for few rows, or where ``unequal`` cannot say it.
    """
    own = rows.filter(**{of: OuterRef("pk")}).order_by().values(of)
    summed = Subquery(own.annotate(nexus_total=Sum(value, output_field=BigIntegerField())).values("nexus_total"))
    return Coalesce(summed, Value(0), output_field=BigIntegerField())


def unequal(rows: QuerySet[Any], of: str, **sums: Any) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """Return the rows to which ``rows`` belong by the foreign key ``of``, and whose columns are not the ``sums``.

    Two querysets: those that have such rows, grouped once and for all, and those that have none but are not at 0.
    """
    owners = rows.model._meta.get_field(of).related_model._base_manager.all()
    mine = {column: f"nexus_{column}" for column in sums}
    grouped = (
        rows.order_by()
        .values(of)
        .annotate(**{mine[column]: Sum(value, output_field=BigIntegerField()) for column, value in sums.items()})
        .exclude(**{mine[column]: F(f"{of}__{column}") for column in sums})
        .values(of)
    )
    without = owners.filter(~Exists(rows.filter(**{of: OuterRef("pk")}).order_by()))
    return owners.filter(pk__in=grouped), without.exclude(**dict.fromkeys(sums, 0))


def merged(
    owners: QuerySet[Any, tuple[Any, ...]], rows: QuerySet[Any, tuple[Any, ...]]
) -> Iterator[tuple[tuple[Any, ...], list[tuple[Any, ...]]]]:
    """Yield each owner with its rows, reading both once, side by side.

    Both are tuples: an owner begins with its key, a row with the key of its owner. Rows come in their own order.
    """
    grouped = groupby(rows.iterator(chunk_size=CHUNK), key=itemgetter(0))
    ahead = next(grouped, None)
    for owner in owners.iterator(chunk_size=CHUNK):
        while ahead is not None and ahead[0] < owner[0]:
            ahead = next(grouped, None)
        if ahead is not None and ahead[0] == owner[0]:
            yield owner, list(ahead[1])
            ahead = next(grouped, None)
        else:
            yield owner, []
