"""The shop's migrations of the catalog, shown after the library's."""

from nexus_commerce.core.overlay import overlay

__path__ = overlay("nexus_commerce.catalog", __path__)
