"""What the shop adds to inventory."""

from django.db import models

from nexus_commerce.inventory.abstract_models import (
    AbstractAllocation,
    AbstractReservation,
    AbstractStockItem,
    AbstractStockLocation,
    AbstractStockMovement,
)


class ShopStockLocation(AbstractStockLocation):
    opening_hours = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True


class ShopStockItem(AbstractStockItem):
    shelf_number = models.CharField(max_length=16, blank=True, default="", db_index=True)

    class Meta:
        abstract = True


class ShopStockMovement(AbstractStockMovement):
    pallet = models.CharField(max_length=16, null=True, blank=True)

    class Meta:
        abstract = True


class ShopReservation(AbstractReservation):
    picked = models.BooleanField(default=False)

    class Meta:
        abstract = True


class ShopAllocation(AbstractAllocation):
    bin_number = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        abstract = True
