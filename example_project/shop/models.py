"""A product type of the shop's own: an evening course."""

from typing import ClassVar

from django.db import models

from nexus_commerce.catalog.models import Product


class Workshop(Product):
    """An evening in the loft. Its variants are the dates or kinds of seats, their stock the seats that are left."""

    requires_shipping: ClassVar[bool] = False

    starts_at = models.DateTimeField("starts at")
    minutes = models.PositiveSmallIntegerField("length (minutes)", default=150)
    teacher = models.CharField("teacher", max_length=120)
    place = models.CharField("place", max_length=200, default="The Net Loft, Flensburg")

    class Meta:
        verbose_name = "workshop"
        verbose_name_plural = "workshops"
