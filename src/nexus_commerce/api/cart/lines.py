"""The operations of the lines of a cart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from nexus_commerce.api.cart.base import BUYING, CHANGED, NOT_HERE, PARAMETERS, CartViewBase
from nexus_commerce.api.cart.examples import ADD_LINE
from nexus_commerce.api.openapi import CART, operation
from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import NewLine, PricedCart, add_line, change_line, remove_line

__all__ = ["CartLineListView", "CartLineView", "new_line"]

LINE_COLUMNS: Final = frozenset({"variant", "quantity", "personalization"})


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
    def post(self, request: Request, cart_id: UUID) -> HttpResponseBase:
        """Put units of a variant into the cart: onto the line with the same personalization, else a new one."""
        values = self.read_body("cart.LineAddSerializer")
        return self.change(cart_id, lambda cart: put_line(cart, values), status=201)


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
    def patch(self, request: Request, cart_id: UUID, line_id: UUID) -> HttpResponseBase:
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
    def delete(self, request: Request, cart_id: UUID, line_id: UUID) -> HttpResponseBase:
        """Take a line out of the cart; the reply is the cart without it."""
        return self.change(cart_id, lambda cart: remove_line(cart=cart, line=line_id))


def put_line(cart: Cart, values: Mapping[str, Any]) -> PricedCart:
    """Add a line out of the checked values of a body."""
    new = new_line(values)
    return add_line(
        cart=cart,
        offer=new.variant,
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
