"""The sums of a cart or order as they are shown."""

from __future__ import annotations

from typing import Any, Final

from rest_framework import serializers

from nexus_commerce.api.fields import MoneyField, money_json

__all__ = ["TOTALS", "TotalsSerializer", "totals_json"]

TOTALS: Final = ("subtotal", "discount_total", "shipping_total", "fee_total", "tax_total", "total")


class TotalsSerializer(serializers.Serializer[Any]):
    """Sums. What is to be paid is `total`; the tax is in it once, whichever way the prices are."""

    subtotal = MoneyField(help_text="The lines before discounts.")
    discount_total = MoneyField(help_text="What was taken off; a positive amount.")
    shipping_total = MoneyField()
    fee_total = MoneyField()
    tax_total = MoneyField()
    total = MoneyField(help_text="What is to be paid.")


def totals_json(totals: Any, currency: str) -> dict[str, Any]:
    """Return the sums of anything that has them as columns or attributes."""
    return {name: money_json(getattr(totals, name), currency) for name in TOTALS}
