"""What a checkout takes and gives."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from nexus_commerce.api.fields import MoneyField, ObjectField, TextField
from nexus_commerce.api.registry import api_class
from nexus_commerce.api.serializers import InputSerializer, OutputSerializer
from nexus_commerce.cart.models import Cart
from nexus_commerce.checkout.services import PlacedOrder
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.providers.base import PaymentProvider
from nexus_commerce.payments.services import get_provider

__all__ = ["CheckoutSerializer", "PlacedOrderSerializer", "ProviderSerializer"]

MAX_GIFT_CARDS = 10


class CheckoutSerializer(InputSerializer):
    """What is still needed once a cart is complete."""

    fills = (Cart, Order)

    provider = TextField(max_length=64, default="manual", help_text="The alias of a payment provider.")
    expected_total = MoneyField(
        required=False, help_text="What the shopper agreed to pay. Another total is refused (409 `total_changed`)."
    )
    gift_cards = serializers.ListField(
        child=TextField(max_length=64),
        max_length=MAX_GIFT_CARDS,
        required=False,
        help_text="Codes of gift cards, which pay first, in this order. The provider is asked for the rest.",
    )
    use_store_credit = serializers.BooleanField(
        default=False, help_text="Whether the customer's store credit pays what the gift cards leave."
    )
    payment_data = ObjectField(
        required=False,
        help_text="What the provider's own script in the browser made, such as a `payment_method`. Never card data.",
    )
    return_url = TextField(
        max_length=500,
        required=False,
        help_text="Where the provider sends the shopper back to: an address of this site, or of a host that the "
        "checkout policy allows.",
    )


class PlacedOrderSerializer(OutputSerializer):
    """The order that a checkout made."""

    holds = {"order": "orders.OrderSerializer"}

    token = serializers.CharField(
        allow_null=True, help_text="Opens a guest's order: send it as `Order-Token`. Null for a customer's order."
    )
    instructions = serializers.CharField(help_text="What the shopper has to do to pay; may be empty.")
    next_action = ObjectField(
        help_text="What the shopper has to do before the payment is made: `type` is `redirect` (to `url`), "
        "`client_secret`, or a type of the provider's own. Empty where there is nothing."
    )

    def represent(self, instance: PlacedOrder) -> dict[str, Any]:
        """Return the order, as the serializer in force writes it, and how it is paid."""
        payment = instance.payment
        said = get_provider(alias=payment.provider).instructions(language=instance.order.language) if payment else ""
        writer = api_class("orders.OrderSerializer")(context=self.context)
        return {
            "order": writer.to_representation(instance.order),
            "token": instance.token,
            "instructions": said,
            "next_action": dict(instance.next_action),
        }


class ProviderSerializer(OutputSerializer):
    """A way to pay."""

    alias = serializers.CharField(help_text="What the checkout takes as `provider`.")
    name = serializers.CharField()
    instructions = serializers.CharField(help_text="What the shopper has to do; may be empty.")
    is_offline = serializers.BooleanField(help_text="Whether the money comes outside the shop, after the order.")
    client_options = ObjectField(help_text="What the front end needs for it, such as a publishable key.")

    def represent(self, instance: PaymentProvider) -> dict[str, Any]:
        """Return the provider without its options."""
        return {
            "alias": instance.alias,
            "name": str(instance.name),
            "instructions": instance.instructions(language=self.context["language"]),
            "is_offline": instance.is_offline,
            "client_options": dict(instance.client_options()),
        }
