"""How often something may be tried, by scope: what the library allows, and how a rate is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from nexus_commerce.conf.kinds import BadSetting, did_you_mean

__all__ = ["RATES", "Rate", "parse_rate", "rates_in_force"]

RATES: Final[Mapping[str, str]] = {
    "checkout": "10/min",
    "coupon": "10/min",
    "coupon_address": "60/min",
    "gift_card": "5/min",
    "gift_card_address": "60/h",
    "guest_lookup": "5/h",
    "webhook_test": "10/min",
}
"""The library's rates. Those that end in ``_address`` bound what one network address tries under changing names."""
WRITTEN: Final = re.compile(r"([1-9]\d{0,8})/(s|min|h|d)")
SECONDS: Final = {"s": 1, "min": 60, "h": 3600, "d": 86_400}


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``limit`` tries in ``seconds``."""

    limit: int
    seconds: int


def parse_rate(scope: str, written: Any) -> Rate:
    """Read a rate such as ``10/min``. Raises ``BadSetting``."""
    found = WRITTEN.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        where = f"NEXUS_COMMERCE['THROTTLE_RATES'][{scope!r}]"
        raise BadSetting(
            "E229", f"{where} = {written!r} is not a rate.", "Write a number and a period: 10/s, 10/min, 10/h or 10/d."
        )
    return Rate(int(found[1]), SECONDS[found[2]])


def rates_in_force(given: Mapping[str, Any]) -> dict[str, Rate | None]:
    """Return each scope's rate, None where the host switched it off. Raises ``BadSetting``."""
    if unknown := sorted(map(str, set(given) - set(RATES))):
        message = f"NEXUS_COMMERCE['THROTTLE_RATES'] names the unknown scope {unknown[0]!r}."
        raise BadSetting("E229", message, did_you_mean(unknown[0], RATES))
    written = {**RATES, **given}
    return {scope: None if rate is None else parse_rate(scope, rate) for scope, rate in written.items()}
