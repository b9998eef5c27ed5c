"""What the shop adds to orders."""

from django.db import models

from nexus_commerce.core.expose import Expose
from nexus_commerce.orders.abstract_models import (
    AbstractOrder,
    AbstractOrderAddress,
    AbstractOrderDiscount,
    AbstractOrderEvent,
    AbstractOrderFee,
    AbstractOrderLine,
    AbstractOrderShipping,
    AbstractOrderTax,
)


class ShopOrder(AbstractOrder):
    """An order with a delivery slot: required, with a default, filled at checkout."""

    delivery_slot = models.CharField(max_length=16, default="any")
    gift_note = models.CharField(max_length=200, blank=True, default="")

    nexus_api = {
        "delivery_slot": Expose(read="owner", write="staff", filter=True, checkout=True),
        "gift_note": Expose(read="owner", checkout=True),
    }
    nexus_without = ["nexus_order_email"]

    class Meta:
        abstract = True
        indexes = [models.Index(name="order_slot", fields=["delivery_slot", "placed_at"])]


class ShopOrderLine(AbstractOrderLine):
    """A line with the cost that it had, for the margin report."""

    cost = models.BigIntegerField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(name="orderline_cost", condition=models.Q(cost__isnull=True) | models.Q(cost__gte=0))
        ]


class ShopOrderShipping(AbstractOrderShipping):
    carrier_account = models.CharField(max_length=40, null=True, blank=True)

    class Meta:
        abstract = True


class ShopOrderFee(AbstractOrderFee):
    is_refundable = models.BooleanField(default=True)

    class Meta:
        abstract = True


class ShopOrderDiscount(AbstractOrderDiscount):
    campaign = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        abstract = True


class ShopOrderTax(AbstractOrderTax):
    jurisdiction = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        abstract = True


class ShopOrderAddress(AbstractOrderAddress):
    door_code = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        abstract = True


class ShopOrderEvent(AbstractOrderEvent):
    till = models.CharField(max_length=16, null=True, blank=True)

    class Meta:
        abstract = True
