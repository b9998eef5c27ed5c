"""Putting codes of coupons into a cart."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from nexus_commerce.cart.errors import CartLimitReached
from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services.carts import touch_cart
from nexus_commerce.cart.services.priced import PricedCart, price_cart
from nexus_commerce.cart.signals import cart_changed
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.promotions.errors import (
    CouponConditionsNotMet,
    CouponSuperseded,
    CouponUnknown,
    CouponUsedByCustomer,
    CouponUsedUp,
)
from nexus_commerce.promotions.services import check_coupon, customer_key_of, normalize_code
from nexus_commerce.promotions.wording import words_of_refusal

__all__ = ["add_coupon", "add_coupons", "remove_coupon"]

MAX_CODES: Final = 10


@transaction.atomic
def add_coupon(*, cart: Cart, code: str, now: datetime | None = None) -> PricedCart:
    """Put a code into the cart, which is locked, and price it; a code that is there already changes nothing.

    Nothing is counted before the order is placed. Raises what ``check_coupon`` raises, ``CouponConditionsNotMet`` or
    ``CouponSuperseded`` when its promotion takes nothing off this cart, ``CartLimitReached`` and ``CartNotOpen``, and
    leaves the cart as it was. Sends ``cart_changed``.
    """
    moment = now or timezone.now()
    touch_cart(cart=cart)
    before, wanted = cart.coupon_codes, normalize_code(code)
    if wanted in before:
        return price_cart(cart=cart, now=moment)
    if len(before) >= MAX_CODES:
        raise CartLimitReached(field="code", limit=MAX_CODES, what="codes")
    check_coupon(
        code=wanted,
        channel=cart.channel,
        currency=cart.currency,
        customer_key=customer_key_of(customer=cart.customer, email=cart.email),
        now=moment,
        beside=before,
    )
    cart.coupon_codes = [*before, wanted]
    try:
        priced = price_cart(cart=cart, now=moment)
        check_applied(priced, wanted)
    except Exception:
        cart.coupon_codes = before
        raise
    save_codes(cart)
    return priced


@transaction.atomic
def add_coupons(*, cart: Cart, codes: Sequence[str], now: datetime | None = None) -> PricedCart:
    """Put all ``codes`` into the cart, or none of them; otherwise as ``add_coupon`` for each.

    Raises what ``add_coupon`` raises, the error's field naming the place of the code (``coupons.1``).
    """
    for place, code in enumerate(codes):
        try:
            add_coupon(cart=cart, code=code, now=now)
        except CommerceError as exc:
            exc.field = f"coupons.{place}" if exc.field == "code" else exc.field
            raise
    return price_cart(cart=cart, now=now)


@transaction.atomic
def remove_coupon(*, cart: Cart, code: str, now: datetime | None = None) -> PricedCart:
    """Take a code out of the cart, which is locked, and price it. Raises ``CouponUnknown`` where the cart does not
    have it, and ``CartNotOpen``; sends ``cart_changed``."""
    touch_cart(cart=cart)
    wanted = normalize_code(code)
    if wanted not in cart.coupon_codes:
        raise CouponUnknown(field="code", code=wanted)
    cart.coupon_codes = [known for known in cart.coupon_codes if known != wanted]
    save_codes(cart)
    return price_cart(cart=cart, now=now)


def save_codes(cart: Cart) -> None:
    """Save the codes of a locked cart."""
    cart.save(update_fields=["coupon_codes"])
    cart_changed.send_after_commit(Cart, cart=cart, fields=["coupon_codes"])


def check_applied(priced: PricedCart, code: str) -> None:
    """Raise unless the promotion of ``code`` takes something off the cart, or gives something."""
    tried = next((entry for entry in priced.totals.tried if entry.coupon_code == code), None)
    if tried is None:
        # Its promotion was left out, because its rules cannot be read any more.
        raise CouponConditionsNotMet(field="code", code=code, reason="not_available", unmet=[], missing=None)
    if tried.reason == "excluded":
        raise CouponSuperseded(field="code", code=code, by=tried.data.get("by", ""))
    if tried.reason in {"used_up", "budget_exhausted"}:
        raise CouponUsedUp(field="code", code=code)
    if tried.reason == "customer_limit":
        raise CouponUsedByCustomer(field="code", code=code)
    if tried.reason:
        reason = tried.reason if priced.lines else "cart_empty"
        unmet = [dict(condition) for condition in tried.unmet]
        missing = dict(tried.missing) if tried.missing else None
        currency = priced.cart.currency
        raise CouponConditionsNotMet(
            field="code",
            code=code,
            reason=reason,
            unmet=unmet,
            missing=missing,
            currency=currency,
            text=words_of_refusal(tried, currency=currency),
        )
