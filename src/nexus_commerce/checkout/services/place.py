"""Making an order of a cart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from nexus_commerce.cart.errors import CartNotOpen
from nexus_commerce.cart.models import Cart
from nexus_commerce.checkout.errors import ProviderNotUsable
from nexus_commerce.checkout.services.paying import pay
from nexus_commerce.checkout.services.preparing import Wish, prepare
from nexus_commerce.checkout.services.results import PlacedOrder
from nexus_commerce.checkout.services.resuming import resume_checkout
from nexus_commerce.core.attempts import Attempt
from nexus_commerce.core.failpoints import failpoint
from nexus_commerce.core.retrying import retry_transaction
from nexus_commerce.payments.services import get_provider, is_tender

__all__ = ["place_order"]


def place_order(
    *,
    cart: Cart,
    provider: str = "manual",
    payment_data: Mapping[str, Any] | None = None,
    return_url: str = "",
    gift_cards: Sequence[str] = (),
    use_store_credit: bool = False,
    expected_total: int | None = None,
    fields: Mapping[str, Any] | None = None,
    actor: str = "",
    now: datetime | None = None,
    attempt: Attempt | None = None,
) -> PlacedOrder:
    """Make the order of a cart, once: called again, it goes on where it stopped and returns the same order.

    1. *Prepare*, one transaction: the cart is locked and frozen, its requirements are checked, it is priced again and
       compared with ``expected_total`` (minor units, what the shopper agreed to), the order is written, promotions are
       redeemed, gift cards (by their codes) and store credit are taken, and last the stock is held until the order
       expires. Where nobody is to be asked, because nothing is left to pay or the money comes outside the shop, the
       order is placed here, and that is all.
    2. *Pay*, outside any transaction: the provider is asked, with ``payment_data`` of the shopper's browser. It may
       want the shopper to do something first: the order stays ``pending`` then, with the payment's ``next_action``.
    3. *Finalize*, one transaction: what is held is turned into what is promised, and the order is placed.

    ``fields`` are columns of the order that a host lets shoppers fill. Raises ``UnknownProvider``,
    ``ProviderNotUsable``, ``CheckoutIncomplete``, ``TotalChanged``, ``CouponUsedUp`` and its kin,
    ``GiftCardNotUsable``, ``CreditRefused``, ``OutOfStock``, ``CartNotOpen``: the cart stays open then and nothing is
    held. Raises ``PaymentDeclined`` when the provider said no: the order has expired then, and the cart is open again.
    Writes ``order.created`` or ``order.placed``; sends ``order_placed`` when it is. Call it outside a transaction.
    """
    attempt = attempt or Attempt()
    if is_tender(provider):
        raise ProviderNotUsable(field="provider")
    backend = get_provider(alias=provider)
    moment = now or timezone.now()
    wish = Wish(
        provider=backend,
        return_url=return_url,
        gift_cards=tuple(gift_cards),
        use_store_credit=use_store_credit,
        expected_total=expected_total,
        fields=fields or {},
        actor=actor,
    )
    failpoint("checkout.before_prepare")
    try:
        placed = retry_transaction(lambda: prepare(cart, wish, now=moment, attempt=attempt))
    except CartNotOpen:
        return resume_checkout(cart=cart, payment_data=payment_data, actor=actor, now=moment, attempt=attempt)
    failpoint("checkout.prepared")
    if placed.order.state != "pending" or placed.payment is None:
        return placed
    return pay(placed, data=payment_data or {}, actor=actor, attempt=attempt)
