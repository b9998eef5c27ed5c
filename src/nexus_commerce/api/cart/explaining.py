"""The operation that says why a cart costs what it does."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.cart.access import open_cart
from nexus_commerce.api.cart.base import CHANGED, NOT_HERE, CartViewBase
from nexus_commerce.api.explanation import Explained, explanation_json
from nexus_commerce.api.openapi import CART, operation
from nexus_commerce.api.parameters import CART_TOKEN
from nexus_commerce.api.versions import etag
from nexus_commerce.cart.services import PricedCart, price_cart

__all__ = ["CartExplanationView"]


class CartExplanationView(CartViewBase):
    """Why a cart costs what it does."""

    @operation(
        id="explain_cart",
        summary="Explain the prices",
        tag="Carts",
        responses={200: "pricing.ExplanationSerializer"},
        errors={404: NOT_HERE, 412: CHANGED},
        parameters=[CART_TOKEN],
        auth=CART,
    )
    def get(self, request: Request, cart_id: UUID) -> Response:
        """Why this price, for each amount, in words and figures: price list and tier, promotions, shipping, tax.

        Every promotion that was tried is listed, with the reason where it did not apply.
        """
        priced = price_cart(cart=open_cart(request, cart_id))
        body = explanation_json(
            explained=explained_in(priced),
            notes=priced.totals.explanation,
            tried=priced.totals.tried,
            total=priced.totals.total,
            currency=priced.cart.currency,
        )
        return Response(body, headers=etag(priced.cart.version))


def explained_in(priced: PricedCart) -> Iterator[Explained]:
    """Yield everything in a priced cart that has an amount."""
    for entry in priced.lines:
        if entry.totals:
            name = entry.offer.variant.name or entry.offer.product.name
            yield Explained("line", entry.totals.key, str(entry.line.public_id), name, entry.totals.total)
    for charge in priced.totals.shipping:
        yield Explained("shipping", charge.key, str(charge.key), charge.name, charge.total)
    for fee in priced.totals.fees:
        yield Explained("fee", fee.key, str(fee.key), fee.name, fee.total)
