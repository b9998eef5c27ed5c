"""Carts at login, for a shop that keeps the token of a guest's cart in the session."""

from typing import Any

from django.http import HttpRequest

from nexus_commerce.cart.policies import CartPolicy
from nexus_commerce.cart.services import find_guest_cart, hand_over_cart
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.customers.services import get_customer

__all__ = ["SESSION_KEY", "LargerCartPolicy", "merge_at_login"]

SESSION_KEY = "cart_token"


class LargerCartPolicy(CartPolicy):
    """Whoever puts two of a thing into the cart at work and two at home wants two."""

    merge = "larger"


def merge_at_login(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Let the user have the cart of this session. Connected to Django's ``user_logged_in``."""
    token = request.session.pop(SESSION_KEY, None)
    if token is None:
        return
    try:
        merged = hand_over_cart(guest=find_guest_cart(token=token), customer=get_customer(user=user))
    except CommerceError:
        return  # It is gone, or being ordered: the login goes on without it.
    request.session["cart_warnings"] = [f"{warning.sku}: {warning.code}" for warning in merged.warnings]
