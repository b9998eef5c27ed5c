"""What the shop adds to pricing."""

from django.db import models

from nexus_commerce.pricing.abstract_models import (
    AbstractPrice,
    AbstractPriceChange,
    AbstractPriceList,
    AbstractPriceListChange,
)


class ShopPriceList(AbstractPriceList):
    agreed_with = models.CharField(max_length=80, null=True, blank=True)

    class Meta:
        abstract = True


class ShopPrice(AbstractPrice):
    purchase_cost = models.BigIntegerField(null=True, blank=True)

    class Meta:
        abstract = True


class ShopPriceChange(AbstractPriceChange):
    changed_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        abstract = True


class ShopPriceListChange(AbstractPriceListChange):
    changed_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        abstract = True
