"""What the shop adds to shipments."""

from django.db import models

from nexus_commerce.fulfillment.abstract_models import AbstractShipment, AbstractShipmentLine


class ShopShipment(AbstractShipment):
    packed_by = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        abstract = True


class ShopShipmentLine(AbstractShipmentLine):
    shelf = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        abstract = True
