"""What the shop adds to cart."""

from django.db import models

from nexus_commerce.cart.abstract_models import AbstractCart, AbstractCartAddress, AbstractCartLine
from nexus_commerce.core.expose import Expose


class ShopCart(AbstractCart):
    """A cart with a gift note that is filled at checkout."""

    gift_note = models.CharField(max_length=200, blank=True, default="")

    nexus_api = {"gift_note": Expose(read="owner", write="shopper", checkout=True)}

    class Meta:
        abstract = True


class ShopCartLine(AbstractCartLine):
    gift_wrap = models.BooleanField(default=False)

    class Meta:
        abstract = True


class ShopCartAddress(AbstractCartAddress):
    door_code = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        abstract = True
