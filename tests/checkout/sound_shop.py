"""A shop in which a bit of everything has happened, and nothing is wrong."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

from nexus_commerce.cart.services import add_coupon, choose_shipping
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import cancel_order, place_order, refund_order
from nexus_commerce.events.models import IdempotencyKey
from nexus_commerce.fulfillment.services import create_shipment, deliver_shipment, ship_order
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.errors import PaymentDeclined
from nexus_commerce.payments.services import RefundRequest
from nexus_commerce.payments.services.gift_cards import issue_gift_card
from nexus_commerce.promotions.effects.order import OrderPercentEffect
from nexus_commerce.testing.factories import (
    make_category,
    make_coupon,
    make_product,
    make_promotion,
    make_shipping_method,
    make_tax,
)
from tests.cart.shopping import ready_cart
from tests.checkout.paying import buy

__all__ = ["fill_shop"]


def fill_shop(channel: Channel) -> dict[str, Order]:
    """Let things happen, and return the orders by what became of them. The test provider must be on offer."""
    make_tax(percent=19)
    method = make_shipping_method(amount=490)
    category = make_category(parent=make_category(name="All"))
    variants = [
        make_product(channel=channel, category=category, amount=amount, stock=20).variants.get()
        for amount in (1000, 333)
    ]
    promotion = make_promotion(
        OrderPercentEffect(percent=Decimal(7)),
        channel=channel,
        usage_limit=9,
        usage_limit_per_customer=9,
        budget=100_000,
    )
    coupon = make_coupon(promotion=promotion, usage_limit=5)
    _, code = issue_gift_card(amount=3000, currency="EUR")

    def bought(script: str = "approve", *, cards: tuple[str, ...] = (), with_coupon: bool = False) -> Order:
        cart = ready_cart(channel, *variants)
        choose_shipping(cart=cart, method=method.code)
        if with_coupon:
            add_coupon(cart=cart, code=coupon.code)
        return buy(cart, script, gift_cards=cards).order

    orders = {"paid": bought(with_coupon=True), "pending": bought("needs_action", with_coupon=True)}
    with suppress(PaymentDeclined):
        bought("decline", with_coupon=True)
    orders["declined"] = Order.objects.get(state="expired")
    orders["completed"] = bought()
    deliver_shipment(shipment=ship_order(order=orders["completed"]))
    orders["sent in part"] = bought()
    line = orders["sent in part"].lines.get(position=1)
    ship_order(order=orders["sent in part"], units={line.public_id: 1})
    create_shipment(order=orders["sent in part"])
    orders["by card"] = bought(cards=(code,))
    orders["refunded"] = bought()
    line = orders["refunded"].lines.get(position=2)
    refund_order(order=orders["refunded"], request=RefundRequest(units={line.public_id: 1}, shipping=100))
    refund_order(order=orders["refunded"], request=RefundRequest(extra=50), target="store_credit")
    orders["canceled"] = bought(cards=(code,))
    cancel_order(order=orders["canceled"])
    cart = ready_cart(channel, *variants)
    choose_shipping(cart=cart, method=method.code)
    orders["unpaid"] = place_order(cart=cart).order
    IdempotencyKey.objects.create(
        scope="s",
        principal="p",
        operation="checkout",
        fingerprint="f",
        state="completed",
        status=201,
        expires_at=orders["unpaid"].created_at,
    )
    return {name: Order.objects.get(pk=order.pk) for name, order in orders.items()}
