"""How the ways to send a cart are shown."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from nexus_commerce.api.cart.delivery import DeliverySerializer, delivery_json
from nexus_commerce.api.fields import MoneyField, money_json
from nexus_commerce.api.serializers import OutputSerializer
from nexus_commerce.cart.services import ShippingOption, ShippingOptions

__all__ = ["ShippingOptionsSerializer"]


class PickupSerializer(serializers.Serializer[Any]):
    """Where goods are picked up."""

    location = serializers.CharField(help_text="The code of the stock location.")
    name = serializers.CharField()


class ShippingOptionSerializer(serializers.Serializer[Any]):
    """A way to send the cart, and what it costs."""

    method = serializers.CharField(help_text="What choosing it names.")
    name = serializers.CharField()
    description = serializers.CharField()
    kind = serializers.CharField(help_text="How it is charged: `flat`, `weight`, `carrier`, `pickup`, ...")
    carrier = serializers.CharField(help_text="The alias of the carrier whose live rate it is; else empty.")
    amount = MoneyField(help_text="The charge before promotions.")
    charge = MoneyField(help_text="The charge after promotions.")
    total = MoneyField(help_text="What the whole cart would cost.")
    missing_for_free = MoneyField(allow_null=True, help_text="How much more value would make it free.")
    delivery = DeliverySerializer()
    pickup = PickupSerializer(allow_null=True)
    is_chosen = serializers.BooleanField()


class UnavailableSerializer(serializers.Serializer[Any]):
    """A method whose carrier did not answer: ask again in a moment."""

    method = serializers.CharField()
    name = serializers.CharField()


class ShippingOptionsSerializer(OutputSerializer):
    """The ways to send a cart."""

    results = ShippingOptionSerializer(many=True)
    unavailable = UnavailableSerializer(many=True)

    def represent(self, instance: ShippingOptions) -> dict[str, Any]:
        """Return the options in their order."""
        currency = str(self.context["currency"])
        return {
            "results": [option_json(option, currency) for option in instance],
            "unavailable": [{"method": method.code, "name": method.name} for method in instance.unavailable],
        }


def option_json(option: ShippingOption, currency: str) -> dict[str, Any]:
    """Return an option."""
    offer = option.offer
    return {
        "method": offer.code,
        "name": offer.name,
        "description": offer.description,
        "kind": offer.kind,
        "carrier": offer.carrier,
        "amount": money_json(offer.amount, currency),
        "charge": money_json(option.charge, currency),
        "total": money_json(option.total, currency),
        "missing_for_free": money_json(offer.missing_for_free, currency),
        "delivery": delivery_json(offer.estimate),
        "pickup": {"location": offer.pickup_location, "name": offer.pickup_name} if offer.pickup_location else None,
        "is_chosen": option.is_chosen,
    }
