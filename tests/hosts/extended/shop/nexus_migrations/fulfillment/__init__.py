"""The migrations of nexus_fulfillment: the library's, and those that this project adds."""

from nexus_commerce.core.overlay import overlay

__path__ = overlay("nexus_commerce.fulfillment", __path__)
