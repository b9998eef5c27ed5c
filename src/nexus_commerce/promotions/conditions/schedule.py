"""The condition about the time: days of the week, and hours of the day."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from nexus_commerce.promotions import rules
from nexus_commerce.promotions.goods import Goods
from nexus_commerce.promotions.rules import Check, Condition

__all__ = ["WEEKDAYS", "ScheduleCondition"]

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class ScheduleCondition(Condition):
    """It is one of some days of the week, and a certain time of the day, by the clocks of the channel's time zone.

    From ``from_time`` on and before ``until_time``. A window over midnight (22:00 to 02:00) belongs to the day on which
    it began; the same time twice is the whole day. Raises ValueError for a day or time that there is not.
    """

    code: ClassVar[str] = "schedule"
    label: ClassVar[str] = "Days and hours"

    weekdays: tuple[str, ...] = rules.codes("Days of the week", of="weekday", help="None: every day.")
    from_time: str = rules.text("From", default="00:00", help="HH:MM")
    until_time: str = rules.text("Until", default="00:00", help="HH:MM")

    def __post_init__(self) -> None:
        if unknown := set(self.weekdays) - set(WEEKDAYS):
            raise ValueError(f"{min(unknown)!r} is not a day of the week: give {', '.join(WEEKDAYS)}.")
        for text in (self.from_time, self.until_time):
            time_of(text)

    def check(self, goods: Goods) -> Check:
        local = goods.cart.now.astimezone(ZoneInfo(goods.cart.facts.time_zone or "UTC"))
        began = self.day_of_window(local)
        is_met = began is not None and (not self.weekdays or WEEKDAYS[began.weekday()] in self.weekdays)
        return Check(is_met, data={"local_time": local.isoformat(timespec="minutes")})

    def day_of_window(self, local: datetime) -> datetime | None:
        """Return a moment of the day on which the window began that ``local`` is in; None outside of it."""
        begin, end, clock = time_of(self.from_time), time_of(self.until_time), local.time()
        if begin < end:
            return local if begin <= clock < end else None
        if clock >= begin:
            return local
        return local - timedelta(days=1) if clock < end else None


def time_of(text: str) -> time:
    """Return the time of day that a text such as 22:30 names. Raises ValueError."""
    found = time.fromisoformat(text)
    if found.tzinfo:
        raise ValueError(f"{text!r} must not name a time zone.")
    return found
