"""What the shop adds to access."""

from django.db import models

from nexus_commerce.access.abstract_models import AbstractRateCount


class ShopRateCount(AbstractRateCount):
    seen_on = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        abstract = True
