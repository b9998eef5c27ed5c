"""The state machine: shoppers, clerks, the bank, crashes and the clock act on one shop in any order."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management import call_command
from django.db import transaction
from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from nexus_commerce.cart.models import Cart, CartLine
from nexus_commerce.cart.services import add_coupon, change_line, remove_coupon
from nexus_commerce.checkout.listening import PaymentNotices
from nexus_commerce.checkout.services import (
    abandon_checkout,
    accept_order,
    cancel_order,
    complete_payment,
    place_order,
    refund_order,
)
from nexus_commerce.core.attempts import Attempt
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.core.failpoints import FAILPOINTS
from nexus_commerce.fulfillment.services import ship_order
from nexus_commerce.inventory.services import receive_stock
from nexus_commerce.orders.models import Order, OrderLine
from nexus_commerce.payments.errors import PaymentBusy, PaymentDeclined
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.services import (
    RefundRequest,
    capture_payment,
    get_provider,
    receive_notices,
    void_payment,
)
from nexus_commerce.testing.invariants import assert_invariants
from tests.cart.shopping import put
from tests.checkout.machine.chaos import OPEN_POINTS, Crash, crashing, interrupted
from tests.checkout.machine.checks import check_all, check_at_rest
from tests.checkout.machine.model import PRICES, Basket, Model, Sold
from tests.checkout.machine.shop import CARD, CODE, STOCK, Shop

__all__ = ["CheckoutMachine"]

SHOPPERS = st.integers(0, 1)
VARIANTS = st.integers(0, len(PRICES) - 1)
UNITS = st.integers(1, 4)
NUMBERS = st.integers(0, 1000)
SCRIPTS = st.sampled_from(
    [
        "approve",
        "approve",
        "approve,refund_fails",
        "approve,refund_pending",
        "approve,lost_reply:refund",
        "approve,lost_reply:capture",
        "approve,time_out:void",
        "decline",
        "needs_action",
        "needs_action,lost_reply:void",
        "lost_reply",
        "lost_reply:start",
        "time_out",
        "time_out:start",
    ]
)
CRASHES = st.one_of(st.none(), st.none(), st.sampled_from(FAILPOINTS))
MEDDLING = st.sampled_from(["clock", "abandon", "complete", "cancel", "notices"])


class CheckoutMachine(RuleBasedStateMachine):
    """One shop, from its opening to the evening when everything is settled."""

    commits = False
    """Whether each transaction is committed and all rows are deleted after the run; else the run is rolled back."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        if self.commits:
            self.stack.callback(call_command, "flush", verbosity=0, interactive=False)
        else:
            block = transaction.atomic()
            block._from_testcase = True  # type: ignore[attr-defined]
            self.stack.enter_context(block)
            self.stack.callback(lambda: transaction.set_rollback(True))
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="nexus-machine-")))

    @initialize(capture=st.sampled_from(["automatic", "automatic", "manual"]))
    def open_shop(self, capture: str) -> None:
        self.capture = capture
        self.shop = Shop(self.folder, capture)
        self.stack.callback(self.shop.close)
        self.model = Model(on_hand=[STOCK] * len(PRICES), card=CARD)
        self.carts: dict[int, Cart] = {}
        for shopper, variant in ((0, 0), (0, 1), (1, 2)):
            self.add(shopper, variant, 2)
        self.buy(1, "approve", with_card=False, crash=None)

    # Shoppers

    def cart(self, shopper: int) -> tuple[Cart, Basket]:
        """Return the cart of a shopper as it is now; a new one after the last was bought."""
        cart = self.carts.get(shopper)
        if cart is None or Cart.objects.get(pk=cart.pk).state == "ordered":
            self.carts[shopper] = self.shop.new_cart(shopper)
            self.model.baskets[shopper] = Basket()
        return Cart.objects.select_related("channel").get(pk=self.carts[shopper].pk), self.model.baskets[shopper]

    @rule(shopper=SHOPPERS, variant=VARIANTS, units=UNITS)
    def add(self, shopper: int, variant: int, units: int) -> None:
        cart, basket = self.cart(shopper)
        enough = basket.lines[variant] + units <= self.shop.available()[variant]
        if cart.state == "open" and enough:
            put(cart, self.shop.variants[variant], units)
            basket.lines[variant] += units
        else:
            self.refused(lambda: put(cart, self.shop.variants[variant], units))

    @rule(shopper=SHOPPERS, variant=VARIANTS, units=st.integers(0, 3))
    def change(self, shopper: int, variant: int, units: int) -> None:
        cart, basket = self.cart(shopper)
        line = CartLine.objects.filter(cart=cart, variant=self.shop.variants[variant]).first()
        if line is None or cart.state != "open":
            return
        if units <= max(basket.lines[variant], self.shop.available()[variant]):
            change_line(cart=cart, line=line.public_id, quantity=units)
            basket.lines[variant] = units
            basket.lines += Counter()

    @rule(shopper=SHOPPERS)
    def use_coupon(self, shopper: int) -> None:
        cart, basket = self.cart(shopper)
        if cart.state != "open":
            return
        if basket.has_coupon:
            remove_coupon(cart=cart, code=CODE)
            basket.has_coupon = False
        elif basket.lines and not self.model.coupon_uses:
            add_coupon(cart=cart, code=CODE)
            basket.has_coupon = True
        else:
            self.refused(lambda: add_coupon(cart=cart, code=CODE))

    @rule(shopper=SHOPPERS, variant=VARIANTS, script=SCRIPTS, with_card=st.booleans(), crash=CRASHES)
    def place(self, shopper: int, variant: int, script: str, with_card: bool, crash: str | None) -> None:
        self.fill(shopper, variant)
        self.buy(shopper, script, with_card=with_card, crash=crash)

    @rule(shopper=SHOPPERS, script=SCRIPTS, point=st.sampled_from(OPEN_POINTS), meddling=MEDDLING, number=NUMBERS)
    def place_while_others_act(self, shopper: int, script: str, point: str, meddling: str, number: int) -> None:
        self.fill(shopper, number % len(PRICES))
        with interrupted(point, lambda: self.meddle(meddling, number)):
            self.buy(shopper, script, with_card=False, crash=None, is_alone=False)

    def fill(self, shopper: int, variant: int) -> None:
        """Put something into a cart that would else have nothing to be ordered."""
        cart, basket = self.cart(shopper)
        if cart.state == "open" and not basket.lines and self.shop.available()[variant] > 1:
            put(cart, self.shop.variants[variant], 2)
            basket.lines[variant] = 2

    def buy(self, shopper: int, script: str, *, with_card: bool, crash: str | None, is_alone: bool = True) -> None:
        cart, basket = self.cart(shopper)
        was_open, rest = cart.state == "open", self.shop.available()
        can = bool(basket.lines) and all(units <= rest[variant] for variant, units in basket.lines.items())
        can = can and not (basket.has_coupon and self.model.coupon_uses)
        by_card = min(basket.total, self.shop.balance()) if with_card else 0
        # A card that is empty is refused.
        codes = [self.shop.card_code] if by_card else []
        outcome: Any = None
        try:
            if crash is not None:
                with crashing(crash):
                    place_order(cart=cart, provider="dummy", payment_data={"token": script}, gift_cards=codes)
            else:
                place_order(cart=cart, provider="dummy", payment_data={"token": script}, gift_cards=codes)
        except (CommerceError, Crash) as exc:
            outcome = exc
        order = self.learn(cart, shopper, basket, by_card, script) if was_open else None
        if order is not None and order.state == "placed":
            self.carts.pop(shopper, None)
        if not was_open or isinstance(outcome, Crash) or not is_alone:
            return
        if not can:
            assert order is None, "It could not be bought."
            assert isinstance(outcome, CommerceError)
            return
        assert order is not None, f"It could be bought: {outcome!r}"
        assert (order.state, outcome is None) == expected(script, rest=basket.total - by_card)
        assert isinstance(outcome, PaymentDeclined | None)

    def learn(self, cart: Cart, shopper: int, basket: Basket, by_card: int, script: str) -> Order | None:
        """Keep the order that a cart became, if it became a new one."""
        found = Order.objects.filter(cart=cart).exclude(public_id__in=self.model.orders)
        orders = [order for order in found if order.public_id not in self.model.orders]
        assert len(orders) <= 1
        for order in orders:
            sold = Sold(
                order.public_id,
                shopper,
                Counter(basket.lines),
                basket.total,
                basket.has_coupon,
                by_card,
                script,
            )
            self.model.orders[order.public_id] = sold
        return orders[0] if orders else None

    # What happens to orders

    def pick(self, number: int) -> Order | None:
        """Return one of the orders, the newer ones more often."""
        known = list(self.model.orders)
        return Order.objects.get(public_id=known[-1 - number % min(4, len(known))]) if known else None

    def meddle(self, kind: str, number: int) -> None:
        """Do what somebody else might be doing."""
        if kind == "clock":
            self.shop.let_time_pass()
        elif kind == "notices":
            self.post_notices(Order.objects.order_by("-pk").first(), twice=True)
            self.deliver(number)
        else:
            order = Order.objects.order_by("-pk").first()
            acts = {"abandon": abandon_checkout, "complete": complete_payment, "cancel": cancel_order}
            if order is not None:
                acts[kind](order=order)

    @precondition(lambda self: self.model.orders)
    @rule(number=NUMBERS, approves=st.booleans(), comes_back=st.booleans(), crash=CRASHES)
    def act_at_the_bank(self, number: int, approves: bool, comes_back: bool, crash: str | None) -> None:
        order = self.pick(number)
        assert order is not None
        for payment in self.shop.bank.payments():
            if payment.order == str(order.public_id):
                (self.shop.bank.approve if approves else self.shop.bank.decline)(payment.ref)
        if comes_back:
            self.tried(lambda attempt: complete_payment(order=order, attempt=attempt), crash)

    @precondition(lambda self: self.model.orders)
    @rule(number=NUMBERS, twice=st.booleans())
    def notify(self, number: int, twice: bool) -> None:
        self.post_notices(self.pick(number), twice=twice)

    def post_notices(self, order: Order | None, *, twice: bool) -> None:
        """Post all messages about an order's payments: those that came before too, and perhaps each twice."""
        provider = get_provider(alias="dummy")
        for payment in self.shop.bank.payments():
            if order is not None and payment.order == str(order.public_id):
                messages = self.shop.bank.webhooks(payment.ref)
                for message in [*messages, *messages] if twice else messages:
                    receive_notices(provider=provider, body=message.body, headers=message.headers)

    @rule(number=NUMBERS, again=st.booleans(), crash=CRASHES)
    def deliver(self, number: int, again: bool = False, crash: str | None = None) -> None:
        waiting = self.shop.notices()
        if not waiting:
            return
        event = waiting[number % len(waiting)]
        self.tried(lambda _: PaymentNotices().handle(event), crash)
        if not again:
            self.shop.delivered.add(event.pk)

    @precondition(lambda self: self.model.orders)
    @rule(number=NUMBERS, crash=CRASHES)
    def abandon(self, number: int, crash: str | None) -> None:
        order = self.pick(number)
        assert order is not None
        self.tried(lambda attempt: abandon_checkout(order=order, attempt=attempt), crash)

    @precondition(lambda self: self.model.orders)
    @rule(number=NUMBERS, percent=st.sampled_from([30, 100, 130]), crash=CRASHES)
    def capture_some(self, number: int, percent: int, crash: str | None) -> None:
        payment = self.payment(number)
        if payment is not None:
            amount = payment.amount * percent // 100
            self.tried(lambda attempt: capture_payment(payment=payment, amount=amount, attempt=attempt), crash)

    @precondition(lambda self: self.model.orders)
    @rule(number=NUMBERS, crash=CRASHES)
    def void(self, number: int, crash: str | None) -> None:
        payment = self.payment(number)
        if payment is not None and payment.order.state != "pending":
            self.tried(lambda attempt: void_payment(payment=payment, attempt=attempt), crash)

    def payment(self, number: int) -> Payment | None:
        """Return a payment that the bank was asked for."""
        order = self.pick(number)
        return Payment.objects.select_related("order").filter(order=order, provider="dummy").first()

    @precondition(lambda self: self.model.orders)
    @rule(number=NUMBERS, kind=st.sampled_from(["units", "extra", "too much", "everything"]), crash=CRASHES)
    def refund(self, number: int, kind: str, crash: str | None) -> None:
        order = self.pick(number)
        assert order is not None
        line = OrderLine.objects.filter(order=order).order_by("pk").first()
        assert line is not None
        left = order.captured - order.refunded - order.refund_pending
        request = {
            "units": RefundRequest(units={line.public_id: 1}),
            "extra": RefundRequest(extra=max(1, left // 3)),
            "too much": RefundRequest(extra=left + 1),
            "everything": RefundRequest(everything=True),
        }[kind]
        outcome = self.tried(lambda attempt: refund_order(order=order, request=request, attempt=attempt), crash)
        if crash is None:
            fits = kind in ("extra", "everything") and left > 0
            assert isinstance(outcome, CommerceError) or fits or kind == "units"
            assert not (fits and isinstance(outcome, CommerceError)), outcome

    @precondition(lambda self: self.model.orders)
    @rule(number=NUMBERS, crash=CRASHES)
    def cancel(self, number: int, crash: str | None) -> None:
        order = self.pick(number)
        assert order is not None
        sold = self.model.orders[order.public_id]
        can = order.state in ("placed", "review") and not sold.shipped
        outcome = self.tried(lambda attempt: cancel_order(order=order, attempt=attempt), crash)
        if crash is None:
            is_refused = isinstance(outcome, CommerceError)
            assert is_refused is not can or isinstance(outcome, PaymentBusy), outcome

    @precondition(lambda self: self.model.orders)
    @rule(number=NUMBERS, share=st.integers(1, 3))
    def ship(self, number: int, share: int) -> None:
        order = self.pick(number)
        assert order is not None
        sold = self.model.orders[order.public_id]
        lines = {line.variant_id: line.public_id for line in OrderLine.objects.filter(order=order)}
        wanted = {place: max(1, units // share) for place, units in sold.left.items()}
        units: dict[UUID, int] = {lines[self.shop.variants[place].pk]: some for place, some in wanted.items()}
        outcome = self.tried(lambda _: ship_order(order=order, units=units), None)
        if isinstance(outcome, CommerceError):
            return
        for place, some in wanted.items():
            sold.shipped[place] += some
            self.model.on_hand[place] -= some

    @precondition(lambda self: any(sold.state == "review" for sold in self.model.orders.values()))
    @rule(number=NUMBERS)
    def accept(self, number: int) -> None:
        waiting = [key for key, sold in self.model.orders.items() if sold.state == "review"]
        order = Order.objects.get(public_id=waiting[number % len(waiting)])
        self.tried(lambda _: accept_order(order=order), None)

    @rule(variant=VARIANTS, units=st.integers(-3, 3).filter(bool))
    def move_stock(self, variant: int, units: int) -> None:
        location = self.shop.items[variant].location
        outcome = self.tried(
            lambda _: receive_stock(variant=self.shop.variants[variant], location=location, quantity=units), None
        )
        if not isinstance(outcome, CommerceError):
            self.model.on_hand[variant] += units

    @precondition(lambda self: any(sold.state in ("pending", "review") for sold in self.model.orders.values()))
    @rule(crash=CRASHES)
    def clock(self, crash: str | None) -> None:
        self.tried(lambda _: self.shop.let_time_pass(), crash)

    # How it is done

    def tried(self, act: Any, crash: str | None) -> Any:
        """Act, perhaps crash, and act again as a client does that got no answer; return what came or was raised."""
        attempt = Attempt()
        try:
            with crashing(crash):
                return act(attempt)
        except Crash:
            pass
        except CommerceError as exc:
            return exc
        try:
            return act(attempt)
        except CommerceError as exc:
            return exc

    def refused(self, act: Any) -> None:
        try:
            act()
        except CommerceError:
            return
        raise AssertionError("That should have been refused.")

    def check_invariants(self, *args: Any, **kwargs: Any) -> None:
        super().check_invariants(*args, **kwargs)
        if hasattr(self, "model"):
            check_all(self.shop, self.model)

    def teardown(self) -> None:
        try:
            if hasattr(self, "model"):
                for sold in self.model.orders.values():
                    event(f"{sold.state} order of {sold.script}")
                self.shop.heal()
                check_all(self.shop, self.model)
                check_at_rest(self.shop, self.model)
                assert_invariants()
        finally:
            self.stack.close()


def expected(script: str, *, rest: int) -> tuple[str, bool]:
    """Return the state of a new order and whether nothing was raised, where nobody came in between."""
    words = script.split(",")
    if rest == 0 or words[0] == "approve":
        return "placed", True
    return ("expired", False) if words[0] == "decline" else ("pending", True)
