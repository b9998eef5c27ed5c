"""The effect that adds something to the cart."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from nexus_commerce.promotions import rules
from nexus_commerce.promotions.goods import Goods
from nexus_commerce.promotions.rules import Effect

__all__ = ["GiftLineEffect"]


@dataclass(frozen=True)
class GiftLineEffect(Effect):
    """A line of its own that costs nothing. Where it cannot be sold, the promotion does without.

    A cap that the gift is worth more than means fewer units, so that nobody is charged for a gift.
    """

    code: ClassVar[str] = "gift_line"
    label: ClassVar[str] = "Gift"
    stage: ClassVar[Literal["lines", "order", "shipping"]] = "lines"

    sku: str = rules.text("SKU", required=True)
    quantity: int = rules.count("Quantity", default=1, least=1)

    @property
    def gifts(self) -> Mapping[str, int]:
        return {self.sku: self.quantity}

    def take(self, goods: Goods) -> Mapping[Hashable, int]:
        return {}
