"""Amounts as Stripe counts them, which is not always by the currency's minor unit (https://docs.stripe.com/currencies).

Stripe takes two digits after the point for every currency but those named here. Some that have none in daily life, such
as ISK and UGX, are among them: 5 ISK are ``500``, and fractions are refused. Of three digits the last must be 0.
"""

from typing import Final

from nexus_commerce.core.money import exponent
from nexus_commerce.payments.providers.base import ProviderRefused

__all__ = ["from_stripe", "to_stripe"]

WITHOUT_DIGITS: Final = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
WITH_THREE_DIGITS: Final = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


def to_stripe(amount: int, currency: str) -> int:
    """Return minor units of ``currency`` as Stripe counts them; never another amount, by rounding.

    Raises ``ProviderRefused`` for what Stripe cannot charge: thousandths of a dinar that are no multiple of 10
    (``amount_not_chargeable``), and currencies that have more digits here than there (``currency_not_supported``).
    """
    if currency in WITH_THREE_DIGITS and amount % 10:
        raise ProviderRefused("amount_not_chargeable", f"{currency} amounts must be multiples of 10 minor units.")
    return amount * scale(currency)


def from_stripe(amount: int, currency: str) -> int:
    """Return an amount of Stripe's in minor units of ``currency``; a fraction of one is cut off."""
    return amount // scale(currency.upper())


def scale(currency: str) -> int:
    """Return by how much Stripe's figures are larger than minor units."""
    digits = 0 if currency in WITHOUT_DIGITS else 3 if currency in WITH_THREE_DIGITS else 2
    more = digits - exponent(currency)
    if more < 0:
        raise ProviderRefused("currency_not_supported", f"Stripe cannot charge {currency} exactly.")
    return int(10**more)
