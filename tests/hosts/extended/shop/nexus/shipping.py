"""What the shop adds to shipping."""

from django.db import models

from nexus_commerce.shipping.abstract_models import (
    AbstractShippingMethod,
    AbstractShippingRate,
    AbstractShippingTier,
    AbstractShippingZone,
    AbstractShippingZoneArea,
)


class ShopShippingZone(AbstractShippingZone):
    depot = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        abstract = True


class ShopShippingZoneArea(AbstractShippingZoneArea):
    is_island = models.BooleanField(default=False)

    class Meta:
        abstract = True


class ShopShippingMethod(AbstractShippingMethod):
    """A method with a label printer, and brands that are never sent by it."""

    printer = models.CharField(max_length=40, null=True, blank=True)
    excluded_brands = models.ManyToManyField("extended_shop.Brand", blank=True, related_name="excluded_methods")

    class Meta:
        abstract = True


class ShopShippingRate(AbstractShippingRate):
    """A rate with what the carrier charges the shop."""

    purchase_cost = models.BigIntegerField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="shippingrate_cost",
                condition=models.Q(purchase_cost__isnull=True) | models.Q(purchase_cost__gte=0),
            )
        ]


class ShopShippingTier(AbstractShippingTier):
    pallets = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
