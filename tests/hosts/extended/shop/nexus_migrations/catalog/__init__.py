"""The migrations of nexus_catalog: the library's, and those that this project adds."""

from nexus_commerce.core.overlay import overlay

__path__ = overlay("nexus_commerce.catalog", __path__)
