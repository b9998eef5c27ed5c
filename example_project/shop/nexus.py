"""What the shop adds to the library's models, named in ``NEXUS_COMMERCE["MODELS"]``."""

from django.db import models

from nexus_commerce.catalog.abstract_models import AbstractProduct
from nexus_commerce.core.expose import Expose

__all__ = ["ShopProduct"]


class ShopProduct(AbstractProduct):
    """Wick & Warp promises how long it will mend what it sells."""

    repair_years = models.PositiveSmallIntegerField(
        "years of repair", null=True, blank=True, help_text="How long we mend it for the price of the parts."
    )

    nexus_api = {"repair_years": Expose(read="public", write="staff", filter=True)}

    class Meta(AbstractProduct.Meta):
        abstract = True
