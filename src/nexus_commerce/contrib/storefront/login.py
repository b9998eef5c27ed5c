"""Taking the cart of this browser along when its visitor signs in."""

import logging
from typing import Any

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from nexus_commerce.cart.services import MergedCart, find_guest_cart, hand_over_cart
from nexus_commerce.contrib.storefront.shopper import CART_COOKIE, split
from nexus_commerce.core.errors import CommerceError, NotFound
from nexus_commerce.customers.services import get_customer

__all__ = ["merge_at_login"]

logger = logging.getLogger("nexus_commerce.storefront")


def merge_at_login(sender: Any, request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    """Merge the cart that the cookie opens into that of the user. Receives Django's ``user_logged_in``.

    The session has its new key by then; the cookie is not part of it, and opens nothing any more afterwards. A login
    never fails because of a cart: one that is just being ordered stays as it is, and whatever the database has against
    it is logged.
    """
    _public_id, token = split(request.COOKIES.get(CART_COOKIE, "")) if request is not None else (None, None)
    if request is None or not token:
        return
    try:
        merged = hand_over_cart(guest=find_guest_cart(token=token), customer=get_customer(user=user))
    except NotFound:
        return
    except (CommerceError, DatabaseError):
        logger.warning("A cart was not merged at login.", exc_info=True)
        return
    tell(request, merged)


def tell(request: HttpRequest, merged: MergedCart) -> None:
    """Say what could not be taken over, where the project has messages."""
    for warning in merged.warnings:
        text = _("%(sku)s: %(quantity)s of %(wanted)s are in your cart.") % {
            "sku": warning.sku,
            "quantity": warning.quantity,
            "wanted": warning.wanted,
        }
        messages.warning(request, text, fail_silently=True)
