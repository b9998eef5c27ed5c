"""How carts are shown."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from nexus_commerce.api.addresses import AddressSerializer, address_json
from nexus_commerce.api.fields import MoneyField, ObjectField, money_json
from nexus_commerce.api.registry import api_class
from nexus_commerce.api.serializers import OutputSerializer
from nexus_commerce.api.totals import TotalsSerializer, totals_json
from nexus_commerce.cart.models import Cart, CartLine
from nexus_commerce.cart.services import Change, PricedCart, PricedLine

__all__ = ["CartCreatedSerializer", "CartLineSerializer", "CartSerializer"]


class CartVariantSerializer(serializers.Serializer[Any]):
    """What is on a line."""

    id = serializers.UUIDField()
    sku = serializers.CharField()
    name = serializers.CharField(help_text="The variant's name; may be empty.")
    unit = serializers.CharField(help_text="What the quantity counts: `piece`, `gram`, ...")
    product_id = serializers.UUIDField()
    product_name = serializers.CharField()


class CartLineSerializer(OutputSerializer):
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
    subtotal = MoneyField(allow_null=True)
    discount_total = MoneyField(allow_null=True)
    tax_total = MoneyField(allow_null=True)
    total = MoneyField(allow_null=True)
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
            "subtotal": money_json(totals.subtotal, currency) if totals else None,
            "discount_total": money_json(totals.discount_total, currency) if totals else None,
            "tax_total": money_json(totals.tax_total, currency) if totals else None,
            "total": money_json(totals.total, currency) if totals else None,
            "metadata": line.metadata,
        }


class CartAddressesSerializer(serializers.Serializer[Any]):
    """The addresses of a cart. Without a billing address, bills go to the shipping address."""

    shipping = AddressSerializer(allow_null=True)
    billing = AddressSerializer(allow_null=True)


class ChangeSerializer(serializers.Serializer[Any]):
    """Something that is not as the shopper last saw it, or that keeps a line from being bought."""

    code = serializers.ChoiceField(["price_changed", "insufficient_stock", "not_for_sale", "no_price"])
    line = serializers.UUIDField(help_text="The id of the line.")
    data = ObjectField(  # type: ignore[assignment]
        help_text="`price_changed`: from, to, from_per, to_per. `insufficient_stock`: wanted, available."
    )


class CartSerializer(OutputSerializer):
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
    totals = TotalsSerializer()
    changes = ChangeSerializer(many=True)
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
        line_writer = api_class("cart.CartLineSerializer")(context={**self.context, "currency": cart.currency})
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
            "lines": [line_writer.to_representation(line) for line in instance.lines],
            "addresses": {"shipping": found.get("shipping"), "billing": found.get("billing")},
            "totals": totals_json(instance.totals, cart.currency),
            "changes": [change_json(change, cart.currency) for change in instance.changes],
            "metadata": cart.metadata,
            "version": cart.version,
            "created_at": cart.created_at,
            "updated_at": cart.updated_at,
        }


def change_json(change: Change, currency: str) -> dict[str, Any]:
    """Return a change with its amounts as money."""
    data = dict(change.data)
    if change.code == "price_changed":
        data |= {name: money_json(data[name], currency) for name in ("from", "to")}
    return {"code": change.code, "line": change.line, "data": data}


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
