"""What is priced, as it is shown: the lines of a cart or a quote, their sums, and what came of promotions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from nexus_commerce.api.cart.delivery import DeliverySerializer, delivery_json
from nexus_commerce.api.charges import (
    AppliedPromotionSerializer,
    FeeSerializer,
    ShippingChargeSerializer,
    TaxSerializer,
    charged_json,
    tax_json,
)
from nexus_commerce.api.explanation import missing_json, unmet_json
from nexus_commerce.api.fields import MoneyField, ObjectField, money_json
from nexus_commerce.api.registry import api_class
from nexus_commerce.api.totals import TotalsSerializer, totals_json
from nexus_commerce.cart.services import Change, PricedCart
from nexus_commerce.pricing.totals import ShippingTotals, Tried
from nexus_commerce.pricing.wording import words_of_missing
from nexus_commerce.promotions.wording import words_of_refusal
from nexus_commerce.shipping.estimates import estimate_delivery

__all__ = ["PricedSerializer", "priced_json"]

CHANGES = ["price_changed", "insufficient_stock", "not_for_sale", "no_price", "shipping_outdated", "tax_outdated"]


class ChangeSerializer(serializers.Serializer[Any]):
    """Something that is not as the shopper last saw it, or that keeps a line or the cart from being bought."""

    code = serializers.ChoiceField(CHANGES)
    line = serializers.UUIDField(allow_null=True, help_text="The id of the line; null for the cart.")
    data = ObjectField(  # type: ignore[assignment]
        help_text="`price_changed`: from, to, from_per, to_per. `insufficient_stock`: wanted, available. "
        "`shipping_outdated`: method, and the amount that it would cost now, or null where it is not offered. "
        "`tax_outdated`: the outside tax engine has to be asked again."
    )


class CouponSerializer(serializers.Serializer[Any]):
    """A code on the cart, and what came of it."""

    code = serializers.CharField()
    is_applied = serializers.BooleanField()
    promotion = serializers.CharField(allow_null=True, help_text="The name of what it opens.")
    amount = MoneyField(help_text="What it took off.")
    reason = serializers.CharField(
        help_text="Empty, or why it took nothing off: `conditions_not_met`, `nothing_to_discount`, `excluded`, "
        "`used_up`, `customer_limit`, `budget_exhausted`, or `not_usable` where the code opens nothing now."
    )
    text = serializers.CharField(help_text="The reason, for people; empty where it is applied.")
    unmet = serializers.ListField(child=ObjectField(), help_text="The conditions that are not met, and what was found.")
    missing = ObjectField(allow_null=True, help_text="What is lacking: `amount` (money) or `quantity` (units).")


class CartShippingSerializer(ShippingChargeSerializer):
    """What it costs to send the goods by the chosen method, and when they arrive."""

    delivery = DeliverySerializer()


class HintSerializer(serializers.Serializer[Any]):
    """What is lacking for a promotion."""

    promotion = serializers.CharField(help_text="The id of the promotion.")
    name = serializers.CharField()
    missing = ObjectField(help_text="`amount` (money) or `quantity` (units).")
    message = serializers.CharField(help_text="For people, such as `4.00 more for free shipping`.")


class PricedSerializer(serializers.Serializer[Any]):
    """What everything costs, and why some of it costs less."""

    totals = TotalsSerializer()
    taxes = TaxSerializer(many=True, help_text="The tax of all lines, shipping and fees, by rate.")
    shipping = CartShippingSerializer(many=True)
    fees = FeeSerializer(many=True)
    coupons = CouponSerializer(many=True)
    promotions = AppliedPromotionSerializer(many=True)
    hints = HintSerializer(many=True)
    changes = ChangeSerializer(many=True)


def priced_json(priced: PricedCart, context: Mapping[str, Any]) -> dict[str, Any]:
    """Return the lines and everything that ``PricedSerializer`` describes."""
    currency, totals = priced.cart.currency, priced.totals
    writer = api_class("cart.CartLineSerializer")(context={**context, "currency": currency})
    lines = {entry.totals.key: entry.line.public_id for entry in priced.lines if entry.totals}
    return {
        "lines": [writer.to_representation(line) for line in priced.lines],
        "totals": totals_json(totals, currency),
        "taxes": [tax_json(tax, currency) for tax in totals.taxes],
        "shipping": [shipping_json(charge, priced) for charge in totals.shipping],
        "fees": [
            {"code": fee.key, "name": fee.name, "line": lines.get(fee.line), **charged_json(fee, currency)}
            for fee in totals.fees
        ],
        "coupons": [coupon_json(code, totals.tried, currency) for code in priced.cart.coupon_codes],
        "promotions": [applied_json(tried, currency) for tried in totals.tried if not tried.reason],
        "hints": hints_of(priced),
        "changes": [change_json(change, currency) for change in priced.changes],
    }


def shipping_json(charge: ShippingTotals, priced: PricedCart) -> dict[str, Any]:
    """Return a shipping charge."""
    chosen = next((method for method in priced.input.shipping if method.method == charge.key), None)
    estimate = estimate_delivery(
        min_days=chosen.min_days if chosen else None,
        max_days=chosen.max_days if chosen else None,
        now=priced.input.now,
        time_zone=priced.cart.channel.time_zone,
    )
    return {
        "method": charge.key,
        "name": charge.name,
        **charged_json(charge, priced.cart.currency),
        "delivery": delivery_json(estimate),
    }


def applied_json(tried: Tried, currency: str) -> dict[str, Any]:
    """Return a promotion that applied."""
    return {
        "promotion": tried.promotion,
        "name": tried.name,
        "coupon_code": tried.coupon_code,
        "amount": money_json(tried.amount, currency),
    }


def coupon_json(code: str, tried: tuple[Tried, ...], currency: str) -> dict[str, Any]:
    """Return what came of a code; one that opens no promotion in force was not tried at all."""
    found = next((each for each in tried if each.coupon_code == code), None)
    if found is None:
        text = _("The code %(code)s cannot be used now.") % {"code": code}
        found = Tried("", "", reason="not_usable")
    else:
        text = words_of_refusal(found, currency=currency)
    return {
        "code": code,
        "is_applied": not found.reason,
        "promotion": found.name or None,
        "amount": money_json(found.amount, currency),
        "reason": found.reason,
        "text": text,
        "unmet": [unmet_json(unmet, currency) for unmet in found.unmet],
        "missing": missing_json(found.missing, currency) if found.missing else None,
    }


def hints_of(priced: PricedCart) -> list[dict[str, Any]]:
    """Return what is lacking for the promotions that have a message for it."""
    messages = {promotion.id: promotion.upsell_message for promotion in priced.input.promotions}
    currency = priced.cart.currency
    return [
        {
            "promotion": tried.promotion,
            "name": tried.name,
            "missing": missing_json(tried.missing, currency),
            # Not str.format: a merchant's braces must never break a cart, or read what they should not.
            "message": message.replace("{missing}", words_of_missing(tried.missing, currency=currency)),
        }
        for tried in priced.totals.tried
        if tried.missing and (message := messages.get(tried.promotion, ""))
    ]


def change_json(change: Change, currency: str) -> dict[str, Any]:
    """Return a change with its amounts as money."""
    data = dict(change.data)
    amounts = {"price_changed": ("from", "to"), "shipping_outdated": ("amount",)}.get(change.code, ())
    data |= {name: money_json(data[name], currency) for name in amounts}
    return {"code": change.code, "line": change.line, "data": data}
