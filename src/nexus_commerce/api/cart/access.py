"""Which cart a request may open, and the cookie that carries a guest's token."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpResponseBase
from rest_framework.request import Request

from nexus_commerce.api.principal import CART_COOKIE, cart_token, customer_of
from nexus_commerce.api.versions import check_version
from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import find_cart

__all__ = ["drop_cart_cookie", "open_cart", "reach_cart", "set_cart_cookie"]

COOKIE_AGE: Final = 60 * 60 * 24 * 30


def open_cart(request: Request, public_id: UUID) -> Cart:
    """Return the cart that the caller may open, of the version that ``If-Match`` names where it was sent.

    Raises ``CartNotFound`` for a foreign and for a missing cart alike, and ``PreconditionFailed``.
    """
    cart = reach_cart(request, public_id)
    check_version(request, cart.version)
    return cart


def reach_cart(request: Request, public_id: UUID) -> Cart:
    """Return the cart that the caller may open, of whatever version. Raises ``CartNotFound``."""
    return find_cart(public_id=public_id, token=cart_token(request), customer=customer_of(request))


def set_cart_cookie(response: HttpResponseBase, token: str) -> None:
    """Give the token to a browser: out of reach of scripts, not sent along from other sites, never in an address."""
    response.set_cookie(
        CART_COOKIE, token, max_age=COOKIE_AGE, httponly=True, samesite="Lax", secure=not settings.DEBUG
    )


def drop_cart_cookie(response: HttpResponseBase) -> None:
    """Take the token away from a browser."""
    response.delete_cookie(CART_COOKIE, samesite="Lax")
