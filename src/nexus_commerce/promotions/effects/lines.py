"""Effects on the lines that match."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal

from nexus_commerce.promotions import rules
from nexus_commerce.promotions.effects.units import from_units
from nexus_commerce.promotions.goods import Goods, value_of
from nexus_commerce.promotions.rules import Effect

__all__ = ["FixedPriceEffect", "LineAmountEffect", "LinePercentEffect", "UnitAmountEffect", "percent_off"]

Stage = Literal["lines", "order", "shipping"]


def percent_off(goods: Goods, percent: Decimal, *, cap: int | None) -> Mapping[Hashable, int]:
    """Return a percentage off the matching lines: rounded on each; with a cap, once on their sum and then shared out.

    Without a cap each line has a discount of its own, and what its floor refuses goes nowhere else.
    """
    if cap is None:
        return {line.key: goods.percent_of(line.left, percent) for line in goods.matching}
    return goods.spread(goods.percent_of(value_of(goods.matching), percent), cap=cap)


@dataclass(frozen=True)
class LinePercentEffect(Effect):
    """A percentage off each matching line."""

    code: ClassVar[str] = "line_percent"
    label: ClassVar[str] = "Percentage off matching lines"
    stage: ClassVar[Stage] = "lines"

    percent: Decimal = rules.percent("Percentage", required=True)

    def take(self, goods: Goods) -> Mapping[Hashable, int]:
        return percent_off(goods, self.percent, cap=self.cap)


@dataclass(frozen=True)
class LineAmountEffect(Effect):
    """An amount off the matching lines together, shared out by what is left of them."""

    code: ClassVar[str] = "line_amount"
    label: ClassVar[str] = "Amount off matching lines together"
    stage: ClassVar[Stage] = "lines"

    amount: int = rules.amount("Amount", required=True)

    def take(self, goods: Goods) -> Mapping[Hashable, int]:
        return goods.spread(self.amount, cap=self.cap)


@dataclass(frozen=True)
class UnitAmountEffect(Effect):
    """An amount off each matching unit, none of which goes below zero; the dearest ones where only some may have it."""

    code: ClassVar[str] = "unit_amount"
    label: ClassVar[str] = "Amount off each unit"
    stage: ClassVar[Stage] = "lines"

    amount: int = rules.amount("Amount", required=True)
    max_units: int | None = rules.count("At most so many units", least=1)

    def take(self, goods: Goods) -> Mapping[Hashable, int]:
        count = sum(line.quantity for line in goods.matching) if self.max_units is None else self.max_units
        return from_units(goods.dearest(count), lambda units: units.each(self.amount))


@dataclass(frozen=True)
class FixedPriceEffect(Effect):
    """Each matching unit costs a fixed price; one that costs less already stays as it is."""

    code: ClassVar[str] = "fixed_price"
    label: ClassVar[str] = "Fixed price of each unit"
    stage: ClassVar[Stage] = "lines"

    price: int = rules.amount("Price", required=True)

    def take(self, goods: Goods) -> Mapping[Hashable, int]:
        return {line.key: max(line.left - self.price * line.quantity, 0) for line in goods.matching}
