"""The shop that the machine works on, and what it can look up there."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from django.db.models import Sum

from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import create_cart, set_address
from nexus_commerce.checkout.services import sweep_checkouts
from nexus_commerce.core.failpoints import disarm
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.inventory.models import Reservation, StockItem
from nexus_commerce.inventory.services import sweep_reservations
from nexus_commerce.orders.models import Order, OrderLine
from nexus_commerce.payments.models import CreditAccount, Payment
from nexus_commerce.payments.services.gift_cards import issue_gift_card
from nexus_commerce.promotions.effects.order import OrderPercentEffect
from nexus_commerce.promotions.models import Coupon
from nexus_commerce.testing.factories import make_channel, make_coupon, make_promotion, make_variant
from tests.cart.shopping import BERLIN
from tests.checkout.machine.model import PRICES
from tests.checkout.paying import let_time_pass, online_shop

__all__ = ["CARD", "CODE", "STOCK", "Shop"]

STOCK = 9
"""Units of each variant at the beginning."""
CARD = 4000
"""What the gift card is worth, in minor units."""
CODE = "TEN"


class Shop:
    """A channel, three variants, a coupon for one use, a gift card, and a bank."""

    def __init__(self, folder: Path, capture: str) -> None:
        self.stack = ExitStack()
        self.bank = self.stack.enter_context(online_shop(folder, capture=capture))
        self.channel = make_channel(is_default=True)
        self.variants = [make_variant(channel=self.channel, amount=amount, stock=STOCK) for amount in PRICES]
        self.items = [StockItem.objects.get(variant=variant) for variant in self.variants]
        promotion = make_promotion(OrderPercentEffect(percent=Decimal(10)), channel=self.channel, usage_limit=1)
        make_coupon(promotion=promotion, code=CODE, usage_limit=1)
        self.card, self.card_code = issue_gift_card(amount=CARD, currency="EUR")
        self.delivered: set[int] = set()

    def close(self) -> None:
        disarm()
        self.stack.close()

    def new_cart(self, shopper: int) -> Cart:
        """Make a cart that lacks nothing but lines."""
        cart, _ = create_cart(channel=self.channel, fields={"email": f"shopper{shopper}@example.com"})
        set_address(cart=cart, kind="shipping", address=BERLIN)
        return cart

    def stock(self) -> list[tuple[int, int, int]]:
        """Return on hand, allocated and reserved of each variant."""
        rows = {row.variant_id: row for row in StockItem.objects.all()}
        return [
            (rows[variant.pk].on_hand, rows[variant.pk].allocated, rows[variant.pk].reserved)
            for variant in self.variants
        ]

    def available(self) -> list[int]:
        """Return the units of each variant that can be sold."""
        return [on_hand - allocated - reserved for on_hand, allocated, reserved in self.stock()]

    def lines_of(self, order: Order) -> Counter[int]:
        """Return the units of each variant in an order."""
        places = {variant.pk: place for place, variant in enumerate(self.variants)}
        return Counter({places[line.variant_id]: line.quantity for line in OrderLine.objects.filter(order=order)})

    def held_by(self, cart: Cart) -> int:
        """Return the units that are held for a cart."""
        return Reservation.objects.filter(holder=cart.public_id).aggregate(units=Sum("quantity"))["units"] or 0

    def balance(self) -> int:
        return int(CreditAccount.objects.values_list("balance", flat=True).get(pk=self.card.pk))

    def coupon_uses(self) -> int:
        return int(Coupon.objects.values_list("uses", flat=True).get(code=CODE))

    def at_bank(self, order: UUID) -> tuple[int, int]:
        """Return what the bank took for an order and what it gave back."""
        refs = {payment.ref for payment in self.bank.payments() if payment.order == str(order)}
        moved = [movement for movement in self.bank.movements() if movement.payment in refs]
        return (
            sum(each.amount for each in moved if each.kind == "charge"),
            sum(each.amount for each in moved if each.kind == "refund"),
        )

    def notices(self) -> list[OutboxEvent]:
        """Return the events of notices that nobody has handled yet."""
        return list(OutboxEvent.objects.filter(type="payment.notified").exclude(pk__in=self.delivered).order_by("pk"))

    def let_time_pass(self) -> None:
        """Let every lease and hold be over, and the sweepers go round."""
        let_time_pass()
        sweep_checkouts()
        sweep_reservations()

    def heal(self) -> None:
        """Let the bank answer again, and time pass until nothing is under way."""
        for payment in self.bank.payments():
            self.bank.rescript(payment.ref, "approve")
        for _ in range(4):
            self.let_time_pass()

    def unsettled(self) -> list[str]:
        """Return what is still under way."""
        waiting = Order.objects.filter(state="pending")
        asked = Payment.objects.exclude(operation="")
        return [*(f"order {row.public_id}" for row in waiting), *(f"{row.operation} of {row}" for row in asked)]
