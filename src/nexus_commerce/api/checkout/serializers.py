"""What a checkout takes and gives."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from nexus_commerce.api.fields import MoneyField, TextField
from nexus_commerce.api.registry import api_class
from nexus_commerce.api.serializers import InputSerializer, OutputSerializer
from nexus_commerce.cart.models import Cart
from nexus_commerce.checkout.services import PlacedOrder
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.providers.base import PaymentProvider
from nexus_commerce.payments.services import get_provider

__all__ = ["CheckoutSerializer", "PlacedOrderSerializer", "ProviderSerializer"]


class CheckoutSerializer(InputSerializer):
    """What is still needed once a cart is complete."""

    fills = (Cart, Order)

    provider = TextField(max_length=64, default="manual", help_text="The alias of a payment provider.")
    expected_total = MoneyField(
        required=False, help_text="What the shopper agreed to pay. Another total is refused (409 `total_changed`)."
    )


class PlacedOrderSerializer(OutputSerializer):
    """The order that a checkout made."""

    holds = {"order": "orders.OrderSerializer"}

    token = serializers.CharField(
        allow_null=True, help_text="Opens a guest's order: send it as `Order-Token`. Null for a customer's order."
    )
    instructions = serializers.CharField(help_text="What the shopper has to do to pay; may be empty.")

    def represent(self, instance: PlacedOrder) -> dict[str, Any]:
        """Return the order, as the serializer in force writes it, and how it is paid."""
        payment = instance.payment
        said = get_provider(alias=payment.provider).instructions(language=instance.order.language) if payment else ""
        writer = api_class("orders.OrderSerializer")(context=self.context)
        return {"order": writer.to_representation(instance.order), "token": instance.token, "instructions": said}


class ProviderSerializer(OutputSerializer):
    """A way to pay."""

    alias = serializers.CharField(help_text="What the checkout takes as `provider`.")
    name = serializers.CharField()
    instructions = serializers.CharField(help_text="What the shopper has to do; may be empty.")
    is_offline = serializers.BooleanField(help_text="Whether the money comes outside the shop, after the order.")

    def represent(self, instance: PaymentProvider) -> dict[str, Any]:
        """Return the provider without its options."""
        return {
            "alias": instance.alias,
            "name": str(instance.name),
            "instructions": instance.instructions(language=self.context["language"]),
            "is_offline": instance.is_offline,
        }
