"""Who makes a request: the customer of the signed-in user, or the holder of a token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib.auth.base_user import AbstractBaseUser
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.tokens import hash_token
from nexus_commerce.customers.models import Customer
from nexus_commerce.customers.services import get_customer
from nexus_commerce.events.services.idempotency import hash_principal

__all__ = [
    "ANONYMOUS",
    "CART_COOKIE",
    "MAX_TOKEN",
    "cart_token",
    "customer_of",
    "make_customer_of",
    "order_token",
    "principal_of",
    "token_in",
    "user_of",
]

ANONYMOUS: Final = hash_principal("anonymous")
"""Stands for nobody in particular."""
CART_COOKIE: Final = "nexus_cart"

MAX_TOKEN = 128
"""Longer texts are no tokens and are not hashed."""


def user_of(request: Request) -> AbstractBaseUser | None:
    """Return the signed-in user; None for guests, also where the host has no anonymous user."""
    user = request.user
    return user if isinstance(user, AbstractBaseUser) and user.is_authenticated else None


def customer_of(request: Request) -> Customer | None:
    """Return the customer of the signed-in user; None for guests and for users who never bought."""
    user = user_of(request)
    return None if user is None else nexus_settings.CUSTOMER_POLICY().find(user)


def make_customer_of(request: Request) -> Customer:
    """Return the customer of the signed-in user, made where there is none yet. Raises NotAuthenticated for guests."""
    user = user_of(request)
    if user is None:
        raise NotAuthenticated
    return get_customer(user=user)


def token_in(value: str | None) -> str | None:
    """Return a token that a header or cookie carries, or None where it cannot be one."""
    return value if value and len(value) <= MAX_TOKEN and value.isascii() else None


def cart_token(request: Request) -> str | None:
    """Return the token that the header ``Cart-Token`` carries, else that of the cookie."""
    return token_in(request.headers.get("Cart-Token")) or token_in(request.COOKIES.get(CART_COOKIE))


def order_token(request: Request) -> str | None:
    """Return the token that the header ``Order-Token`` carries."""
    return token_in(request.headers.get("Order-Token"))


def principal_of(request: Request, kwargs: Mapping[str, Any]) -> str:
    """Return the hash of who asks for an operation of a route with these arguments.

    That is the signed-in user; else, on a cart or an order, the holder of its token; else nobody in particular.
    """
    user = user_of(request)
    if user is not None:
        return hash_principal("user", user.pk)
    if "cart_id" in kwargs and (token := cart_token(request)):
        return hash_principal("cart", hash_token(token))
    if "order_id" in kwargs and (token := order_token(request)):
        return hash_principal("order", hash_token(token))
    return ANONYMOUS
