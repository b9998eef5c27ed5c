"""A plugin that marks products and lines. Its class for products derives from the library's own."""

from django.db import models

from nexus_commerce.catalog.abstract_models import AbstractProduct


class MarkedProduct(AbstractProduct):
    mark = models.CharField(max_length=8, null=True, blank=True, db_index=True)

    class Meta:
        abstract = True
        verbose_name = "marked product"  # the shop's own word comes first in the list and wins


class MarkedOrderLine(models.Model):
    mark = models.CharField(max_length=8, null=True, blank=True)

    class Meta:
        abstract = True
