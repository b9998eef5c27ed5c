"""Which price was public when, worked out of the rows of history; plain Python."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

__all__ = [
    "ListState",
    "LowestPrice",
    "PriceState",
    "Ranking",
    "Span",
    "UnitPrice",
    "prior_price",
    "public_spans",
    "rankings",
]

EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """``amount`` minor units for ``per`` units; two are compared as exact ratios."""

    amount: int
    per: int = 1

    def is_below(self, other: "UnitPrice") -> bool:
        """Tell whether a unit costs less."""
        return self.amount * other.per < other.amount * self.per

    def costs_as_much_as(self, other: "UnitPrice") -> bool:
        """Tell whether a unit costs the same."""
        return self.amount * other.per == other.amount * self.per


@dataclass(frozen=True, slots=True)
class PriceState:
    """What a price became ``at`` a moment; ``amount`` is None where it was taken away."""

    at: datetime
    price_list: int
    min_quantity: int
    valid_from: datetime | None
    valid_until: datetime | None
    amount: int | None
    per: int


@dataclass(frozen=True, slots=True)
class ListState:
    """What a price list became ``at`` a moment; ``applies`` is whether it was active and public where prices are
    asked for."""

    at: datetime
    price_list: int
    applies: bool
    priority: int
    has_country: bool
    valid_from: datetime | None
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """The lists that applied from ``start`` on, first asked first."""

    start: datetime
    lists: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """The public price from ``start`` until the next span; None where there was none."""

    start: datetime
    price: UnitPrice | None


@dataclass(frozen=True, slots=True)
class LowestPrice:
    """The prior price: ``amount`` minor units for ``per`` units, last in force from ``since`` on.

    ``reduced_since`` is when the reduction began that the present price is; None where it is none.
    """

    amount: int
    per: int
    since: datetime
    reduced_since: datetime | None


def rankings(states: Iterable[ListState], until: datetime) -> list[Ranking]:
    """Return which lists applied from when on, up to ``until``; the order is that of ``PricePolicy.quote``."""
    ordered = sorted((state for state in states if state.at <= until), key=lambda state: state.at)
    found: list[Ranking] = []
    latest: dict[int, ListState] = {}
    for moment, come in _moments(ordered, [], until):
        latest |= {state.price_list: state for state in come}
        fit = [each for each in latest.values() if each.applies and _in_window(each, moment)]
        fit.sort(key=lambda state: (-state.priority, not state.has_country, state.price_list))
        lists = tuple(state.price_list for state in fit)
        if not found or found[-1].lists != lists:
            found.append(Ranking(moment, lists))
    return found


def public_spans(
    states: Iterable[PriceState], ranked: Sequence[Ranking], until: datetime, quantity: int = 1
) -> list[Span]:
    """Return the public prices of a variant for a quantity, from its first row of history up to ``until``.

    At each moment the latest row of each price counts that was recorded at or before it, of the first list that has
    one in force. Neighboring spans have different prices.
    """
    ordered = sorted((state for state in states if state.at <= until), key=lambda state: state.at)
    found: list[Span] = []
    latest: dict[int, dict[Any, PriceState]] = defaultdict(dict)
    starts = [ranking.start for ranking in ranked]
    for moment, come in _moments(ordered, starts, until):
        for state in come:
            if state.min_quantity <= quantity:
                latest[state.price_list][state.min_quantity, state.valid_from] = state
        place = bisect_right(starts, moment)
        price = _first_price(ranked[place - 1].lists if place else (), latest, moment)
        if not found or not _same(found[-1].price, price):
            found.append(Span(moment, price))
    return found


def prior_price(spans: Sequence[Span], *, now: datetime, zone: tzinfo, days: int) -> LowestPrice | None:
    """Return the lowest price of the time that counts beside the present price; None where there is no price now.

    Directive 98/6/EC, article 6a, as the Commission reads it (notice 2021/C 526/02): beside a reduction stands the
    lowest price of at least 30 days before it was applied. So, where the present price is a reduction that began at S,
    this is the lowest in force from the start of the local day ``days`` days before S until S, S excluded; else the
    lowest from that day before ``now`` until now.

    The present price is a reduction where the price before it was higher. Reductions that follow one another, each
    within ``days`` days of the one before and with neither a rise nor a time without a price between, are one that
    began with the first (article 6a, paragraph 5). After a time without a price, it counts what was asked for last, if
    it is no longer ago than ``days`` days. A variant with a shorter history is judged by what there is.
    """
    if not spans or spans[-1].price is None:
        return None
    first = _reduction(spans, zone, days)
    if first is None:
        start, end = day_before(now, zone, days), now + timedelta.resolution
    else:
        start, end = day_before(spans[first].start, zone, days), spans[first].start
    price, since = _lowest(spans, start, end)
    return LowestPrice(price.amount, price.per, since, None if first is None else spans[first].start)


def day_before(moment: datetime, zone: tzinfo, days: int) -> datetime:
    """Return the start of the day, in a time zone, that lies ``days`` calendar days before that of ``moment``."""
    day = moment.astimezone(zone).date() - timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _reduction(spans: Sequence[Span], zone: tzinfo, days: int) -> int | None:
    """Return the place of the span with which the present reduction began, or None."""
    began: int | None = None
    for place in range(len(spans) - 1, 0, -1):
        if began is not None and spans[place].start < day_before(spans[began].start, zone, days):
            break
        before = spans[place - 1]
        if before.price is None:
            is_recent = before.start > day_before(spans[place].start, zone, days)
            return place if is_recent and place > 1 and _fell(spans[place - 2], spans[place]) else began
        if not _fell(before, spans[place]):
            break
        began = place
    return began


def _lowest(spans: Sequence[Span], start: datetime, end: datetime) -> tuple[UnitPrice, datetime]:
    """Return the lowest price in force at any moment of ``[start, end)``, and since when; of equal ones the latest."""
    stops = [*(span.start for span in spans[1:]), end]
    found: tuple[UnitPrice, datetime] | None = None
    for span, stop in zip(spans, stops, strict=True):
        if span.price is None or span.start >= end or stop <= start:
            continue
        if found is None or not found[0].is_below(span.price):
            found = span.price, span.start
    assert found is not None, "a present price, or the higher one before a reduction, lies in the time asked for"
    return found


def _fell(before: Span, after: Span) -> bool:
    return before.price is not None and after.price is not None and after.price.is_below(before.price)


def _same(one: UnitPrice | None, other: UnitPrice | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.costs_as_much_as(other)


def _moments(ordered: Sequence[Any], others: Iterable[datetime], until: datetime) -> Iterator[tuple[datetime, Any]]:
    """Yield each moment from the first row on at which something may change, with the rows recorded up to it."""
    if not ordered:
        return
    edges = {edge for state in ordered for edge in (state.valid_from, state.valid_until) if edge}
    first, place = ordered[0].at, 0
    for moment in sorted({*edges, *others, *(state.at for state in ordered)}):
        if first <= moment <= until:
            come = place
            while come < len(ordered) and ordered[come].at <= moment:
                come += 1
            yield moment, ordered[place:come]
            place = come


def _first_price(lists: Sequence[int], latest: dict[int, dict[Any, PriceState]], moment: datetime) -> UnitPrice | None:
    for price_list in lists:
        if price_list in latest:
            fit = [each for each in latest[price_list].values() if each.amount is not None and _in_window(each, moment)]
            if fit:
                best = max(fit, key=lambda state: (state.min_quantity, state.valid_from or EARLIEST))
                return UnitPrice(best.amount, best.per)  # type: ignore[arg-type]
    return None


def _in_window(state: PriceState | ListState, moment: datetime) -> bool:
    return (state.valid_from is None or state.valid_from <= moment) and (
        state.valid_until is None or state.valid_until > moment
    )
