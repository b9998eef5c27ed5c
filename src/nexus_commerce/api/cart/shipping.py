"""The operations of how a cart is sent."""

from __future__ import annotations

from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.cart.access import open_cart
from nexus_commerce.api.cart.base import CHANGED, NOT_HERE, PARAMETERS, CartViewBase
from nexus_commerce.api.openapi import CART, operation
from nexus_commerce.api.parameters import CART_TOKEN
from nexus_commerce.api.versions import etag
from nexus_commerce.cart.services import choose_shipping, clear_shipping, list_shipping_options

__all__ = ["CartShippingMethodView", "ShippingOptionListView"]


class ShippingOptionListView(CartViewBase):
    """How a cart can be sent."""

    @operation(
        id="list_shipping_options",
        summary="List the ways to send a cart",
        tag="Carts",
        responses={200: "cart.ShippingOptionsSerializer"},
        errors={404: NOT_HERE, 412: CHANGED},
        parameters=[CART_TOKEN],
        auth=CART,
    )
    def get(self, request: Request, cart_id: UUID) -> Response:
        """The methods that are offered for these goods and this address, with what each costs now.

        Carriers are asked for live rates; one that does not answer in time is listed as unavailable. Without an
        address these are the methods that go everywhere, and pickup.
        """
        cart = open_cart(request, cart_id)
        options = list_shipping_options(cart=cart)
        body = self.write("cart.ShippingOptionsSerializer", options, currency=cart.currency)
        return Response(body, headers=etag(cart.version))


class CartShippingMethodView(CartViewBase):
    """The shipping method that was chosen for a cart."""

    @operation(
        id="choose_shipping",
        summary="Choose how a cart is sent",
        tag="Carts",
        request="cart.ShippingChoiceSerializer",
        responses={200: "cart.CartSerializer"},
        errors={
            400: ["invalid_input"],
            404: NOT_HERE,
            409: ["shipping_not_offered", "cart_not_open"],
            412: CHANGED,
        },
        parameters=PARAMETERS,
        auth=CART,
    )
    def put(self, request: Request, cart_id: UUID) -> HttpResponseBase:
        """Choose one of the shipping options; it never becomes dearer without being chosen again.

        Of `shipping_not_offered` the problem's `params` name the methods that are offered.
        """
        method = self.read_body("cart.ShippingChoiceSerializer")["method"]
        return self.ask(cart_id, lambda cart: choose_shipping(cart=cart, method=method))

    @operation(
        id="clear_shipping",
        summary="Take back the choice",
        tag="Carts",
        responses={200: "cart.CartSerializer"},
        errors={404: NOT_HERE, 409: ["cart_not_open"], 412: CHANGED},
        parameters=PARAMETERS,
        auth=CART,
    )
    def delete(self, request: Request, cart_id: UUID) -> HttpResponseBase:
        """Take the chosen method off the cart."""
        return self.change(cart_id, lambda cart: clear_shipping(cart=cart))
