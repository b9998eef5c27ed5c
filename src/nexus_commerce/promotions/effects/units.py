"""Effects on some units of the matching lines: the cheapest, the dearest, or bundles of them."""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import ClassVar, Literal

from nexus_commerce.core.rounding import allocate_capped
from nexus_commerce.promotions import rules
from nexus_commerce.promotions.goods import Goods, Units
from nexus_commerce.promotions.rules import Effect

__all__ = ["BundleEffect", "UnitsEffect", "from_units", "off_units"]

Stage = Literal["lines", "order", "shipping"]


def from_units(picked: Iterable[Units], wanted: Callable[[Units], int]) -> dict[Hashable, int]:
    """Return what is wanted off some units by line, as far as their share of the line's floor allows."""
    return {units.line.key: min(wanted(units), units.room) for units in picked}


def off_units(
    goods: Goods, picked: Iterable[Units], percent: Decimal | None, amount: int | None
) -> dict[Hashable, int]:
    """Return an amount off each of some units, or else a percentage off them, rounded once for the units of a line."""
    if amount is not None:
        return from_units(picked, lambda units: units.each(amount))
    return from_units(picked, lambda units: goods.percent_of(units.worth, percent or Decimal(0)))


@dataclass(frozen=True)
class UnitsEffect(Effect):
    """A percentage, or an amount, off the cheapest or the dearest of the matching units."""

    code: ClassVar[str] = "units"
    label: ClassVar[str] = "Off the cheapest or dearest units"
    stage: ClassVar[Stage] = "lines"

    count: int = rules.count("How many units", default=1, least=1)
    percent: Decimal | None = rules.percent("Percentage")
    amount: int | None = rules.amount("Amount off each of them")
    select: str = rules.choice("Which", [("cheapest", "The cheapest"), ("dearest", "The dearest")], default="cheapest")

    def __post_init__(self) -> None:
        if (self.percent is None) == (self.amount is None):
            raise ValueError("Give either percent or amount.")

    def take(self, goods: Goods) -> Mapping[Hashable, int]:
        picked = goods.cheapest(self.count) if self.select == "cheapest" else goods.dearest(self.count)
        return off_units(goods, picked, self.percent, self.amount)


@dataclass(frozen=True)
class BundleEffect(Effect):
    """So many matching units for one price: the dearest go together, and what is over pays its own price.

    Units that would not cost less in a bundle stay out of it.
    """

    code: ClassVar[str] = "bundle"
    label: ClassVar[str] = "Several for one price"
    stage: ClassVar[Stage] = "lines"

    quantity: int = rules.count("How many units", required=True, least=2)
    price: int = rules.amount("Price of all of them", required=True)
    max_times: int | None = rules.count("At most so many times", least=1)

    def take(self, goods: Goods) -> Mapping[Hashable, int]:
        times = self.times(goods)
        picked = goods.dearest(times * self.quantity)
        saved = sum(units.worth for units in picked) - times * self.price
        shares = allocate_capped(saved, [units.worth for units in picked], [units.room for units in picked])
        return {units.line.key: share for units, share in zip(picked, shares, strict=True)}

    def times(self, goods: Goods) -> int:
        """Return how many bundles cost less than their units do."""
        lines = goods.by_unit_price(goods.matching, dearest=True)
        counts = list(accumulate((line.quantity for line in lines), initial=0))
        worths = list(accumulate((line.left for line in lines), initial=0))

        def worth_of_first(count: int) -> int:
            place = bisect_left(counts, count, lo=1) - 1
            return worths[place] + lines[place].units(count - counts[place], dearest=True).worth

        def saves_nothing(place: int) -> bool:
            after = (place + 1) * self.quantity
            return worth_of_first(after) - worth_of_first(after - self.quantity) <= self.price

        most = counts[-1] // self.quantity
        if self.max_times is not None:
            most = min(most, self.max_times)
        # The units are sorted, so the bundles that save something come first.
        return bisect_left(range(most), True, key=saves_nothing)
