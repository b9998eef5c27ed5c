"""What the views of carts share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework.response import Response

from nexus_commerce.api.cart.access import open_cart
from nexus_commerce.api.errors import PreconditionFailed
from nexus_commerce.api.parameters import CART_TOKEN, IDEMPOTENCY_KEY, IF_MATCH
from nexus_commerce.api.versions import etag, wants_version
from nexus_commerce.api.views import CommerceView
from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import PricedCart, price_cart, touch_cart
from nexus_commerce.core.attempts import Attempt

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
PARAMETERS: Final = [CART_TOKEN, IF_MATCH, IDEMPOTENCY_KEY]


class CartViewBase(CommerceView):
    """What the views of one cart share."""

    permissions = ("permissions.Public",)

    def reply(self, priced: PricedCart, status: int = 200, **headers: str) -> Response:
        """Answer with the whole cart and its ETag."""
        body = self.write("cart.CartSerializer", priced)
        return Response(body, status=status, headers=etag(priced.cart.version) | headers)

    def change(self, cart_id: UUID, act: Callable[[Cart], PricedCart | None], *, status: int = 200) -> HttpResponseBase:
        """Carry out ``act`` on the cart that the caller may open, once, and answer with the cart as it is then.

        All of it is one transaction, tried again where the database gave up on it. Where ``If-Match`` was sent, the
        cart is locked at that version first: what came in between is never lost.
        """

        def work(attempt: Attempt) -> PricedCart:
            cart = open_cart(self.request, cart_id)
            if wants_version(self.request):
                meant = cart.version
                touch_cart(cart=cart)
                if cart.version != meant + 1:
                    raise PreconditionFailed
            return act(cart) or price_cart(cart=cart)

        return self.run_once(work, lambda priced: self.reply(priced, status))

    def ask(self, cart_id: UUID, act: Callable[[Cart], PricedCart]) -> HttpResponseBase:
        """Do as ``change`` does with an ``act`` that asks somebody outside, which must not happen inside a
        transaction; done twice, it has the effect of once."""
        return self.run_once(lambda attempt: act(open_cart(self.request, cart_id)), self.reply, atomic=False)
