"""Finding providers."""

from __future__ import annotations

from nexus_commerce.conf import nexus_settings
from nexus_commerce.payments.errors import UnknownProvider
from nexus_commerce.payments.providers.base import PaymentProvider
from nexus_commerce.payments.providers.credit import CREDIT_ALIASES, CreditProvider

__all__ = ["get_provider", "is_tender", "provider_aliases"]


def is_tender(alias: str) -> bool:
    """Tell whether a payment is made from a balance that the shop keeps itself: a gift card or store credit."""
    return alias in CREDIT_ALIASES


def provider_aliases() -> list[str]:
    """Return the aliases of the payment providers on offer, in the order of the settings."""
    return list(nexus_settings.PAYMENT_PROVIDERS)


def get_provider(*, alias: str) -> PaymentProvider:
    """Return the provider of the settings, or of the shop's own balances, by its alias.

    Raises ``UnknownProvider`` naming those of the settings.
    """
    if is_tender(alias):
        return CreditProvider(alias)
    found = nexus_settings.PAYMENT_PROVIDERS.get(alias)
    if found is None:
        raise UnknownProvider(field="provider", provider=alias, known=", ".join(provider_aliases()))
    provider: PaymentProvider = found.backend(alias, found.options)
    return provider
