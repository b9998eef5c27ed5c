"""What is charged, by name: discounts, taxes by rate, shipping charges and fees; of a cart and of an order alike."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from nexus_commerce.api.fields import MoneyField, money_json
from nexus_commerce.core.rounding import divide
from nexus_commerce.orders.models import OrderTax
from nexus_commerce.pricing.totals import Charged, TaxAmount
from nexus_commerce.pricing.wording import words_of_tax_reason

__all__ = [
    "AppliedPromotionSerializer",
    "ChargeSerializer",
    "DiscountSerializer",
    "FeeSerializer",
    "ShippingChargeSerializer",
    "TaxSerializer",
    "charge_json",
    "charged_json",
    "discount_json",
    "final_unit_price",
    "stored_tax_json",
    "tax_json",
]


class DiscountSerializer(serializers.Serializer[Any]):
    """What a promotion really took off."""

    promotion = serializers.CharField(allow_null=True, help_text="The id of the promotion.")
    name = serializers.CharField()
    coupon_code = serializers.CharField(help_text="The code that opened it; may be empty.")
    amount = MoneyField(help_text="A positive amount.")


class AppliedPromotionSerializer(DiscountSerializer):
    """A promotion that applied, and all that it took off, on goods and shipping."""


class TaxSerializer(serializers.Serializer[Any]):
    """The tax of one rate, or the reason why none is due."""

    name = serializers.CharField(help_text="The rate as receipts show it, or why no tax is due, in words.")
    percent = serializers.CharField(help_text="A decimal, such as `10.75`.")
    base = MoneyField(help_text="What is taxed, without the tax.")
    amount = MoneyField()
    reason = serializers.CharField(
        help_text="Empty, or why no tax is due: `reverse_charge` (the buyer owes it), `exempt`, `no_rate`."
    )


class ChargeSerializer(serializers.Serializer[Any]):
    """The amounts of a line, a shipping charge or a fee."""

    subtotal = MoneyField(help_text="Before discounts.")
    discounts = DiscountSerializer(many=True)
    discount_total = MoneyField()
    total = MoneyField(help_text="After discounts; with tax where `prices_include_tax`.")
    net = MoneyField(help_text="The total without tax.")
    tax_total = MoneyField()
    gross = MoneyField(help_text="The total with tax.")
    taxes = TaxSerializer(many=True)


class ShippingChargeSerializer(ChargeSerializer):
    """What it costs to send the goods by one method."""

    method = serializers.CharField(help_text="The code of the shipping method.")
    name = serializers.CharField()


class FeeSerializer(ChargeSerializer):
    """A fee, such as gift wrap or a surcharge."""

    code = serializers.CharField()
    name = serializers.CharField()
    line = serializers.UUIDField(allow_null=True, help_text="The id of the line that it belongs to.")


def charge_json(
    *,
    subtotal: int,
    discounts: Iterable[dict[str, Any]],
    discount_total: int,
    total: int,
    tax_total: int,
    includes_tax: bool,
    taxes: Iterable[dict[str, Any]],
    currency: str,
) -> dict[str, Any]:
    """Return the amounts of a charge; ``total`` is in the price basis, with tax where ``includes_tax``."""
    return {
        "subtotal": money_json(subtotal, currency),
        "discounts": list(discounts),
        "discount_total": money_json(discount_total, currency),
        "total": money_json(total, currency),
        "net": money_json(total - tax_total if includes_tax else total, currency),
        "tax_total": money_json(tax_total, currency),
        "gross": money_json(total if includes_tax else total + tax_total, currency),
        "taxes": list(taxes),
    }


def charged_json(charge: Charged, currency: str) -> dict[str, Any]:
    """Return the amounts of a charge that the engine computed."""
    return charge_json(
        subtotal=charge.subtotal,
        discounts=[discount_json(discount, currency) for discount in charge.discounts],
        discount_total=charge.discount_total,
        total=charge.total,
        tax_total=charge.tax_total,
        includes_tax=charge.includes_tax,
        taxes=[tax_json(tax, currency) for tax in charge.taxes],
        currency=currency,
    )


def discount_json(discount: Any, currency: str) -> dict[str, Any]:
    """Return a discount, of the engine or of an order."""
    return {
        "promotion": str(discount.promotion) if discount.promotion else None,
        "name": discount.name,
        "coupon_code": discount.coupon_code,
        "amount": money_json(discount.amount, currency),
    }


def tax_json(tax: TaxAmount, currency: str) -> dict[str, Any]:
    """Return the tax of a rate as the engine computed it."""
    return taxed_json(tax.rate.name, tax.rate.percent, tax, currency)


def stored_tax_json(tax: OrderTax, currency: str) -> dict[str, Any]:
    """Return the tax of a rate as an order keeps it."""
    return taxed_json(tax.name, tax.rate, tax, currency)


def taxed_json(name: str, percent: Decimal, tax: TaxAmount | OrderTax, currency: str) -> dict[str, Any]:
    return {
        "name": words_of_tax_reason(tax.reason) if tax.reason else name,
        "percent": f"{percent.normalize():f}",
        "base": money_json(tax.base, currency),
        "amount": money_json(tax.amount, currency),
        "reason": tax.reason,
    }


def final_unit_price(total: int, *, per: int, quantity: int, currency: str) -> dict[str, str] | None:
    """Return what ``per`` units cost after discounts, rounded half up: for display, since a line is what is rounded."""
    return money_json(divide(total * per, quantity, "half_up"), currency)
