"""The sums of a cart or order as they are shown."""

from __future__ import annotations

from typing import Any, Final

from rest_framework import serializers

from nexus_commerce.api.fields import MoneyField, money_json

__all__ = ["TOTALS", "TotalsSerializer", "totals_json"]

TOTALS: Final = (
    "subtotal",
    "discount_total",
    "shipping_total",
    "fee_total",
    "rounding_total",
    "tax_total",
    "total",
)


class TotalsSerializer(serializers.Serializer[Any]):
    """Sums. What is to be paid is `total`; the tax is in it once, whichever way the prices are.

    `total = subtotal - discount_total + shipping_total + fee_total + rounding_total`, plus `tax_total` where prices
    do not include tax.
    """

    subtotal = MoneyField(help_text="The lines before discounts.")
    discount_total = MoneyField(help_text="What was taken off the lines; a positive amount.")
    shipping_total = MoneyField(help_text="Shipping after its discounts.")
    fee_total = MoneyField()
    rounding_total = MoneyField(help_text="What rounding tax once on the whole moved; zero unless the shop does so.")
    tax_total = MoneyField()
    total = MoneyField(help_text="What is to be paid.")
    net = MoneyField(help_text="The total without its tax.")


def totals_json(totals: Any, currency: str) -> dict[str, Any]:
    """Return the sums of anything that has them as columns or attributes."""
    found = {name: money_json(getattr(totals, name), currency) for name in TOTALS}
    return found | {"net": money_json(totals.total - totals.tax_total, currency)}
