"""The migrations of nexus_customers: the library's, and those that this project adds."""

from nexus_commerce.core.overlay import overlay

__path__ = overlay("nexus_commerce.customers", __path__)
