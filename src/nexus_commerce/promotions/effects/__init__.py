"""The effects that the library brings."""

from nexus_commerce.promotions.effects.buy_get import BuyGetEffect
from nexus_commerce.promotions.effects.gifts import GiftLineEffect
from nexus_commerce.promotions.effects.lines import (
    FixedPriceEffect,
    LineAmountEffect,
    LinePercentEffect,
    UnitAmountEffect,
)
from nexus_commerce.promotions.effects.order import OrderAmountEffect, OrderPercentEffect
from nexus_commerce.promotions.effects.shipping import ShippingAmountEffect, ShippingPercentEffect, ShippingPriceEffect
from nexus_commerce.promotions.effects.tiers import TieredQuantityEffect, TieredValueEffect
from nexus_commerce.promotions.effects.units import BundleEffect, UnitsEffect
from nexus_commerce.promotions.rules import Effect

__all__ = ["EFFECTS"]

EFFECTS: tuple[type[Effect], ...] = (
    LinePercentEffect,
    LineAmountEffect,
    UnitAmountEffect,
    UnitsEffect,
    FixedPriceEffect,
    BuyGetEffect,
    BundleEffect,
    TieredValueEffect,
    TieredQuantityEffect,
    OrderPercentEffect,
    OrderAmountEffect,
    ShippingPercentEffect,
    ShippingAmountEffect,
    ShippingPriceEffect,
    GiftLineEffect,
)
"""All of them, in the order in which a form offers them."""
