"""The orders that are copied: each made through the services, so that all that belongs to one is there."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import add_coupon, create_cart, set_address
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import cancel_order, refund_order
from nexus_commerce.events.models import InboxEntry
from nexus_commerce.events.services import relay_events
from nexus_commerce.fulfillment.services import ship_order
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.errors import PaymentDeclined
from nexus_commerce.payments.services import RefundRequest
from nexus_commerce.payments.services.gift_cards import issue_gift_card
from nexus_commerce.promotions.effects.order import OrderPercentEffect
from nexus_commerce.testing.factories import make_channel, make_coupon, make_promotion, make_tax, make_variant
from tests.cart.shopping import BERLIN, put
from tests.checkout.paying import buy, online_shop

__all__ = ["make_orders"]

VARIANTS = 300
PLENTY = 10**9


def make_orders(folder: Path) -> int:
    """Write a shop and 25 orders of one to five lines; return how many."""
    channel = make_channel(is_default=True)
    make_tax(percent=19)
    variants = [make_variant(channel=channel, amount=500 + 37 * at, stock=PLENTY) for at in range(VARIANTS)]
    promotion = make_promotion(
        OrderPercentEffect(percent=Decimal(10)), channel=channel, usage_limit=PLENTY, usage_limit_per_customer=PLENTY
    )
    coupon = make_coupon(promotion=promotion, code="TEN", usage_limit=PLENTY)
    _, card = issue_gift_card(amount=PLENTY, currency="EUR")
    with online_shop(folder):
        for number in range(25):
            cart = make_cart(channel, variants, number)
            if number % 5 == 1:
                add_coupon(cart=cart, code=coupon.code)
            become(cart, number, [card] if number % 10 == 3 else [])
    while relay_events():
        pass
    InboxEntry.objects.update(state="done")
    return Order.objects.count()


def make_cart(channel: Channel, variants: list[Variant], number: int) -> Cart:
    """Make a cart of one to five lines."""
    cart, _ = create_cart(channel=channel, fields={"email": f"shopper{number}@example.com"})
    for place in range(number % 5 + 1):
        put(cart, variants[(number * 13 + place * 7) % VARIANTS], place % 3 + 1)
    set_address(cart=cart, kind="shipping", address=BERLIN)
    return cart


def become(cart: Cart, number: int, cards: list[str]) -> None:
    """Order a cart, and let become of the order what the number says."""
    if number == 24:
        try:
            buy(cart, "decline")
        except PaymentDeclined:
            return
    order = buy(cart, gift_cards=cards).order
    match number:
        case 20 | 21:
            cancel_order(order=order)
        case 22 | 23:
            line = order.lines.get(position=1)
            refund_order(order=order, request=RefundRequest(units={line.public_id: 1}))
        case _ if number < 18:
            ship_order(order=order)
