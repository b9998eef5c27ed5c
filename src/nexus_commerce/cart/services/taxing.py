"""Asking an outside tax engine for a cart."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services.carts import touch_cart
from nexus_commerce.cart.services.priced import PricedCart, price_cart
from nexus_commerce.cart.signals import cart_changed
from nexus_commerce.conf import nexus_settings
from nexus_commerce.tax.policies import ExternalTaxPolicy
from nexus_commerce.tax.services import ask_tax_engine

__all__ = ["refresh_tax"]

TRIES: Final = 3
"""How often the engine is asked anew when the cart changes while it is being asked."""


def refresh_tax(*, cart: Cart, now: datetime | None = None) -> PricedCart:
    """Ask the outside tax engine, unless its kept answer still fits, keep what it says, and return the priced cart.

    Call it before a checkout, and wherever a cart with the change ``tax_outdated`` is shown. Without an engine it only
    prices. The engine is asked before the transaction in which the cart is locked; an answer to what the cart no longer
    is, is dropped, and asked for anew. Raises ``TaxUnavailable``, ``CartNotOpen``, and ``AskedInTransaction`` where the
    caller is in one. Sends ``cart_changed``.
    """
    moment = now or timezone.now()
    policy = nexus_settings.TAX_POLICY()
    priced = price_cart(cart=cart, now=moment)
    for _ in range(TRIES):
        is_outdated = any(change.code == "tax_outdated" for change in priced.changes)
        if not (isinstance(policy, ExternalTaxPolicy) and priced.tax_request and is_outdated):
            break
        answer = ask_tax_engine(policy=policy, request=priced.tax_request, now=moment)
        priced = keep_answer(cart, answer, now=moment)
    return priced


@transaction.atomic
def keep_answer(cart: Cart, answer: dict[str, Any], *, now: datetime) -> PricedCart:
    """Write an answer to the cart, if it is still the one that was asked for, and return what it then costs."""
    touch_cart(cart=cart)
    priced = price_cart(cart=cart, now=now)
    if priced.tax_request is None or priced.tax_request.fingerprint != answer["fingerprint"]:
        return priced
    cart.tax_answer = answer
    cart.save(update_fields=["tax_answer"])
    cart_changed.send_after_commit(Cart, cart=cart, fields=["tax_answer"])
    return price_cart(cart=cart, now=now)
