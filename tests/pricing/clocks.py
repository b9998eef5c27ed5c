"""A clock that tests set, so that history can be written at any moment."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

__all__ = ["Clock"]


class Clock:
    """Stands for ``django.utils.timezone.now``."""

    def __init__(self, monkeypatch: Any, now: datetime) -> None:
        self.now = now
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def set(self, *moment: int, zone: Any = UTC) -> datetime:
        """Set the time: year, month, day, and what follows."""
        self.now = datetime(*moment, tzinfo=zone).astimezone(UTC)  # type: ignore[misc, arg-type]
        return self.now

    def go_on(self, **time: float) -> datetime:
        """Let time pass, as ``timedelta`` names it."""
        self.now += timedelta(**time)
        return self.now
