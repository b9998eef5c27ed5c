"""A condition of the shop's own: how heavy the parcel is. What fits into a padded envelope is cheap to post."""

from dataclasses import dataclass
from typing import ClassVar

from nexus_commerce.promotions import rules
from nexus_commerce.promotions.goods import Goods
from nexus_commerce.promotions.rules import Check, Condition

__all__ = ["WeightCondition"]


@dataclass(frozen=True)
class WeightCondition(Condition):
    """What is sent weighs enough, or not too much: grams, both bounds included."""

    code: ClassVar[str] = "weight"
    label: ClassVar[str] = "Weight of the parcel"

    at_least: int | None = rules.count("At least (g)")
    at_most: int | None = rules.count("At most (g)")

    def check(self, goods: Goods) -> Check:
        sent = [line for line in goods.cart.lines if line.is_sent]
        grams = sum(line.weight * line.quantity for line in sent)
        is_met = (self.at_least or 0) <= grams and (self.at_most is None or grams <= self.at_most)
        return Check(bool(sent) and is_met, data={"grams": grams})
