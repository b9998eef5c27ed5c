"""The models of orders, each composed from what the host names and the library's abstract class."""

from typing import TYPE_CHECKING

from nexus_commerce.core.compose import compose, seal

if TYPE_CHECKING:
    from nexus_commerce.orders.abstract_models import AbstractOrder as OrderBase
    from nexus_commerce.orders.abstract_models import AbstractOrderAddress as OrderAddressBase
    from nexus_commerce.orders.abstract_models import AbstractOrderDiscount as OrderDiscountBase
    from nexus_commerce.orders.abstract_models import AbstractOrderEvent as OrderEventBase
    from nexus_commerce.orders.abstract_models import AbstractOrderFee as OrderFeeBase
    from nexus_commerce.orders.abstract_models import AbstractOrderLine as OrderLineBase
    from nexus_commerce.orders.abstract_models import AbstractOrderShipping as OrderShippingBase
    from nexus_commerce.orders.abstract_models import AbstractOrderTax as OrderTaxBase
else:
    from nexus_commerce.orders import abstract_models as a

    OrderBase = compose("orders.Order", a.AbstractOrder)
    OrderLineBase = compose("orders.OrderLine", a.AbstractOrderLine)
    OrderShippingBase = compose("orders.OrderShipping", a.AbstractOrderShipping)
    OrderFeeBase = compose("orders.OrderFee", a.AbstractOrderFee)
    OrderDiscountBase = compose("orders.OrderDiscount", a.AbstractOrderDiscount)
    OrderTaxBase = compose("orders.OrderTax", a.AbstractOrderTax)
    OrderAddressBase = compose("orders.OrderAddress", a.AbstractOrderAddress)
    OrderEventBase = compose("orders.OrderEvent", a.AbstractOrderEvent)

__all__ = [
    "Order",
    "OrderAddress",
    "OrderDiscount",
    "OrderEvent",
    "OrderFee",
    "OrderLine",
    "OrderShipping",
    "OrderTax",
]


@seal
class Order(OrderBase):
    """See ``AbstractOrder``."""


@seal
class OrderLine(OrderLineBase):
    """See ``AbstractOrderLine``."""


@seal
class OrderShipping(OrderShippingBase):
    """See ``AbstractOrderShipping``."""


@seal
class OrderFee(OrderFeeBase):
    """See ``AbstractOrderFee``."""


@seal
class OrderDiscount(OrderDiscountBase):
    """See ``AbstractOrderDiscount``."""


@seal
class OrderTax(OrderTaxBase):
    """See ``AbstractOrderTax``."""


@seal
class OrderAddress(OrderAddressBase):
    """See ``AbstractOrderAddress``."""


@seal
class OrderEvent(OrderEventBase):
    """See ``AbstractOrderEvent``."""
