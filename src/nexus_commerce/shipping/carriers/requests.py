"""What a carrier is asked, and what it answers: plain data.

Amounts are integers of the minor unit of ``currency``, weights grams, measures millimeters, times business days.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Self

__all__ = ["CarrierItem", "CarrierQuote", "CarrierRequest", "Destination", "KeptQuote"]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a parcel goes; nobody's name, for a rate does not depend on it."""

    country: str
    region: str = ""
    postal_code: str = ""
    city: str = ""
    line1: str = ""
    line2: str = ""
    line3: str = ""
    is_business: bool = False


@dataclass(frozen=True, slots=True)
class CarrierItem:
    """Units of one variant that are sent."""

    sku: str
    quantity: int
    weight: int = 0


@dataclass(frozen=True, slots=True)
class CarrierRequest:
    """What is to be sent, where and from which channel. ``value`` is that of all goods before discounts."""

    channel: str
    currency: str
    destination: Destination
    items: tuple[CarrierItem, ...]
    value: int = 0

    @property
    def weight(self) -> int:
        return sum(item.weight * item.quantity for item in self.items)

    @property
    def quantity(self) -> int:
        return sum(item.quantity for item in self.items)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of everything in it: a quote holds for the very same request only."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class CarrierQuote:
    """What one service of a carrier costs. ``service`` is a slug of at most 32 characters, stable over time.

    ``expires_at`` is needed only where the carrier itself limits its offer; it shortens the option ``valid_for``.
    """

    service: str
    name: str
    amount: int
    currency: str
    min_days: int | None = None
    max_days: int | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeptQuote:
    """A quote as a cart or the cache keeps it: for which request, and until when it holds."""

    service: str
    name: str
    amount: int
    currency: str
    fingerprint: str
    expires_at: datetime
    min_days: int | None = None
    max_days: int | None = None

    def holds_for(self, fingerprint: str, now: datetime) -> bool:
        """Tell whether the quote is one for that request and in force."""
        return self.fingerprint == fingerprint and now < self.expires_at

    def to_json(self) -> dict[str, Any]:
        """Return its JSON."""
        return {**asdict(self), "expires_at": self.expires_at.isoformat()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read it back. Raises ValueError, KeyError or TypeError for what is no kept quote."""
        known = {field.name: data[field.name] for field in fields(cls) if field.name in data}
        return cls(**{**known, "expires_at": datetime.fromisoformat(data["expires_at"])})
