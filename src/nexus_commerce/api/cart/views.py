"""The operations of carts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.addresses import address_data
from nexus_commerce.api.cart.access import open_cart, set_cart_cookie
from nexus_commerce.api.cart.examples import ADD_LINE, CREATE_CART
from nexus_commerce.api.errors import PreconditionFailed
from nexus_commerce.api.openapi import CART, PUBLIC, operation
from nexus_commerce.api.parameters import CART_TOKEN, CHANNEL, IF_MATCH
from nexus_commerce.api.principal import make_customer_of, user_of
from nexus_commerce.api.versions import etag, wants_version
from nexus_commerce.api.views import CommerceView
from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import (
    NewLine,
    PricedCart,
    acknowledge_changes,
    add_line,
    add_lines,
    change_cart,
    change_line,
    create_cart,
    find_offer,
    price_cart,
    remove_line,
    set_address,
    touch_cart,
)
from nexus_commerce.core.errors import NotFound

__all__ = [
    "CartAddressView",
    "CartChangesView",
    "CartLineListView",
    "CartLineView",
    "CartListView",
    "CartView",
    "CartViewBase",
]

NOT_HERE = ["cart_not_found", "not_found"]
CHANGED = ["precondition_failed"]
BUYING = ["cart_not_open", "not_for_sale", "no_price", "insufficient_stock", "cart_limit_reached"]
PARAMETERS = [CART_TOKEN, IF_MATCH]


class CartViewBase(CommerceView):
    """What the views of one cart share."""

    permissions = ("permissions.Public",)

    def reply(self, priced: PricedCart, status: int = 200, **headers: str) -> Response:
        """Answer with the whole cart and its ETag."""
        body = self.write("cart.CartSerializer", priced)
        return Response(body, status=status, headers=etag(priced.cart.version) | headers)

    def change(self, cart_id: UUID, act: Callable[[Cart], PricedCart | None]) -> Response:
        """Carry out ``act`` on the cart that the caller may open, and answer with the cart as it is then.

        Where ``If-Match`` was sent, the cart is locked at that version first: what came in between is never lost.
        """
        cart = open_cart(self.request, cart_id)
        if not wants_version(self.request):
            return self.reply(act(cart) or price_cart(cart=cart))
        meant = cart.version
        with transaction.atomic():
            touch_cart(cart=cart)
            if cart.version != meant + 1:
                raise PreconditionFailed
            return self.reply(act(cart) or price_cart(cart=cart))


class CartListView(CartViewBase):
    """Making carts."""

    @operation(
        id="create_cart",
        summary="Create a cart",
        tag="Carts",
        request="cart.CartCreateSerializer",
        responses={201: "cart.CartCreatedSerializer"},
        errors={400: ["invalid_input", "invalid_quantity"], 404: ["no_channel"], 409: BUYING},
        parameters=[CHANNEL],
        examples=CREATE_CART,
        auth=(*PUBLIC, "session"),
    )
    def post(self, request: Request) -> Response:
        """Make a cart, with lines, contact and addresses where they are known: all of it or nothing.

        A guest's cart has a token, shown this once and set as a cookie. A signed-in customer has one open cart in a
        channel: that one is taken, and the lines are added to it.
        """
        values = self.read_body("cart.CartCreateSerializer")
        with transaction.atomic():
            cart, token = create_cart(
                channel=self.channel,
                customer=make_customer_of(request) if user_of(request) else None,
                fields={name: value for name, value in values.items() if name not in CREATED_WITH},
            )
            for kind in ("shipping", "billing"):
                if address := values.get(f"{kind}_address"):
                    set_address(cart=cart, kind=kind, address=address_data(address))
            lines = [new_line(line) for line in values.get("lines", ())]
            priced = add_lines(cart=cart, lines=lines) if lines else price_cart(cart=cart)
        body = self.write("cart.CartCreatedSerializer", priced, token=token)
        response = Response(body, status=201, headers=etag(cart.version))
        if token:
            set_cart_cookie(response, token)
        return response


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
    def patch(self, request: Request, cart_id: UUID) -> Response:
        """Set what is sent: e-mail, note, language, free data, and fields that the shop added."""
        values = self.read_body("cart.CartChangeSerializer")

        def act(cart: Cart) -> None:
            if values:
                change_cart(cart=cart, fields=values)

        return self.change(cart_id, act)


class CartLineListView(CartViewBase):
    """Adding lines to a cart."""

    @operation(
        id="add_line",
        summary="Add a line",
        tag="Carts",
        request="cart.LineAddSerializer",
        responses={201: "cart.CartSerializer"},
        errors={400: ["invalid_input", "invalid_quantity"], 404: NOT_HERE, 409: BUYING, 412: CHANGED},
        parameters=PARAMETERS,
        examples=ADD_LINE,
        auth=CART,
    )
    def post(self, request: Request, cart_id: UUID) -> Response:
        """Put units of a variant into the cart: onto the line with the same personalization, else a new one."""
        values = self.read_body("cart.LineAddSerializer")
        response = self.change(cart_id, lambda cart: put_line(cart, values))
        response.status_code = 201
        return response


class CartLineView(CartViewBase):
    """One line of a cart."""

    @operation(
        id="change_line",
        summary="Change a line",
        tag="Carts",
        request="cart.LineChangeSerializer",
        responses={200: "cart.CartSerializer"},
        errors={
            400: ["invalid_input", "invalid_quantity"],
            404: [*NOT_HERE, "line_not_found"],
            409: BUYING,
            412: CHANGED,
        },
        parameters=PARAMETERS,
        auth=CART,
    )
    def patch(self, request: Request, cart_id: UUID, line_id: UUID) -> Response:
        """Set the quantity of a line; zero takes it out."""
        values = self.read_body("cart.LineChangeSerializer")
        quantity = values.pop("quantity", None)
        return self.change(cart_id, lambda cart: change_line(cart=cart, line=line_id, quantity=quantity, fields=values))

    @operation(
        id="remove_line",
        summary="Remove a line",
        tag="Carts",
        responses={200: "cart.CartSerializer"},
        errors={404: [*NOT_HERE, "line_not_found"], 409: ["cart_not_open"], 412: CHANGED},
        parameters=PARAMETERS,
        auth=CART,
    )
    def delete(self, request: Request, cart_id: UUID, line_id: UUID) -> Response:
        """Take a line out of the cart; the reply is the cart without it."""
        return self.change(cart_id, lambda cart: remove_line(cart=cart, line=line_id))


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
    def put(self, request: Request, cart_id: UUID, kind: str) -> Response:
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
    def delete(self, request: Request, cart_id: UUID) -> Response:
        """Say that the shopper has seen the present prices: `price_changed` entries go, others stay."""
        return self.change(cart_id, lambda cart: acknowledge_changes(cart=cart))


CREATED_WITH = frozenset({"lines", "shipping_address", "billing_address"})


LINE_COLUMNS = frozenset({"variant", "quantity", "personalization"})


def put_line(cart: Cart, values: Mapping[str, Any]) -> PricedCart:
    """Add a line out of the checked values of a body."""
    new = new_line(values)
    return add_line(
        cart=cart,
        offer=find_offer(channel=cart.channel, public_id=new.variant),
        quantity=new.quantity,
        personalization=new.personalization,
        fields=new.fields,
    )


def new_line(values: Mapping[str, Any]) -> NewLine:
    """Return what services take, from the checked values of a body."""
    return NewLine(
        variant=values["variant"],
        quantity=values["quantity"],
        personalization=values.get("personalization", {}),
        fields={name: value for name, value in values.items() if name not in LINE_COLUMNS},
    )
