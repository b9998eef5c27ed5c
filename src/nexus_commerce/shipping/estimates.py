"""When goods arrive."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

__all__ = ["Estimate", "add_business_days", "estimate_delivery"]

SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Estimate:
    """From when until when goods arrive: business days from now, and dates where the method goes."""

    min_days: int | None
    max_days: int | None
    earliest: date | None
    latest: date | None


def add_business_days(day: date, days: int) -> date:
    """Return the day ``days`` business days (Monday to Friday) after ``day``; with none, the next that is one."""
    while day.weekday() >= SATURDAY:
        # Before the first business day nothing moves, so a weekend counts as its Monday for "today" alone.
        if days:
            day -= timedelta(days=1)
        else:
            day += timedelta(days=1)
    weeks, rest = divmod(days, 5)
    day += timedelta(weeks=weeks)
    while rest:
        day += timedelta(days=1)
        rest -= day.weekday() < SATURDAY
    return day


def estimate_delivery(*, min_days: int | None, max_days: int | None, now: datetime, time_zone: str) -> Estimate:
    """Return the estimate of a method, counted from the day that ``now`` is in ``time_zone``; public holidays are not
    known."""
    today = now.astimezone(ZoneInfo(time_zone)).date()
    earliest, latest = (None if days is None else add_business_days(today, days) for days in (min_days, max_days))
    return Estimate(min_days, max_days, earliest, latest)
