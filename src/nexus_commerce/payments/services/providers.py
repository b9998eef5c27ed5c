"""Finding providers."""

from __future__ import annotations

from nexus_commerce.conf import nexus_settings
from nexus_commerce.payments.errors import UnknownProvider
from nexus_commerce.payments.providers.base import PaymentProvider

__all__ = ["get_provider", "provider_aliases"]


def provider_aliases() -> list[str]:
    """Return the aliases of the payment providers on offer, in the order of the settings."""
    return list(nexus_settings.PAYMENT_PROVIDERS)


def get_provider(*, alias: str) -> PaymentProvider:
    """Return the provider of the settings by its alias. Raises ``UnknownProvider`` naming those there are."""
    found = nexus_settings.PAYMENT_PROVIDERS.get(alias)
    if found is None:
        raise UnknownProvider(field="provider", provider=alias, known=", ".join(provider_aliases()))
    provider: PaymentProvider = found.backend(alias, found.options)
    return provider
