"""Who sees which products, and which pictures are accepted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import BigIntegerField, DateTimeField

from nexus_commerce.catalog.models import Product
from nexus_commerce.catalog.querysets import ProductQuerySet
from nexus_commerce.channels.models import Channel
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.prepared import Slot

__all__ = ["MediaPolicy", "PublicationPolicy", "own_publication", "visible_to_slots"]


class PublicationPolicy:
    """Decide which products are for sale in a channel. Asked by listings, carts and checkout alike.

    Replace it to hide products by rules of your own; narrow the queryset, never evaluate it.
    """

    def visible_products(self, *, channel: Channel, now: datetime) -> ProductQuerySet[Product]:
        """Return the products that ``channel`` sells at ``now``: not archived, and listed there within their window."""
        return Product.objects.non_polymorphic().visible_in(channel, now=now)


def own_publication() -> bool:
    """Tell whether the library's own policy decides who sees which products."""
    return nexus_settings.PUBLICATION_POLICY.visible_products is PublicationPolicy.visible_products


def visible_to_slots() -> ProductQuerySet[Product]:
    """Return what the library's own policy shows, with slots ``channel`` and ``now`` in place of the values.

    A statement of it can be compiled once. A host's policy may do anything with channel and time: ask
    ``own_publication`` first.
    """
    channel: Any = Slot("channel", BigIntegerField())
    now: Any = Slot("now", DateTimeField())
    return Product.objects.non_polymorphic().visible_in(channel, now=now)


class MediaPolicy:
    """Say which pictures are accepted and which sizes are made of them. Asked when a picture is added.

    Replace it to make other sizes; pictures that are there keep theirs until they are added again.
    """

    max_bytes: ClassVar[int] = 10 * 1024 * 1024
    max_pixels: ClassVar[int] = 40_000_000
    """The largest width times height, checked before a pixel is decoded."""
    sizes: ClassVar[Mapping[str, int]] = {"thumbnail": 160, "small": 480, "medium": 960, "large": 1600}
    """The name of a size and the longest edge in pixels; a picture is never enlarged."""
    format: ClassVar[str] = "WEBP"
    """The format of the sizes: JPEG, PNG or WEBP. The picture itself keeps its own."""
    quality: ClassVar[int] = 82
    """The quality of JPEG and WebP, 1 to 100."""
