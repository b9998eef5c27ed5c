from datetime import UTC, date, datetime

import pytest

from nexus_commerce.shipping.estimates import add_business_days, estimate_delivery

MONDAY = date(2026, 3, 2)
FRIDAY = date(2026, 3, 6)
SATURDAY = date(2026, 3, 7)
SUNDAY = date(2026, 3, 8)


@pytest.mark.parametrize(
    ("day", "days", "then"),
    [
        (MONDAY, 0, MONDAY),
        (MONDAY, 1, date(2026, 3, 3)),
        (MONDAY, 4, FRIDAY),
        (MONDAY, 5, date(2026, 3, 9)),
        (FRIDAY, 0, FRIDAY),
        (FRIDAY, 1, date(2026, 3, 9)),
        (FRIDAY, 6, date(2026, 3, 16)),
        (SATURDAY, 0, date(2026, 3, 9)),
        (SATURDAY, 1, date(2026, 3, 9)),
        (SUNDAY, 0, date(2026, 3, 9)),
        (SUNDAY, 1, date(2026, 3, 9)),
        (SUNDAY, 2, date(2026, 3, 10)),
        (SUNDAY, 10, date(2026, 3, 20)),
    ],
)
def test_weekends_are_skipped(day: date, days: int, then: date) -> None:
    assert add_business_days(day, days) == then


def test_days_are_counted_one_by_one() -> None:
    for start in range(14):
        day = date(2026, 3, 2 + start)
        for days in range(1, 30):
            then, left = day, days
            while left:
                then = date.fromordinal(then.toordinal() + 1)
                left -= then.weekday() < 5
            assert add_business_days(day, days) == then


def test_today_is_that_of_the_channel() -> None:
    # Sunday evening in UTC is Monday in Tokyo.
    now = datetime(2026, 3, 8, 16, 0, tzinfo=UTC)
    tokyo = estimate_delivery(min_days=1, max_days=3, now=now, time_zone="Asia/Tokyo")
    assert (tokyo.earliest, tokyo.latest) == (date(2026, 3, 10), date(2026, 3, 12))
    utc = estimate_delivery(min_days=1, max_days=3, now=now, time_zone="UTC")
    assert (utc.earliest, utc.latest) == (date(2026, 3, 9), date(2026, 3, 11))


def test_what_is_not_known_is_not_estimated() -> None:
    found = estimate_delivery(min_days=None, max_days=5, now=datetime(2026, 3, 2, tzinfo=UTC), time_zone="UTC")
    assert (found.earliest, found.latest) == (None, date(2026, 3, 9))
