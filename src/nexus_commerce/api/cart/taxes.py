"""The operation that asks an outside tax engine about a cart."""

from __future__ import annotations

from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from nexus_commerce.api.cart.base import CHANGED, NOT_HERE, PARAMETERS, CartViewBase
from nexus_commerce.api.openapi import CART, operation
from nexus_commerce.cart.services import refresh_tax

__all__ = ["CartTaxView"]


class CartTaxView(CartViewBase):
    """The tax of a cart, where an outside engine computes it."""

    @operation(
        id="refresh_tax",
        summary="Compute the tax anew",
        tag="Carts",
        responses={200: "cart.CartSerializer"},
        errors={404: NOT_HERE, 409: ["tax_unavailable", "cart_not_open"], 412: CHANGED},
        parameters=PARAMETERS,
        auth=CART,
    )
    def post(self, request: Request, cart_id: UUID) -> HttpResponseBase:
        """Ask the outside tax engine, where the shop has one, about a cart that says `tax_outdated`.

        The checkout does so by itself; this is for showing the tax before. Shops without an engine need it never.
        """
        return self.ask(cart_id, lambda cart: refresh_tax(cart=cart))
