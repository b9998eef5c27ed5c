"""What the shop adds to channels."""

from django.db import models

from nexus_commerce.channels.abstract_models import AbstractChannel


class ShopChannel(AbstractChannel):
    newsletter_address = models.EmailField(blank=True, default="")

    class Meta:
        abstract = True
