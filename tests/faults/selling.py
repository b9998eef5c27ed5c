"""A sale in which everything is scarce: the last units, a gift card, a coupon for one use, and a payment online."""

from __future__ import annotations

import uuid

from nexus_commerce.cart.models import Cart
from nexus_commerce.channels.models import Channel
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.inventory.models import Allocation, Reservation, StockItem
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import Payment, Refund
from nexus_commerce.payments.providers.dummy import DummyBank
from nexus_commerce.payments.services.gift_cards import issue_gift_card
from nexus_commerce.promotions.effects.order import OrderAmountEffect
from nexus_commerce.testing.factories import make_coupon, make_product, make_promotion
from nexus_commerce.testing.invariants import assert_invariants
from tests.api.client import BERLIN, Api, Reply

__all__ = ["CARD", "UNITS", "Sale"]

UNITS, CARD, OFF = 2, 300, 100


class Sale:
    """A filled cart, and what must have become of it."""

    def __init__(self, channel: Channel, bank: DummyBank) -> None:
        self.bank = bank
        self.variant = make_product(channel=channel, amount=1000, stock=UNITS).variants.get()
        self.card, self.code = issue_gift_card(amount=CARD, currency=channel.currency)
        self.coupon = make_coupon(
            promotion=make_promotion(OrderAmountEffect(amount=OFF), usage_limit=1), code=uuid.uuid4().hex, usage_limit=1
        )
        lines = [{"variant": str(self.variant.public_id), "quantity": UNITS}]
        api = Api()
        made = api.post("carts", {"email": "ada@example.com", "lines": lines, "shipping_address": BERLIN}).json()
        self.cart_id, token = made["cart"]["id"], made["token"]
        added = api.post(f"carts/{self.cart_id}/coupons", {"code": self.coupon.code})
        assert added.status_code < 300, added.content
        self.headers = {"Cart-Token": token, "Idempotency-Key": uuid.uuid4().hex}

    def buy(self, **headers: str) -> Reply:
        """Order and pay, by the same request each time."""
        body = {"provider": "dummy", "payment_data": {"token": "approve"}, "gift_cards": [self.code]}
        return Api(cookies=False).post(f"carts/{self.cart_id}/checkout", body, **self.headers | headers)

    @property
    def cart(self) -> Cart:
        return Cart.objects.get(public_id=self.cart_id)

    @property
    def order(self) -> Order:
        """The order; every other one of the cart has expired."""
        return Order.objects.exclude(state="expired").get(cart__public_id=self.cart_id)

    @property
    def payments(self) -> list[Payment]:
        return list(Payment.objects.filter(order__cart__public_id=self.cart_id).order_by("pk"))

    def moved(self, kind: str) -> list[int]:
        """Return the amounts that the bank moved for this sale."""
        refs = [bank.ref for mine in self.payments for bank in self.bank.payments(mine.public_id)]
        return [each.amount for ref in refs for each in self.bank.movements(ref, kind)]

    def held(self) -> tuple[int, int]:
        """Return how many units are promised, and how many are reserved."""
        item = StockItem.objects.get(variant=self.variant)
        return item.allocated, item.reserved

    def assert_sold_once(self) -> None:
        """One order, placed and paid, and what belongs to it."""
        order = self.order
        assert (order.state, order.payment_state, order.captured) == ("placed", "paid", order.total)
        assert self.moved("charge") == [order.total - CARD]
        assert self.held() == (UNITS, 0)
        assert [row.quantity for row in Allocation.objects.filter(stock_item__variant=self.variant)] == [UNITS]
        assert self.cart.state == "ordered"
        assert OutboxEvent.objects.filter(type="order.placed", aggregate_id=order.public_id).count() == 1
        self.assert_settled(is_sold=True)

    def assert_given_up(self) -> None:
        """No order, no money, and nothing that is held."""
        assert not Order.objects.filter(cart=self.cart).exclude(state="expired").exists()
        assert not self.moved("charge")
        mine = [bank for payment in self.payments for bank in self.bank.payments(payment.public_id)]
        assert all(payment.is_released for payment in mine)
        assert self.held() == (0, 0)
        assert self.cart.state == "open"
        self.assert_settled(is_sold=False)

    def assert_settled(self, *, is_sold: bool, balance: int | None = None) -> None:
        """Nobody is being asked any more, nothing is reserved, and everything adds up."""
        left = balance if balance is not None else 0 if is_sold else CARD
        self.coupon.refresh_from_db()
        self.card.refresh_from_db()
        assert (self.coupon.uses, self.card.balance) == (int(is_sold), left)
        assert not Reservation.objects.exists()
        assert not Payment.objects.exclude(operation="").exists()
        assert not Refund.objects.filter(state="pending").exists()
        assert_invariants()
