"""The operations of the codes on a cart."""

from __future__ import annotations

from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from nexus_commerce.api.cart.base import CHANGED, COUPON_REFUSED, NOT_HERE, PARAMETERS, CartViewBase
from nexus_commerce.api.cart.examples import ADD_COUPON
from nexus_commerce.api.openapi import CART, operation
from nexus_commerce.cart.services import add_coupon, remove_coupon

__all__ = ["CartCouponListView", "CartCouponView"]


class CartCouponListView(CartViewBase):
    """Adding codes to a cart."""

    throttle_scope = "coupon"

    @operation(
        id="add_coupon",
        summary="Add a code",
        tag="Carts",
        request="cart.CouponAddSerializer",
        responses={201: "cart.CartSerializer"},
        errors={
            400: ["invalid_input"],
            404: [*NOT_HERE, "coupon_unknown"],
            409: [*COUPON_REFUSED, "cart_limit_reached", "cart_not_open"],
            412: CHANGED,
        },
        parameters=PARAMETERS,
        examples=ADD_COUPON,
        auth=CART,
    )
    def post(self, request: Request, cart_id: UUID) -> HttpResponseBase:
        """Put a code into the cart, where it takes something off; else the problem says why not.

        Of `coupon_conditions_not_met` the problem's `params` name the conditions that are not met, and what is missing.
        """
        code = self.read_body("cart.CouponAddSerializer")["code"]
        return self.change(cart_id, lambda cart: add_coupon(cart=cart, code=code), status=201)


class CartCouponView(CartViewBase):
    """One code of a cart."""

    @operation(
        id="remove_coupon",
        summary="Remove a code",
        tag="Carts",
        responses={200: "cart.CartSerializer"},
        errors={404: [*NOT_HERE, "coupon_unknown"], 409: ["cart_not_open"], 412: CHANGED},
        parameters=PARAMETERS,
        auth=CART,
    )
    def delete(self, request: Request, cart_id: UUID, code: str) -> HttpResponseBase:
        """Take a code out of the cart; the reply is the cart without it."""
        return self.change(cart_id, lambda cart: remove_coupon(cart=cart, code=code))
