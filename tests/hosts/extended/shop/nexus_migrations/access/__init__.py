"""The migrations of nexus_access: the library's, and those that this project adds."""

from nexus_commerce.core.overlay import overlay

__path__ = overlay("nexus_commerce.access", __path__)
