"""Effects on the order as a whole: shared out over all lines that can be discounted."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal

from nexus_commerce.promotions import rules
from nexus_commerce.promotions.goods import Goods, value_of
from nexus_commerce.promotions.rules import Effect

__all__ = ["OrderAmountEffect", "OrderPercentEffect"]

Stage = Literal["lines", "order", "shipping"]


@dataclass(frozen=True)
class OrderPercentEffect(Effect):
    """A percentage off the order, rounded once on the whole."""

    code: ClassVar[str] = "order_percent"
    label: ClassVar[str] = "Percentage off the order"
    stage: ClassVar[Stage] = "order"

    percent: Decimal = rules.percent("Percentage", required=True)

    def take(self, goods: Goods) -> Mapping[Hashable, int]:
        return goods.spread(goods.percent_of(value_of(goods.lines), self.percent), goods.lines, cap=self.cap)


@dataclass(frozen=True)
class OrderAmountEffect(Effect):
    """An amount off the order."""

    code: ClassVar[str] = "order_amount"
    label: ClassVar[str] = "Amount off the order"
    stage: ClassVar[Stage] = "order"

    amount: int = rules.amount("Amount", required=True)

    def take(self, goods: Goods) -> Mapping[Hashable, int]:
        return goods.spread(self.amount, goods.lines, cap=self.cap)
