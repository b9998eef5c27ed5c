"""Effects on what shipping costs."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal

from nexus_commerce.promotions import rules
from nexus_commerce.promotions.goods import Goods
from nexus_commerce.promotions.rules import Effect

__all__ = ["ShippingAmountEffect", "ShippingPercentEffect", "ShippingPriceEffect"]

Stage = Literal["lines", "order", "shipping"]


@dataclass(frozen=True)
class ShippingPercentEffect(Effect):
    """A percentage off shipping; all of it makes it free."""

    code: ClassVar[str] = "shipping_percent"
    label: ClassVar[str] = "Free or reduced shipping"
    stage: ClassVar[Stage] = "shipping"

    percent: Decimal = rules.percent("Percentage", default=Decimal(100))

    def take(self, goods: Goods) -> Mapping[Hashable, int]:
        return {charge.key: goods.percent_of(charge.left, self.percent) for charge in goods.shipping}


@dataclass(frozen=True)
class ShippingAmountEffect(Effect):
    """An amount off shipping, which never goes below zero."""

    code: ClassVar[str] = "shipping_amount"
    label: ClassVar[str] = "Amount off shipping"
    stage: ClassVar[Stage] = "shipping"

    amount: int = rules.amount("Amount", required=True)

    def take(self, goods: Goods) -> Mapping[Hashable, int]:
        return goods.spread_shipping(self.amount)


@dataclass(frozen=True)
class ShippingPriceEffect(Effect):
    """Shipping costs a fixed price in all, unless it costs less already."""

    code: ClassVar[str] = "shipping_price"
    label: ClassVar[str] = "Fixed price of shipping"
    stage: ClassVar[Stage] = "shipping"

    price: int = rules.amount("Price", required=True)

    def take(self, goods: Goods) -> Mapping[Hashable, int]:
        return goods.spread_shipping(max(sum(charge.left for charge in goods.shipping) - self.price, 0))
