"""Who makes a request: the customer of the signed-in user, or the holder of a token."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from nexus_commerce.conf import nexus_settings
from nexus_commerce.customers.models import Customer
from nexus_commerce.customers.services import get_customer

__all__ = ["MAX_TOKEN", "customer_of", "make_customer_of", "token_in", "user_of"]

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
