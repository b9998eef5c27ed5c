"""The migrations of nexus_orders: the library's, and those that this project adds."""

from nexus_commerce.core.overlay import overlay

__path__ = overlay("nexus_commerce.orders", __path__)
