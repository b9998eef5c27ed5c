"""The migrations of nexus_promotions: the library's, and those that this project adds."""

from nexus_commerce.core.overlay import overlay

__path__ = overlay("nexus_commerce.promotions", __path__)
