"""What must be true of the shop, kept in plain Python beside it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

__all__ = ["LIVE", "PRICES", "Basket", "Model", "Sold"]

PRICES = (1000, 2500, 300)
"""What a unit of each variant costs; multiples of 100, so that ten percent of it are whole."""
LIVE = ("pending", "review", "placed", "completed")
"""States of orders that keep the coupon and what a gift card paid."""


@dataclass
class Basket:
    """An open cart: units of each variant by its place in ``PRICES``, and whether the coupon is on it."""

    lines: Counter[int] = field(default_factory=Counter)
    has_coupon: bool = False

    @property
    def total(self) -> int:
        """What it costs, in minor units."""
        whole = sum(PRICES[variant] * units for variant, units in self.lines.items())
        return whole - whole // 10 if self.has_coupon else whole


@dataclass
class Sold:
    """An order: what is in it, what it costs, how much of that the gift card paid, and what became of it.

    ``shipped`` and ``given_back`` are what clerks were told that succeeded.
    """

    order: UUID
    shopper: int
    lines: Counter[int]
    total: int
    has_coupon: bool
    by_card: int
    script: str
    state: str = "pending"
    shipped: Counter[int] = field(default_factory=Counter)

    @property
    def left(self) -> Counter[int]:
        """The units that are promised and not yet sent."""
        return self.lines - self.shipped


@dataclass
class Model:
    """Stock, orders, the gift card and the coupon."""

    on_hand: list[int]
    card: int
    baskets: dict[int, Basket] = field(default_factory=dict)
    orders: dict[UUID, Sold] = field(default_factory=dict)

    @property
    def allocated(self) -> list[int]:
        """Units of each variant that are promised to orders."""
        placed = [sold for sold in self.orders.values() if sold.state in ("placed", "completed")]
        return [sum(sold.left[variant] for sold in placed) for variant in range(len(PRICES))]

    @property
    def coupon_uses(self) -> int:
        """Orders that stand and have the coupon."""
        return sum(sold.has_coupon for sold in self.orders.values() if sold.state in LIVE)

    @property
    def money(self) -> int:
        """What the orders that stand come to."""
        return sum(sold.total for sold in self.orders.values() if sold.state in LIVE)
