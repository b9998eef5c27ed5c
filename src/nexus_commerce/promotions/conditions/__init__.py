"""The conditions that the library brings."""

from nexus_commerce.promotions.conditions.amounts import (
    DistinctProductsCondition,
    LineQuantityCondition,
    LineValueCondition,
    OrderValueCondition,
    QuantityCondition,
)
from nexus_commerce.promotions.conditions.circumstances import (
    ChannelCondition,
    CountryCondition,
    CurrencyCondition,
    CustomerGroupCondition,
    FirstOrderCondition,
    LoggedInCondition,
    MetadataCondition,
    NthOrderCondition,
    ShippingMethodCondition,
)
from nexus_commerce.promotions.conditions.schedule import WEEKDAYS, ScheduleCondition
from nexus_commerce.promotions.conditions.selections import (
    AttributeCondition,
    CategoryCondition,
    CollectionCondition,
    ProductCondition,
    ProductTypeCondition,
    VariantCondition,
)
from nexus_commerce.promotions.rules import Condition

__all__ = ["CONDITIONS", "WEEKDAYS"]

CONDITIONS: tuple[type[Condition], ...] = (
    OrderValueCondition,
    LineValueCondition,
    QuantityCondition,
    LineQuantityCondition,
    DistinctProductsCondition,
    ProductCondition,
    VariantCondition,
    CategoryCondition,
    CollectionCondition,
    ProductTypeCondition,
    AttributeCondition,
    CustomerGroupCondition,
    FirstOrderCondition,
    NthOrderCondition,
    LoggedInCondition,
    ChannelCondition,
    CountryCondition,
    CurrencyCondition,
    ShippingMethodCondition,
    ScheduleCondition,
    MetadataCondition,
)
"""All of them, in the order in which a form offers them."""
