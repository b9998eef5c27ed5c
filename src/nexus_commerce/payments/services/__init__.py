"""Opening payments, asking providers, and booking money."""

from nexus_commerce.payments.services.manual import capture_manually, open_payment
from nexus_commerce.payments.services.providers import get_provider, provider_aliases

__all__ = ["capture_manually", "get_provider", "open_payment", "provider_aliases"]
