"""A reusable, pluggable e-commerce library for Django."""

__version__ = "0.1.0.dev0"
__all__ = ["APPS", "__version__"]

APPS = [
    "polymorphic",
    "mptt",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "nexus_commerce",
    "nexus_commerce.events",
    "nexus_commerce.access",
    "nexus_commerce.channels",
    "nexus_commerce.catalog",
    "nexus_commerce.customers",
    "nexus_commerce.pricing",
    "nexus_commerce.inventory",
    "nexus_commerce.tax",
    "nexus_commerce.promotions",
    "nexus_commerce.shipping",
    "nexus_commerce.cart",
    "nexus_commerce.orders",
    "nexus_commerce.payments",
    "nexus_commerce.fulfillment",
]
"""What a host adds to INSTALLED_APPS: ``[*nexus_commerce.APPS]``. No entry needs another app to come first."""
