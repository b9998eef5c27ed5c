"""Effects that grow with what is bought."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal

from nexus_commerce.promotions import rules
from nexus_commerce.promotions.effects.lines import percent_off
from nexus_commerce.promotions.goods import Goods, units_of, value_of
from nexus_commerce.promotions.rules import Argument, Effect

__all__ = ["TieredQuantityEffect", "TieredValueEffect"]

Stage = Literal["lines", "order", "shipping"]
Tier = tuple[int, Decimal, int]

OFF: Mapping[str, Argument] = {
    "percent": Argument("percent", "Percentage", least=Decimal(0), greatest=Decimal(100)),
    "amount": Argument("amount", "Amount off together", help="Where the percentage is 0."),
}


def off_by_tier(goods: Goods, tiers: tuple[Tier, ...], reached: int, *, cap: int | None) -> Mapping[Hashable, int]:
    """Return what the highest tier that is reached takes off the matching lines: a percentage, or else an amount."""
    found = max((tier for tier in tiers if tier[0] <= reached), key=lambda tier: tier[0], default=None)
    if found is None:
        return {}
    _from, percent, amount = found
    return percent_off(goods, percent, cap=cap) if percent else goods.spread(amount, cap=cap)


@dataclass(frozen=True)
class TieredValueEffect(Effect):
    """More off the matching lines the more they are worth together."""

    code: ClassVar[str] = "tiered_value"
    label: ClassVar[str] = "Off matching lines by their value"
    stage: ClassVar[Stage] = "lines"

    tiers: tuple[Tier, ...] = rules.table(
        "Tiers", columns={"at_least": Argument("amount", "Value from"), **OFF}, required=True
    )

    def take(self, goods: Goods) -> Mapping[Hashable, int]:
        return off_by_tier(goods, self.tiers, value_of(goods.matching), cap=self.cap)


@dataclass(frozen=True)
class TieredQuantityEffect(Effect):
    """More off the matching lines the more units they have together."""

    code: ClassVar[str] = "tiered_quantity"
    label: ClassVar[str] = "Off matching lines by their quantity"
    stage: ClassVar[Stage] = "lines"

    tiers: tuple[Tier, ...] = rules.table(
        "Tiers", columns={"at_least": Argument("count", "Units from"), **OFF}, required=True
    )

    def take(self, goods: Goods) -> Mapping[Hashable, int]:
        return off_by_tier(goods, self.tiers, units_of(goods.matching), cap=self.cap)
