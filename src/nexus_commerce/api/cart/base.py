"""What the views of carts share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.db import transaction
from rest_framework.response import Response

from nexus_commerce.api.cart.access import open_cart
from nexus_commerce.api.errors import PreconditionFailed
from nexus_commerce.api.parameters import CART_TOKEN, IF_MATCH
from nexus_commerce.api.versions import etag, wants_version
from nexus_commerce.api.views import CommerceView
from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import PricedCart, price_cart, touch_cart

__all__ = ["BUYING", "CHANGED", "COUPON_REFUSED", "NOT_HERE", "PARAMETERS", "CartViewBase"]

NOT_HERE: Final = ["cart_not_found", "not_found"]
CHANGED: Final = ["precondition_failed"]
BUYING: Final = ["cart_not_open", "not_for_sale", "no_price", "insufficient_stock", "cart_limit_reached"]
COUPON_REFUSED: Final = [
    "coupon_not_yet_valid",
    "coupon_expired",
    "coupon_used_up",
    "coupon_used_by_customer",
    "coupon_not_for_this_cart",
    "coupon_conditions_not_met",
    "coupon_superseded",
]
PARAMETERS: Final = [CART_TOKEN, IF_MATCH]


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
