"""Who sees which products."""

from datetime import datetime

from nexus_commerce.catalog.models import Product
from nexus_commerce.catalog.querysets import ProductQuerySet
from nexus_commerce.channels.models import Channel

__all__ = ["PublicationPolicy"]


class PublicationPolicy:
    """Decide which products are for sale in a channel. Asked by listings, carts and checkout alike.

    Replace it to hide products by rules of your own; narrow the queryset, never evaluate it.
    """

    def visible_products(self, *, channel: Channel, now: datetime) -> ProductQuerySet:
        """Return the products that ``channel`` sells at ``now``: not archived, and listed there within their window."""
        products: ProductQuerySet = Product.objects.non_polymorphic()
        return products.visible_in(channel, now=now)
