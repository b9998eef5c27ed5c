"""Which cart a request may open, and the cookie that carries a guest's token."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpResponseBase
from rest_framework.request import Request

from nexus_commerce.api.principal import customer_of, token_in
from nexus_commerce.api.versions import check_version
from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import find_cart

__all__ = ["CART_COOKIE", "cart_token", "drop_cart_cookie", "open_cart", "set_cart_cookie"]

CART_COOKIE: Final = "nexus_cart"
COOKIE_AGE: Final = 60 * 60 * 24 * 30


def cart_token(request: Request) -> str | None:
    """Return the token that the header ``Cart-Token`` carries, else that of the cookie."""
    return token_in(request.headers.get("Cart-Token")) or token_in(request.COOKIES.get(CART_COOKIE))


def open_cart(request: Request, public_id: UUID) -> Cart:
    """Return the cart that the caller may open, of the version that ``If-Match`` names where it was sent.

    Raises ``CartNotFound`` for a foreign and for a missing cart alike, and ``PreconditionFailed``.
    """
    cart = find_cart(public_id=public_id, token=cart_token(request), customer=customer_of(request))
    check_version(request, cart.version)
    return cart


def set_cart_cookie(response: HttpResponseBase, token: str) -> None:
    """Give the token to a browser: out of reach of scripts, not sent along from other sites, never in an address."""
    response.set_cookie(
        CART_COOKIE, token, max_age=COOKIE_AGE, httponly=True, samesite="Lax", secure=not settings.DEBUG
    )


def drop_cart_cookie(response: HttpResponseBase) -> None:
    """Take the token away from a browser."""
    response.delete_cookie(CART_COOKIE, samesite="Lax")
