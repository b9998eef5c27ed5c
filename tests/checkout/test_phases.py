"""A checkout whose payment is made by a provider: prepared, paid, finalized, or given up."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import price_cart
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.errors import CheckoutNotPending, TotalChanged
from nexus_commerce.checkout.services import (
    abandon_checkout,
    accept_order,
    bring_up_to_date,
    cancel_order,
    complete_payment,
    place_order,
    refund_order,
    sweep_checkouts,
)
from nexus_commerce.core.attempts import Attempt
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.inventory.models import Allocation, Reservation, StockItem
from nexus_commerce.inventory.services import sweep_reservations
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.errors import PaymentDeclined, RefundRefused
from nexus_commerce.payments.models import CreditAccount, Payment, Refund
from nexus_commerce.payments.providers.dummy import DummyBank
from nexus_commerce.payments.services import (
    RefundRequest,
    capture_manually,
    capture_payment,
    confirm_refund,
    void_payment,
)
from nexus_commerce.payments.services.gift_cards import issue_gift_card
from nexus_commerce.testing.invariants import assert_invariants
from tests.cart.shopping import ready_cart
from tests.checkout.paying import buy, let_time_pass, online_shop

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


TAMPERED = {
    "test_money_for_an_expired_order_is_looked_at": {"orders.history"},
    "test_late_money_for_a_cart_that_was_bought_again": {"orders.history", "promotions.orders"},
    "test_stock_that_is_gone_after_the_money_came_is_looked_at": {"stock.counters"},
    "test_what_is_only_held_is_given_up_when_the_stock_is_gone": {"stock.counters"},
}
"""Tests that write rows themselves, and what cannot hold after that."""


@pytest.fixture(autouse=True)
def sound(request: pytest.FixtureRequest, channel: Channel) -> Iterator[None]:
    yield
    sweep_reservations()
    assert_invariants(but=TAMPERED.get(request.function.__name__, ()))


def stock(variant: Variant) -> tuple[int, int]:
    """Return what is allocated and what is reserved."""
    item = StockItem.objects.get(variant=variant)
    return item.allocated, item.reserved


def test_an_approved_payment_places_the_order(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    cart = ready_cart(channel, variant)
    placed = buy(cart, expected_total=price_cart(cart=cart).totals.total)
    order = Order.objects.get()
    assert (order.state, order.payment_state, order.captured) == ("placed", "paid", order.total)
    assert placed.is_new
    assert placed.token
    assert stock(variant) == (1, 0)
    assert not Reservation.objects.exists()
    assert len(bank.charges()) == 1
    cart.refresh_from_db()
    assert cart.state == "ordered"
    types = list(OutboxEvent.objects.filter(aggregate="order").order_by("id").values_list("type", flat=True))
    assert types == ["order.created", "order.paid", "order.placed"]


def test_a_second_call_returns_the_same_order(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    cart = ready_cart(channel, variant)
    first = buy(cart)
    again = buy(Cart.objects.get())
    assert (again.order, again.is_new, again.token) == (first.order, False, first.token)
    assert len(bank.charges()) == 1


def test_a_declined_payment_gives_everything_back(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    cart = ready_cart(channel, variant)
    with pytest.raises(PaymentDeclined) as caught:
        buy(cart, "decline")
    assert caught.value.params["failure_code"] == "card_declined"
    cart.refresh_from_db()
    order = Order.objects.get()
    assert (order.state, cart.state, stock(variant)) == ("expired", "open", (0, 0))
    again = buy(cart)
    assert again.order.state == "placed"
    assert again.order.number != order.number


def test_a_shopper_who_has_something_to_do_finishes_later(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    cart = ready_cart(channel, variant)
    placed = buy(cart, "needs_action", return_url="/done")
    assert placed.order.state == "pending"
    assert placed.next_action["type"] == "redirect"
    assert stock(variant) == (0, 1)
    assert placed.payment is not None
    bank.approve(placed.payment.provider_ref or "")
    done = complete_payment(order=Order.objects.get())
    assert (done.order.state, done.order.payment_state, stock(variant)) == ("placed", "paid", (1, 0))
    assert complete_payment(order=Order.objects.get()).order.state == "placed"
    assert OutboxEvent.objects.filter(type="order.placed").count() == 1


def test_a_shopper_may_decline_at_the_provider(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    placed = buy(ready_cart(channel, variant), "needs_action")
    assert placed.payment is not None
    bank.decline(placed.payment.provider_ref or "")
    with pytest.raises(PaymentDeclined):
        complete_payment(order=Order.objects.get())
    assert stock(variant) == (0, 0)


def test_a_payment_under_way_can_be_given_up(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    cart = ready_cart(channel, variant)
    buy(cart, "needs_action")
    order = abandon_checkout(order=Order.objects.get())
    cart.refresh_from_db()
    assert (order.state, cart.state, stock(variant)) == ("expired", "open", (0, 0))
    placed = buy(cart)
    with pytest.raises(CheckoutNotPending):
        abandon_checkout(order=placed.order)


def test_what_went_through_is_not_given_up(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    placed = buy(ready_cart(channel, variant), "needs_action")
    assert placed.payment is not None
    bank.approve(placed.payment.provider_ref or "")
    with pytest.raises(CheckoutNotPending):
        abandon_checkout(order=Order.objects.get())
    assert Order.objects.get().state == "placed"


@pytest.mark.parametrize("script", ["lost_reply", "lost_reply:start", "time_out"])
def test_without_an_answer_the_order_waits_until_somebody_knows(
    channel: Channel, variant: Variant, bank: DummyBank, script: str
) -> None:
    cart = ready_cart(channel, variant)
    placed = buy(cart, script)
    assert (placed.order.state, Payment.objects.get().state) == ("pending", "unknown")
    assert stock(variant) == (0, 1)
    assert sweep_checkouts() == 0  # its process may still be asking
    let_time_pass()
    Order.objects.update(expires_at=None)
    assert sweep_checkouts() == 1
    order = Order.objects.get()
    assert order.state == ("placed" if script == "lost_reply" else "pending")
    assert len(bank.charges()) == (1 if script == "lost_reply" else 0)


def test_a_provider_that_does_not_know_the_payment_fails_nothing(
    channel: Channel, variant: Variant, bank: DummyBank
) -> None:
    buy(ready_cart(channel, variant), "needs_action")
    Path(bank.path).unlink()
    done = complete_payment(order=Order.objects.get())
    assert (done.order.state, Payment.objects.get().state, stock(variant)) == ("pending", "requires_action", (0, 1))


def test_an_order_that_nobody_pays_expires(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    cart = ready_cart(channel, variant)
    buy(cart, "needs_action")
    assert sweep_checkouts() == 0
    let_time_pass()
    assert sweep_checkouts() == 1
    cart.refresh_from_db()
    assert (Order.objects.get().state, cart.state, stock(variant)) == ("expired", "open", (0, 0))
    assert [payment.status for payment in bank.payments()] == ["voided"]
    assert sweep_checkouts() == 0


def test_money_for_an_expired_order_is_looked_at(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    """The shopper paid while the shop gave up: nothing is refunded by itself, nothing is lost."""
    cart = ready_cart(channel, variant)
    placed = buy(cart, "needs_action")
    payment = Payment.objects.get()
    Order.objects.update(state="expired")
    Reservation.objects.all().delete()
    StockItem.objects.update(reserved=0)
    bank.approve(payment.provider_ref or "")
    bring_up_to_date(payment=payment)
    order = Order.objects.get()
    assert (order.state, order.review_reason, order.captured) == ("review", "late_payment", placed.order.total)
    accepted = accept_order(order=order)
    assert (accepted.state, stock(variant)) == ("placed", (1, 0))


def test_stock_that_is_gone_after_the_money_came_is_looked_at(
    channel: Channel, variant: Variant, bank: DummyBank
) -> None:
    buy(ready_cart(channel, variant), "needs_action")
    payment = Payment.objects.get()
    let_time_pass()
    sweep_reservations()
    StockItem.objects.update(allocated=F("on_hand"))
    bank.approve(payment.provider_ref or "")
    order = bring_up_to_date(payment=payment)
    assert (order.state, order.review_reason) == ("review", "out_of_stock")
    canceled = cancel_order(order=order, reason="gone")
    assert (canceled.state, canceled.payment_state) == ("canceled", "refunded")
    assert sum(movement.amount for movement in bank.movements(kind="refund")) == order.total


def test_what_is_only_held_is_given_up_when_the_stock_is_gone(
    channel: Channel, variant: Variant, tmp_path: Path
) -> None:
    with online_shop(tmp_path, capture="manual") as bank:
        cart = ready_cart(channel, variant)
        buy(cart, "needs_action")
        payment = Payment.objects.get()
        let_time_pass()
        sweep_reservations()
        StockItem.objects.update(allocated=F("on_hand"))
        bank.approve(payment.provider_ref or "")
        assert bring_up_to_date(payment=payment).state == "expired"
        let_time_pass()
        sweep_checkouts()
        payment.refresh_from_db()
        assert (payment.state, bank.charges()) == ("voided", [])


def test_another_currency_never_pays(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    placed = buy(ready_cart(channel, variant), "other_currency")
    assert (placed.order.state, placed.order.review_reason) == ("review", "currency_mismatch")
    assert placed.order.captured == 0


@pytest.mark.parametrize(
    ("script", "capture", "state", "reason"),
    [
        ("partial", "automatic", "review", "partial_payment"),
        ("partial", "manual", "expired", ""),
        ("other_amount", "automatic", "review", "amount_mismatch"),
    ],
)
def test_money_that_is_not_what_was_asked_for_places_nothing(
    channel: Channel, variant: Variant, tmp_path: Path, script: str, capture: str, state: str, reason: str
) -> None:
    with online_shop(tmp_path, capture=capture) as bank:
        cart = ready_cart(channel, variant)
        try:
            buy(cart, script)
        except PaymentDeclined:
            assert state == "expired"
        order = Order.objects.get()
        assert (order.state, order.review_reason) == (state, reason)
        assert order.captured == sum(charge.amount for charge in bank.charges())
        let_time_pass()
        sweep_checkouts()
        assert order.captured or bank.payments()[0].status == "voided"


def test_late_money_for_a_cart_that_was_bought_again(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    cart = ready_cart(channel, variant)
    buy(cart, "needs_action")
    late = Payment.objects.get()
    Order.objects.update(state="expired")
    Reservation.objects.all().delete()
    StockItem.objects.update(reserved=0)
    Cart.objects.update(state="open")
    cart.refresh_from_db()
    second = buy(cart).order
    bank.approve(late.provider_ref or "")
    first = bring_up_to_date(payment=late)
    assert (first.state, first.cart, second.state) == ("review", None, "placed")
    canceled = cancel_order(order=first)
    assert (canceled.state, canceled.payment_state) == ("canceled", "refunded")
    assert Order.objects.get(pk=second.pk).payment_state == "paid"


def test_a_shopper_who_keeps_asking_holds_no_stock_for_ever(
    channel: Channel, variant: Variant, bank: DummyBank
) -> None:
    buy(ready_cart(channel, variant), "needs_action")
    order = Order.objects.get()
    Order.objects.update(expires_at=Now())
    complete_payment(order=order)
    moved = Order.objects.get()
    assert moved.expires_at is not None
    assert moved.expires_at > timezone.now() + timedelta(minutes=9)
    Order.objects.update(created_at=timezone.now() - timedelta(minutes=55), expires_at=Now())
    complete_payment(order=Order.objects.get())
    assert Order.objects.get().expires_at < timezone.now()  # type: ignore[operator]


def test_a_surplus_becomes_store_credit(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    placed = buy(ready_cart(channel, variant), "surplus")
    order = placed.order
    assert (order.state, order.review_reason, order.payment_state) == ("review", "surplus", "paid")
    assert (order.captured - order.refunded, CreditAccount.objects.get().balance) == (order.total, 100)
    bring_up_to_date(payment=Payment.objects.get())
    assert CreditAccount.objects.get().balance == 100
    assert accept_order(order=order).state == "placed"


def test_a_gift_card_pays_a_part_and_comes_back(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    card, code = issue_gift_card(amount=300, currency="EUR")
    cart = ready_cart(channel, variant)
    with pytest.raises(PaymentDeclined):
        buy(cart, "decline", gift_cards=[code])
    card.refresh_from_db()
    assert card.balance == 300
    cart.refresh_from_db()
    placed = buy(cart, gift_cards=[code])
    assert (placed.order.payment_state, placed.order.captured) == ("paid", placed.order.total)
    card.refresh_from_db()
    assert (card.balance, bank.charges()[0].amount) == (0, placed.order.total - 300)
    cancel_order(order=placed.order)
    card.refresh_from_db()
    order = Order.objects.get(pk=placed.order.pk)
    assert (card.balance, order.payment_state, order.refunded) == (300, "refunded", order.total)


def test_a_gift_card_that_pays_all_needs_no_provider(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    _, code = issue_gift_card(amount=100_000, currency="EUR")
    cart = ready_cart(channel, variant)
    placed = buy(cart, gift_cards=[code])
    assert (placed.order.state, placed.order.payment_state, placed.payment) == ("placed", "paid", None)
    assert not bank.payments()
    assert Cart.objects.get().state == "ordered"


def test_held_money_is_captured_in_parts_and_the_rest_given_up(
    channel: Channel, variant: Variant, tmp_path: Path
) -> None:
    with online_shop(tmp_path, capture="manual") as bank:
        placed = buy(ready_cart(channel, variant))
        assert (placed.order.state, placed.order.payment_state) == ("placed", "authorized")
        payment = capture_payment(payment=Payment.objects.get(), amount=400)
        assert (payment.state, payment.captured, payment.operation) == ("partially_captured", 400, "")
        payment = void_payment(payment=payment)
        order = Order.objects.get()
        assert (payment.authorized, order.authorized, order.captured) == (400, 0, 400)
        assert order.payment_state == "partially_paid"
        assert stock(variant) == (1, 0)
        assert sum(charge.amount for charge in bank.charges()) == 400


def test_a_lost_capture_is_found_by_the_sweeper(channel: Channel, variant: Variant, tmp_path: Path) -> None:
    with online_shop(tmp_path, capture="manual") as bank:
        placed = buy(ready_cart(channel, variant), "lost_reply:capture")
        payment = capture_payment(payment=Payment.objects.get())
        assert (payment.operation, payment.captured) == ("capture", 0)
        let_time_pass()
        assert sweep_checkouts() == 1
        payment.refresh_from_db()
        assert (payment.operation, payment.captured, len(bank.charges())) == ("", placed.order.total, 1)


def test_refunds_never_exceed_what_was_paid(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    order = buy(ready_cart(channel, variant)).order
    line = order.lines.get()
    refund_order(order=order, request=RefundRequest(units={line.public_id: 1}), reason="broken")
    with pytest.raises(RefundRefused):
        refund_order(order=order, request=RefundRequest(units={line.public_id: 1}), reason="again")
    left = order.total - Refund.objects.get().amount
    with pytest.raises(RefundRefused) as caught:
        refund_order(order=order, request=RefundRequest(extra=left + 1), reason="goodwill")
    assert caught.value.params["refundable"] == left
    if left:
        refund_order(order=order, request=RefundRequest(everything=True), reason="rest")
    order.refresh_from_db()
    assert (order.payment_state, order.refunded, order.refund_pending) == ("refunded", order.total, 0)
    assert sum(movement.amount for movement in bank.movements(kind="refund")) == order.total


@pytest.mark.parametrize(("script", "state"), [("refund_fails", "failed"), ("lost_reply:refund", "pending")])
def test_refunds_that_fail_or_get_no_answer(
    channel: Channel, variant: Variant, bank: DummyBank, script: str, state: str
) -> None:
    order = buy(ready_cart(channel, variant), f"approve,{script}").order
    refund_order(order=order, request=RefundRequest(extra=100), reason="goodwill")
    refund = Refund.objects.get()
    order.refresh_from_db()
    assert (refund.state, order.refunded) == (state, 0)
    let_time_pass()
    sweep_checkouts()
    order.refresh_from_db()
    assert order.refunded == (0 if state == "failed" else 100)
    assert order.refund_pending == 0


def test_a_canceled_order_gives_back_everything(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    order = buy(ready_cart(channel, variant)).order
    done = cancel_order(order=order, reason="changed my mind", actor="ann")
    assert (done.state, done.payment_state, stock(variant)) == ("canceled", "refunded", (0, 0))
    assert Allocation.objects.get().released == 1
    assert done.lines.get().canceled_quantity == 1


def test_money_that_came_outside_goes_back_outside(channel: Channel, variant: Variant) -> None:
    placed = place_order(cart=ready_cart(channel, variant))
    assert placed.payment is not None
    capture_manually(payment=placed.payment, amount=placed.order.total)
    cancel_order(order=placed.order)
    order = Order.objects.get()
    assert (order.payment_state, order.refund_pending) == ("paid", order.total)
    sweep_checkouts()
    confirm_refund(refund=Refund.objects.get(), actor="ann")
    order.refresh_from_db()
    assert (order.payment_state, order.refund_pending) == ("refunded", 0)


def test_nothing_is_charged_when_the_total_changed(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    cart = ready_cart(channel, variant)
    with pytest.raises(TotalChanged):
        buy(cart, expected_total=1)
    assert not bank.payments()
    assert (stock(variant), Order.objects.count()) == ((0, 0), 0)
    cart.refresh_from_db()
    assert cart.state == "open"


class Kept(Attempt):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.results: list[Any] = []

    def record(self, result: Any) -> None:
        self.results.append(result)


def test_what_an_attempt_is_told_is_what_comes_back(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    cart = ready_cart(channel, variant)
    attempt = Kept()
    with pytest.raises(PaymentDeclined) as caught:
        buy(cart, "decline", attempt=attempt)
    assert attempt.results == [caught.value]
    cart.refresh_from_db()
    attempt = Kept()
    placed = buy(cart, attempt=attempt)
    assert [(kept.order, kept.token, kept.is_new) for kept in attempt.results] == [(placed.order, placed.token, True)]
