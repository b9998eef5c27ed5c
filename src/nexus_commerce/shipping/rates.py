"""What shipping costs: rules that are plain data, so that the totals engine can charge them and an order keep them.

Amounts are integers of the minor unit of the cart's currency, weights grams.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from types import MappingProxyType
from typing import Any, Final

from nexus_commerce.core.rounding import divide
from nexus_commerce.pricing.inputs import RATE_UNIT

__all__ = ["KINDS", "TIER_BASES", "Goods", "NotOffered", "RateRule", "rule_from_json", "rule_json"]

TIER_BASES: Final = ("weight", "value", "quantity")
"""What the tiers of a tiered rate may count."""


class NotOffered(ValueError):
    """The goods are outside the bounds within which a method is offered."""


@dataclass(frozen=True, slots=True)
class Goods:
    """What a charge may depend on: ``value`` after discounts, ``weight`` and ``quantity`` of what is sent."""

    value: int = 0
    weight: int = 0
    quantity: int = 0


@dataclass(frozen=True, slots=True)
class RateRule:
    """The charge of a method in one currency. ``kind`` says which of the figures count:

    ``flat`` and ``pickup`` cost ``amount``; ``weight`` costs ``amount`` and ``step_amount`` for each started ``step``
    of grams; ``value`` costs ``amount`` and ``millionths`` (of a percent) of the value, rounded half up; ``tiered``
    costs what the last tier says that starts at or below the goods' ``tier_basis``; ``carrier`` costs ``amount``,
    which holds the carrier's quote. From ``free_from`` of value on, nothing is charged. All bounds are inclusive; a
    tiered rate is not offered below its first tier.
    """

    kind: str = "flat"
    amount: int = 0
    step: int = 1000
    step_amount: int = 0
    millionths: int = 0
    tier_basis: str = "weight"
    tiers: tuple[tuple[int, int], ...] = ()
    free_from: int | None = None
    min_weight: int | None = None
    max_weight: int | None = None
    min_value: int | None = None
    max_value: int | None = None

    def fits(self, goods: Goods) -> bool:
        """Tell whether the goods are within the bounds."""
        return (
            is_between(goods.weight, self.min_weight, self.max_weight)
            and is_between(goods.value, self.min_value, self.max_value)
            and (self.kind != "tiered" or tier_of(self, goods) is not None)
        )

    def charge(self, *, value: int, weight: int, quantity: int) -> int:
        """Return the charge. Raises ``NotOffered`` when the goods are out of bounds."""
        goods = Goods(value, weight, quantity)
        if not self.fits(goods):
            raise NotOffered(f"Not offered for {goods}.")
        if self.free_from is not None and value >= self.free_from:
            return 0
        return CHARGES[self.kind](self, goods)

    def missing_for_free(self, goods: Goods) -> int | None:
        """Return how much more value makes it free; None where nothing does, or where it costs nothing already."""
        if self.free_from is None or goods.value >= self.free_from:
            return None
        if self.max_value is not None and self.free_from > self.max_value:
            return None
        return self.free_from - goods.value if CHARGES[self.kind](self, goods) else None


def is_between(figure: int, least: int | None, greatest: int | None) -> bool:
    """Tell whether a figure is within two inclusive bounds; None is no bound."""
    return (least is None or figure >= least) and (greatest is None or figure <= greatest)


def tier_of(rule: RateRule, goods: Goods) -> int | None:
    """Return the amount of the last tier that starts at or below the goods' figure; None below the first."""
    figure = getattr(goods, rule.tier_basis)
    reached = [tier for tier in rule.tiers if tier[0] <= figure]
    return max(reached)[1] if reached else None


def by_amount(rule: RateRule, goods: Goods) -> int:
    return rule.amount


def by_weight(rule: RateRule, goods: Goods) -> int:
    return rule.amount + rule.step_amount * -(-goods.weight // rule.step)


def by_value(rule: RateRule, goods: Goods) -> int:
    return rule.amount + divide(goods.value * rule.millionths, RATE_UNIT)


def by_tier(rule: RateRule, goods: Goods) -> int:
    return tier_of(rule, goods) or 0


CHARGES: Final[Mapping[str, Callable[[RateRule, Goods], int]]] = MappingProxyType(
    {
        "flat": by_amount,
        "weight": by_weight,
        "value": by_value,
        "tiered": by_tier,
        "pickup": by_amount,
        "carrier": by_amount,
    }
)

KINDS: Final = tuple(CHARGES)
"""How a method may be charged. A way of charging of a host's own is a carrier."""


def rule_json(rule: RateRule) -> dict[str, Any]:
    """Return the JSON of a rule: its kind and what is not as by default. ``rule_from_json`` reads it back."""
    written = {name: value for name, value in asdict(rule).items() if value != getattr(DEFAULT, name)}
    if rule.tiers:
        written["tiers"] = [list(tier) for tier in rule.tiers]
    return {"kind": rule.kind, **written}


def rule_from_json(data: Mapping[str, Any]) -> RateRule:
    """Return the rule that ``rule_json`` wrote. Raises ValueError for one that it cannot have written."""
    if unknown := sorted(data.keys() - {field.name for field in fields(RateRule)}):
        raise ValueError(f"A shipping rule has no {unknown[0]!r}.")
    rule = RateRule(**{**data, "tiers": tuple((start, amount) for start, amount in data.get("tiers", ()))})
    if rule.kind not in CHARGES or rule.tier_basis not in TIER_BASES:
        raise ValueError(f"There is no shipping rule of kind {rule.kind!r} by {rule.tier_basis!r}.")
    return rule


DEFAULT: Final = RateRule()
