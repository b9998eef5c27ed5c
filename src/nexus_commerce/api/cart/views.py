"""The operations of carts."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.addresses import address_data
from nexus_commerce.api.cart.access import open_cart, set_cart_cookie
from nexus_commerce.api.cart.base import BUYING, CHANGED, COUPON_REFUSED, NOT_HERE, PARAMETERS, CartViewBase
from nexus_commerce.api.cart.examples import CREATE_CART
from nexus_commerce.api.cart.lines import new_line
from nexus_commerce.api.openapi import CART, PUBLIC, operation
from nexus_commerce.api.parameters import CART_TOKEN, CHANNEL, IDEMPOTENCY_KEY
from nexus_commerce.api.principal import make_customer_of, user_of
from nexus_commerce.api.versions import etag
from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import (
    PricedCart,
    acknowledge_changes,
    add_coupons,
    add_lines,
    change_cart,
    choose_shipping,
    create_cart,
    price_cart,
    set_address,
)
from nexus_commerce.core.attempts import Attempt
from nexus_commerce.core.errors import NotFound

__all__ = ["CartAddressView", "CartChangesView", "CartListView", "CartView"]

CREATED_WITH: Final = frozenset({"lines", "shipping_address", "billing_address", "shipping_method", "coupons"})


class CartListView(CartViewBase):
    """Making carts."""

    @operation(
        id="create_cart",
        summary="Create a cart",
        tag="Carts",
        request="cart.CartCreateSerializer",
        responses={201: "cart.CartCreatedSerializer"},
        errors={
            400: ["invalid_input", "invalid_quantity"],
            404: ["no_channel", "coupon_unknown"],
            409: [*BUYING, "shipping_not_offered", *COUPON_REFUSED],
        },
        parameters=[CHANNEL, IDEMPOTENCY_KEY],
        examples=CREATE_CART,
        auth=(*PUBLIC, "session"),
    )
    def post(self, request: Request) -> HttpResponseBase:
        """Make a cart, with lines, contact, addresses, shipping and codes where they are known: all of it or nothing.

        A guest's cart has a token, shown this once and set as a cookie. A signed-in customer has one open cart in a
        channel: that one is taken, and the lines are added to it.
        """
        return self.run_once(self.make, self.reply_made, finish=set_token_cookie)

    def make(self, attempt: Attempt) -> tuple[PricedCart, str | None]:
        """Make the cart that the body describes, and return it priced, with the token of a guest's."""
        values = self.read_body("cart.CartCreateSerializer")
        cart, token = create_cart(
            channel=self.channel,
            customer=make_customer_of(self.request) if user_of(self.request) else None,
            fields={name: value for name, value in values.items() if name not in CREATED_WITH},
        )
        for kind in ("shipping", "billing"):
            if address := values.get(f"{kind}_address"):
                set_address(cart=cart, kind=kind, address=address_data(address))
        lines = [new_line(line) for line in values.get("lines", ())]
        priced = add_lines(cart=cart, lines=lines) if lines else price_cart(cart=cart)
        if method := values.get("shipping_method"):
            priced = choose_shipping(cart=cart, method=method)
        if codes := values.get("coupons"):
            priced = add_coupons(cart=cart, codes=codes)
        return priced, token

    def reply_made(self, made: tuple[PricedCart, str | None]) -> Response:
        """Answer with the whole cart and its token."""
        priced, token = made
        body = self.write("cart.CartCreatedSerializer", priced, token=token)
        return Response(body, status=201, headers=etag(priced.cart.version))


def set_token_cookie(response: HttpResponseBase, body: Any) -> None:
    """Give a browser the token of the cart that was made."""
    if body["token"]:
        set_cart_cookie(response, body["token"])


class CartView(CartViewBase):
    """One cart."""

    @operation(
        id="get_cart",
        summary="Show a cart",
        tag="Carts",
        responses={200: "cart.CartSerializer"},
        errors={404: NOT_HERE, 412: CHANGED},
        parameters=[CART_TOKEN],
        auth=CART,
    )
    def get(self, request: Request, cart_id: UUID) -> Response:
        """The cart as it is now: lines priced by the server, sums, and what changed since the shopper last saw it."""
        return self.reply(price_cart(cart=open_cart(request, cart_id)))

    @operation(
        id="change_cart",
        summary="Set contact and free fields",
        tag="Carts",
        request="cart.CartChangeSerializer",
        responses={200: "cart.CartSerializer"},
        errors={400: ["invalid_input"], 404: NOT_HERE, 409: ["cart_not_open"], 412: CHANGED},
        parameters=PARAMETERS,
        auth=CART,
    )
    def patch(self, request: Request, cart_id: UUID) -> HttpResponseBase:
        """Set what is sent: e-mail, note, language, free data, and fields that the shop added."""
        values = self.read_body("cart.CartChangeSerializer")

        def act(cart: Cart) -> None:
            if values:
                change_cart(cart=cart, fields=values)

        return self.change(cart_id, act)


class CartAddressView(CartViewBase):
    """The shipping or billing address of a cart."""

    @operation(
        id="set_cart_address",
        summary="Set an address",
        tag="Carts",
        request="addresses.AddressInputSerializer",
        responses={200: "cart.CartSerializer"},
        errors={400: ["invalid_input"], 404: NOT_HERE, 409: ["cart_not_open"], 412: CHANGED},
        parameters=PARAMETERS,
        auth=CART,
    )
    def put(self, request: Request, cart_id: UUID, kind: str) -> HttpResponseBase:
        """Set the whole `shipping` or `billing` address. Without a billing address, bills go to the shipping one."""
        if kind not in ("shipping", "billing"):
            raise NotFound
        address = address_data(self.read_body("addresses.AddressInputSerializer"))

        def act(cart: Cart) -> None:
            set_address(cart=cart, kind=kind, address=address)  # type: ignore[arg-type]

        return self.change(cart_id, act)


class CartChangesView(CartViewBase):
    """What changed in a cart while the shopper was away."""

    @operation(
        id="acknowledge_changes",
        summary="Take note of changed prices",
        tag="Carts",
        responses={200: "cart.CartSerializer"},
        errors={404: NOT_HERE, 409: ["cart_not_open"], 412: CHANGED},
        parameters=PARAMETERS,
        auth=CART,
    )
    def delete(self, request: Request, cart_id: UUID) -> HttpResponseBase:
        """Say that the shopper has seen the present prices: `price_changed` entries go, others stay."""
        return self.change(cart_id, lambda cart: acknowledge_changes(cart=cart))
