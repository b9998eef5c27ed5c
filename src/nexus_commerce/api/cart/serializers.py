"""How carts are shown."""

from __future__ import annotations

from typing import Any, Final

from rest_framework import serializers

from nexus_commerce.api.addresses import AddressSerializer, address_json
from nexus_commerce.api.cart.priced import PricedSerializer, priced_json
from nexus_commerce.api.charges import ChargeSerializer, charged_json, final_unit_price
from nexus_commerce.api.fields import MoneyField, ObjectField, money_json
from nexus_commerce.api.registry import api_class
from nexus_commerce.api.serializers import OutputSerializer
from nexus_commerce.cart.models import Cart, CartLine
from nexus_commerce.cart.services import PricedCart, PricedLine

__all__ = ["CartCreatedSerializer", "CartLineSerializer", "CartSerializer"]

UNPRICED: Final[dict[str, Any]] = {
    **dict.fromkeys(("subtotal", "discount_total", "total", "net", "tax_total", "gross")),
    "discounts": [],
    "taxes": [],
}
"""What a line has for amounts where there is no price."""


class CartVariantSerializer(serializers.Serializer[Any]):
    """What is on a line."""

    id = serializers.UUIDField()
    sku = serializers.CharField()
    name = serializers.CharField(help_text="The variant's name; may be empty.")
    unit = serializers.CharField(help_text="What the quantity counts: `piece`, `gram`, ...")
    product_id = serializers.UUIDField()
    product_name = serializers.CharField()


class CartLineSerializer(ChargeSerializer, OutputSerializer):
    """A line of a cart with what it costs now. The amounts are null where there is no price."""

    exposes = CartLine
    audience = "owner"

    id = serializers.UUIDField()
    variant = CartVariantSerializer()
    quantity = serializers.IntegerField()
    personalization = ObjectField()
    unit_price = MoneyField(allow_null=True, help_text="For `per` units.")
    list_price = MoneyField(allow_null=True, help_text="The original beside a reduced price; else the same.")
    per = serializers.IntegerField(allow_null=True)
    subtotal = MoneyField(allow_null=True, help_text="Before discounts.")
    discount_total = MoneyField(allow_null=True)
    total = MoneyField(allow_null=True, help_text="After discounts; with tax where `prices_include_tax`.")
    net = MoneyField(allow_null=True, help_text="The total without tax.")
    tax_total = MoneyField(allow_null=True)
    gross = MoneyField(allow_null=True, help_text="The total with tax.")
    final_unit_price = MoneyField(
        allow_null=True,
        help_text="What `per` units cost after discounts, rounded half up: for display; the line is what counts.",
    )
    is_gift = serializers.BooleanField(help_text="Whether a promotion added the line; it cannot be changed.")
    metadata = ObjectField()

    def row_of(self, instance: PricedLine) -> CartLine:
        """Return the row of the line."""
        return instance.line

    def currency_of(self, instance: PricedLine) -> str:
        """Return the currency of the cart."""
        return str(self.context["currency"])

    def represent(self, instance: PricedLine) -> dict[str, Any]:
        """Return the line."""
        line, quote, totals = instance.line, instance.quote, instance.totals
        variant, product, currency = instance.offer.variant, instance.offer.product, str(self.context["currency"])
        return {
            "id": line.public_id,
            "variant": {
                "id": variant.public_id,
                "sku": variant.sku,
                "name": variant.name,
                "unit": variant.unit,
                "product_id": product.public_id,
                "product_name": product.name,
            },
            "quantity": line.quantity,
            "personalization": line.personalization,
            "unit_price": money_json(quote.unit_price, currency) if quote else None,
            "list_price": money_json(quote.list_price, currency) if quote else None,
            "per": quote.per if quote else None,
            **(charged_json(totals, currency) if totals else UNPRICED),
            "final_unit_price": final_unit_price(totals.total, per=quote.per, quantity=line.quantity, currency=currency)
            if totals and quote
            else None,
            "is_gift": instance.is_gift,
            "metadata": line.metadata,
        }


class CartAddressesSerializer(serializers.Serializer[Any]):
    """The addresses of a cart. Without a billing address, bills go to the shipping address."""

    shipping = AddressSerializer(allow_null=True)
    billing = AddressSerializer(allow_null=True)


class CartSerializer(PricedSerializer, OutputSerializer):
    """A cart: its lines priced now, its sums, and what changed since the shopper last saw it."""

    exposes = Cart
    audience = "owner"
    lists = {"lines": "cart.CartLineSerializer"}

    id = serializers.UUIDField()
    state = serializers.CharField(help_text="`open`, `frozen` while it is being ordered, `ordered` or `merged`.")
    channel = serializers.CharField(help_text="The code of the sales channel.")
    currency = serializers.CharField()
    prices_include_tax = serializers.BooleanField()
    language = serializers.CharField()
    email = serializers.CharField()
    note = serializers.CharField()
    addresses = CartAddressesSerializer()
    shipping_method = serializers.CharField(help_text="The code of the chosen method; empty where none is.")
    metadata = ObjectField()
    version = serializers.IntegerField(help_text="Grows with every change; also the ETag.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def row_of(self, instance: PricedCart) -> Cart:
        """Return the row of the cart."""
        return instance.cart

    def represent(self, instance: PricedCart) -> dict[str, Any]:
        """Return the cart."""
        cart = instance.cart
        found = {kind: address_json(address) for kind, address in instance.addresses.items()}
        return {
            "id": cart.public_id,
            "state": cart.state,
            "channel": cart.channel.code,
            "currency": cart.currency,
            "prices_include_tax": cart.channel.prices_include_tax,
            "language": cart.language,
            "email": cart.email,
            "note": cart.note,
            "addresses": {"shipping": found.get("shipping"), "billing": found.get("billing")},
            "shipping_method": cart.shipping_method,
            **priced_json(instance, self.context),
            "metadata": cart.metadata,
            "version": cart.version,
            "created_at": cart.created_at,
            "updated_at": cart.updated_at,
        }


class CartCreatedSerializer(OutputSerializer):
    """A new cart, and the token that opens it."""

    holds = {"cart": "cart.CartSerializer"}

    token = serializers.CharField(
        allow_null=True, help_text="Send it as `Cart-Token`. Shown this once; null for a customer's cart."
    )

    def represent(self, instance: PricedCart) -> dict[str, Any]:
        """Return the cart, as the serializer in force writes it, beside the token."""
        writer = api_class("cart.CartSerializer")(context=self.context)
        return {"cart": writer.to_representation(instance), "token": self.context["token"]}
