"""The abstract classes of orders."""

from nexus_commerce.orders.abstract_models.adjustments import (
    AbstractOrderDiscount,
    AbstractOrderFee,
    AbstractOrderShipping,
    AbstractOrderTax,
)
from nexus_commerce.orders.abstract_models.orders import (
    AbstractOrder,
    AbstractOrderAddress,
    AbstractOrderEvent,
    AbstractOrderLine,
)

__all__ = [
    "AbstractOrder",
    "AbstractOrderAddress",
    "AbstractOrderDiscount",
    "AbstractOrderEvent",
    "AbstractOrderFee",
    "AbstractOrderLine",
    "AbstractOrderShipping",
    "AbstractOrderTax",
]
