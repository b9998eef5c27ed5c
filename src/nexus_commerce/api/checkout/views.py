"""The operations of the checkout."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.cart.access import drop_cart_cookie, open_cart
from nexus_commerce.api.checkout.examples import CHECK_OUT
from nexus_commerce.api.openapi import CART, Results, operation
from nexus_commerce.api.parameters import CART_TOKEN, CHANNEL, IF_MATCH
from nexus_commerce.api.registry import api_class
from nexus_commerce.api.versions import etag
from nexus_commerce.api.views import CommerceView
from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import change_cart, refresh_tax
from nexus_commerce.checkout.services import place_order
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.expose import fillable_at_checkout
from nexus_commerce.core.money import Money
from nexus_commerce.payments.services import get_provider, provider_aliases
from nexus_commerce.tax.policies import ExternalTaxPolicy

__all__ = ["CheckoutView", "ProviderListView"]

REFUSED: Final = [
    "checkout_incomplete",
    "total_changed",
    "insufficient_stock",
    "coupon_used_up",
    "coupon_used_by_customer",
    "promotion_used_up",
    "promotion_used_by_customer",
    "tax_unavailable",
    "cart_not_open",
]


class CheckoutView(CommerceView):
    """The act of ordering a cart."""

    permissions = ("permissions.Public",)

    @operation(
        id="check_out",
        summary="Place the order",
        tag="Checkout",
        request="checkout.CheckoutSerializer",
        responses={201: "checkout.PlacedOrderSerializer", 200: "checkout.PlacedOrderSerializer"},
        errors={
            400: ["invalid_input", "unknown_provider", "provider_not_usable", "promotion_customer_needed"],
            404: ["cart_not_found", "not_found"],
            409: REFUSED,
            412: ["precondition_failed"],
        },
        parameters=[CART_TOKEN, IF_MATCH],
        examples=CHECK_OUT,
        auth=CART,
    )
    def post(self, request: Request, cart_id: UUID) -> Response:
        """Make the order of a cart, once: asked again, the reply is 200 and the same order, with a new token.

        The cart is priced again, and an outside tax engine asked where the shop has one. What the cart lacks is listed
        in the problem's `params.requirements`.
        """
        values = self.read_body("checkout.CheckoutSerializer")
        cart = open_cart(request, cart_id)
        provider, expected = values.pop("provider"), values.pop("expected_total", None)
        check_currency(cart, expected)
        of_cart = {name: values.pop(name) for name in fillable_at_checkout(Cart) if name in values}
        if of_cart and cart.state == "open":
            change_cart(cart=cart, fields=of_cart)
        if cart.state == "open" and issubclass(nexus_settings.TAX_POLICY, ExternalTaxPolicy):
            refresh_tax(cart=cart)
        placed = place_order(
            cart=cart, provider=provider, expected_total=expected.minor if expected else None, fields=values
        )
        response = Response(
            self.write("checkout.PlacedOrderSerializer", placed),
            status=201 if placed.is_new else 200,
            headers=etag(placed.order.version),
        )
        drop_cart_cookie(response)
        return response


def check_currency(cart: Cart, expected: Money | None) -> None:
    """Raise ValidationError where the expected total is not in the cart's currency."""
    if expected is not None and expected.currency != cart.currency:
        message = f"The cart is in {cart.currency}."
        raise serializers.ValidationError({"expected_total": [message]}, code="currency")


class ProviderListView(CommerceView):
    """The ways to pay."""

    permissions = ("permissions.Public",)
    private = False

    @operation(
        id="list_payment_providers",
        summary="List the ways to pay",
        tag="Checkout",
        responses={200: Results("checkout.ProviderSerializer")},
        errors={404: ["no_channel"]},
        parameters=[CHANNEL],
    )
    def get(self, request: Request) -> Response:
        """The payment providers of the shop, in the order to show them."""
        writer: Any = api_class("checkout.ProviderSerializer")(context={"language": self.channel.default_language})
        providers = [get_provider(alias=alias) for alias in provider_aliases()]
        return Response({"results": [writer.to_representation(provider) for provider in providers]})
