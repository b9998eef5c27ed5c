"""Stock items under lock, and the one UPDATE that changes their counters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from django.db.models import Case, F, Model, Q, Value, When
from django.db.models.functions import Now

from nexus_commerce.core.errors import Conflict
from nexus_commerce.events.services import Event, record_events
from nexus_commerce.inventory.backends.telling import change_event, tell_crossing
from nexus_commerce.inventory.errors import OutOfStock
from nexus_commerce.inventory.models import Reservation, StockItem

__all__ = ["LockedStock", "add_to_rows", "lock_what_is_free"]

COUNTERS: Final = ("on_hand", "allocated", "reserved")
ROWS_A_STATEMENT: Final = 200
"""SQLite bears expressions of a depth of 1,000."""

Steps = Mapping[str, int]


class LockedStock:
    """Stock items whose rows are locked. Change their counters and end reservations of theirs; then ``write``."""

    def __init__(self, items: Iterable[StockItem]) -> None:
        self.items: dict[int, StockItem] = {item.pk: item for item in items}
        self._before = {pk: {name: getattr(item, name) for name in COUNTERS} for pk, item in self.items.items()}
        self._ended: dict[int, Reservation] = {}

    def end(self, reservations: Iterable[Reservation]) -> None:
        """Free what the reservations hold."""
        for row in reservations:
            self._ended[row.pk] = row
            self.items[row.stock_item_id].reserved -= row.quantity

    def end_expired(self, variant_ids: Iterable[int]) -> bool:
        """Free what has expired of the variants; return whether anything had. Skips what is being extended."""
        pks = [item.pk for item in self.items.values() if item.variant_id in set(variant_ids) and item.reserved]
        expired = Reservation.objects.filter(stock_item__in=pks, expires_at__lte=Now()).exclude(pk__in=self._ended)
        rows = lock_what_is_free(expired) if pks else []
        self.end(rows)
        return bool(rows)

    def write(self) -> None:
        """Delete the reservations that ended, write the events, and last, because these are the hottest rows, change
        the counters by one conditional UPDATE.

        Raises ``OutOfStock`` or ``Conflict`` when a row is not as it was when it was locked.
        """
        steps = dict(self._steps())
        self._delete_ended()
        events: list[Event] = []
        for pk, step in steps.items():
            item = self.items[pk]
            item.version += 1
            events += [change_event(item)] if "on_hand" in step else []
            events += tell_crossing(item, item.available - surplus(step))
        if events:
            record_events(events=events)
        pks = list(steps)
        for start in range(0, len(pks), ROWS_A_STATEMENT):
            self._update({pk: steps[pk] for pk in pks[start : start + ROWS_A_STATEMENT]})

    def _steps(self) -> Iterator[tuple[int, Steps]]:
        for pk, before in self._before.items():
            after = {name: getattr(self.items[pk], name) for name in COUNTERS}
            if step := {name: after[name] - before[name] for name in COUNTERS if after[name] != before[name]}:
                yield pk, step

    def _delete_ended(self) -> None:
        if self._ended:
            deleted, _ = Reservation.objects.filter(pk__in=self._ended).delete()
            if deleted != len(self._ended):
                raise Conflict

    def _update(self, steps: Mapping[int, Steps]) -> None:
        if add_to_rows(StockItem, steps, enough, version=F("version") + 1) != len(steps):
            raise OutOfStock(lines=[]) if any(surplus(step) < 0 for step in steps.values()) else Conflict


def surplus(step: Steps) -> int:
    """Return how many units more are available after a step."""
    return step.get("on_hand", 0) - step.get("allocated", 0) - step.get("reserved", 0)


def enough(step: Steps) -> dict[str, Any]:
    """Return the lookups that hold of a stock item which bears a step: what its constraints hold too."""
    bears: dict[str, Any] = {"on_hand__gte": F("allocated") + F("reserved") - F("backorder_limit") - surplus(step)}
    for name, more in step.items():
        if more < 0:
            bears[f"{name}__gt"] = -more - 1
    return bears


def add_to_rows(
    model: type[Model], steps: Mapping[int, Steps], bears: Callable[[Any], dict[str, Any]], **columns: Any
) -> int:
    """Add the steps to the counters of rows, by their keys, in one UPDATE of the rows that bear them; return how
    many did. ``bears`` makes the lookups of a step, ``columns`` are set besides."""
    condition = Q(*(Q(pk=pk, **bears(step)) for pk, step in steps.items()), _connector=Q.OR)
    for name in sorted({name for step in steps.values() for name in step}):
        more = {pk: step.get(name, 0) for pk, step in steps.items()}
        if len(set(more.values())) == 1:  # Far cheaper to compile, and the most frequent: one line, or one of each.
            columns[name] = F(name) + more.popitem()[1]
        else:
            columns[name] = F(name) + Case(*(When(pk=pk, then=Value(units)) for pk, units in more.items()))
    return model._default_manager.filter(condition).update(**columns, updated_at=Now())


def lock_what_is_free(queryset: Any, *, limit: int | None = None) -> list[Any]:
    """Lock up to ``limit`` rows of a queryset that nobody else has locked, in the order of their keys."""
    return list(queryset.order_by("pk").select_for_update(of=("self",), skip_locked=True)[:limit])
