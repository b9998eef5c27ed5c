"""What a host registers with one class and one line: a condition and an effect of its own."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from nexus_commerce.promotions import rules
from nexus_commerce.promotions.goods import Goods
from nexus_commerce.promotions.rules import Check, Condition, Effect


@dataclass(frozen=True)
class LuckySkuCondition(Condition):
    """Some line's SKU ends in a lucky text."""

    code: ClassVar[str] = "lucky_sku"
    label: ClassVar[str] = "Lucky SKU"

    ending: str = rules.text("Ends in", required=True)
    planets: tuple[str, ...] = rules.codes("Planets", of="planet")

    def check(self, goods: Goods) -> Check:
        return Check(any(line.facts.sku.endswith(self.ending) for line in goods.lines))


@dataclass(frozen=True)
class PennyEffect(Effect):
    """One minor unit off each matching line."""

    code: ClassVar[str] = "penny"
    label: ClassVar[str] = "A penny off"
    stage: ClassVar[Literal["lines", "order", "shipping"]] = "lines"

    def take(self, goods: Goods) -> Mapping[Hashable, int]:
        return {line.key: 1 for line in goods.matching}


SETTINGS = {
    "PROMOTION_CONDITIONS": ["tests.admin.host_rules.LuckySkuCondition"],
    "PROMOTION_EFFECTS": ["tests.admin.host_rules.PennyEffect"],
}
