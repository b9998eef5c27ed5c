"""Checkouts that want the same scarce thing at once, a coupon, a gift card, stock that is held, and those that want one
without a limit. Each race is paired with a mutant that lacks the guard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import add_coupon
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.errors import CheckoutIncomplete
from nexus_commerce.checkout.services import complete_payment, finalizing, place_order, sweep_checkouts
from nexus_commerce.inventory.errors import OutOfStock
from nexus_commerce.inventory.models import StockItem
from nexus_commerce.inventory.services import sweep_reservations
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.errors import CreditRefused, GiftCardNotUsable, PaymentDeclined
from nexus_commerce.payments.models import CreditAccount, Payment
from nexus_commerce.payments.providers.dummy import DummyBank
from nexus_commerce.payments.services import balances
from nexus_commerce.payments.services.gift_cards import issue_gift_card
from nexus_commerce.promotions.effects.order import OrderAmountEffect
from nexus_commerce.promotions.errors import CouponUsedUp, PromotionUsedUp
from nexus_commerce.promotions.models import Coupon, Promotion, Redemption
from nexus_commerce.promotions.services import redemptions
from nexus_commerce.testing.factories import make_coupon, make_product, make_promotion
from nexus_commerce.testing.invariants import assert_invariants
from tests.cart.shopping import ready_cart
from tests.checkout.paying import let_time_pass, online_shop
from tests.concurrency.racing import race

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 3


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[DummyBank]:
    with online_shop(tmp_path) as bank:
        yield bank


def stocked(channel: Channel, stock: int = 99) -> Variant:
    return make_product(channel=channel, amount=1000, stock=stock).variants.get()


def fresh(cart: Cart) -> Cart:
    return Cart.objects.select_related("channel").get(pk=cart.pk)


def buy(cart: Cart, script: str = "approve", **said: Any) -> Any:
    return place_order(cart=fresh(cart), provider="dummy", payment_data={"token": script}, **said)


def failures(results: list[Any]) -> list[Any]:
    return [result for result in results if isinstance(result, Exception)]


# Coupons and promotions


def with_coupon(channel: Channel, coupon: Coupon | None, number: int) -> list[Cart]:
    variant = stocked(channel)
    carts = [ready_cart(channel, variant) for _ in range(number)]
    for cart in carts:
        if coupon:
            add_coupon(cart=cart, code=coupon.code)
    return carts


def race_for(coupon: Coupon | None, channel: Channel) -> list[Any]:
    return race([partial(buy, cart) for cart in with_coupon(channel, coupon, 4)])


def off(**limits: Any) -> Promotion:
    return make_promotion(OrderAmountEffect(amount=100), **limits)


@pytest.mark.parametrize("case", ["B-S7"])
def test_who_does_not_get_the_coupon_is_not_asked_for_money(channel: Channel, bank: DummyBank, case: str) -> None:
    for turn in range(1, ROUNDS + 1):
        coupon = make_coupon(promotion=off(), usage_limit=1)
        results = race_for(coupon, channel)
        assert {type(lost) for lost in failures(results)} <= {CouponUsedUp, CheckoutIncomplete}, results
        coupon.refresh_from_db()
        assert (len(failures(results)), coupon.uses) == (3, 1)
        assert [charge.amount for charge in bank.charges()] == [900] * turn
    assert_invariants()


@pytest.mark.parametrize("case", ["A-C9"])
def test_an_automatic_promotion_with_one_use_left_is_had_once(channel: Channel, bank: DummyBank, case: str) -> None:
    for _ in range(ROUNDS):
        promotion = off(usage_limit=1)
        results = race_for(None, channel)
        assert {type(lost) for lost in failures(results)} <= {PromotionUsedUp}, results
        promotion.refresh_from_db()
        assert promotion.uses == 1
        reduced = [result.order.total for result in results if not isinstance(result, Exception)].count(900)
        assert reduced == 1
    assert_invariants()


def test_mutant_that_counts_no_use_reduces_several_orders(
    channel: Channel, bank: DummyBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redemptions, "take_coupon", lambda use: None)
    race_for(make_coupon(promotion=off(), usage_limit=1), channel)
    assert len(bank.charges()) > 1


def row_version(coupon: Coupon) -> Any:
    """Return which transaction wrote a row, and which has locked it since."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text, xmax::text FROM nexus_promotions_coupon WHERE id = %s", [coupon.pk])
        return cursor.fetchone()


@pytest.mark.parametrize("case", ["A-C8"])
def test_a_coupon_without_a_limit_is_neither_written_nor_locked(channel: Channel, case: str) -> None:
    coupon = make_coupon(promotion=off())
    carts = with_coupon(channel, coupon, 40)
    before = row_version(coupon)

    def act(mine: list[Cart]) -> list[Any]:
        return [place_order(cart=fresh(cart)) for cart in mine]

    results = race([partial(act, carts[turn::4]) for turn in range(4)])
    assert not failures(results), results
    assert Redemption.objects.filter(coupon=coupon, state="used").count() == 40
    # A foreign key to the row shares it (KEY SHARE) and keeps nobody waiting: then xmax is a lock, and xmin stays.
    assert row_version(coupon)[0] == before[0]
    assert_invariants()


def locked_out(channel: Channel, coupon: Coupon) -> list[Any]:
    """Buy with a coupon while another transaction holds its row as an UPDATE does."""
    (cart,) = with_coupon(channel, coupon, 1)

    def impatiently() -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '300ms'")
        return place_order(cart=fresh(cart))

    with transaction.atomic():
        list(Coupon.objects.select_for_update(no_key=True))
        list(Promotion.objects.select_for_update(no_key=True))
        return race([impatiently])


@pytest.mark.parametrize("case", ["A-C8"])
def test_no_checkout_waits_for_a_coupon_without_a_limit(channel: Channel, case: str) -> None:
    assert not failures(locked_out(channel, make_coupon(promotion=off())))


def test_a_checkout_waits_for_a_coupon_with_a_limit(channel: Channel) -> None:
    (lost,) = locked_out(channel, make_coupon(promotion=off(), usage_limit=9))
    assert "lock timeout" in str(lost)


# Gift cards


def race_for_card(channel: Channel) -> tuple[list[Any], CreditAccount]:
    card, code = issue_gift_card(amount=1000, currency="EUR")
    variant = stocked(channel)
    carts = [ready_cart(channel, variant) for _ in range(3)]
    return race([partial(buy, cart, gift_cards=[code]) for cart in carts]), card


def paid_by_card(card: CreditAccount) -> int:
    """Return what orders count as paid by gift cards, less what the card has lost."""
    card.refresh_from_db()
    held = Payment.objects.filter(provider="gift_card", state__in=["authorized", "captured"])
    mine = held.filter(pk__in=card.entries.values("payment"))
    return sum(mine.values_list("amount", flat=True)) - (1000 - card.balance)


def test_a_gift_card_pays_one_of_the_orders_that_want_it(channel: Channel, bank: DummyBank) -> None:
    for _ in range(ROUNDS):
        results, card = race_for_card(channel)
        assert {type(lost) for lost in failures(results)} <= {CreditRefused, GiftCardNotUsable}, results
        assert (paid_by_card(card), card.balance) == (0, 0)
        # Who came when the card was empty pays all of it at the bank; who lost it on the way is told.
        by_bank = [result for result in results if not isinstance(result, Exception) and result.payment]
        assert len(failures(results)) + len(by_bank) == 2
    assert_invariants()


def test_mutant_that_takes_nothing_pays_several_with_one_card(
    channel: Channel, bank: DummyBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(balances, "write_balance", lambda account, amount, **terms: True)
    _, card = race_for_card(channel)
    assert paid_by_card(card) > 0


# What is held


def finish_late(channel: Channel, bank: DummyBank) -> tuple[list[Any], Order, StockItem]:
    """Have the shopper pay at the last moment, while the sweepers free what is held and somebody else wants it."""
    variant = stocked(channel, 1)
    other = ready_cart(channel, variant)
    order = buy(ready_cart(channel, variant), "needs_action").order
    payment = Payment.objects.get(order=order)
    let_time_pass()
    bank.approve(payment.provider_ref or "")
    acts: list[Callable[[], Any]] = [
        partial(complete_payment, order=order),
        sweep_reservations,
        sweep_checkouts,
        partial(place_order, cart=other),
    ]
    return race(acts), order, StockItem.objects.get(variant=variant)


def test_a_late_payment_gets_the_stock_or_is_looked_at(channel: Channel, bank: DummyBank) -> None:
    for _ in range(2 * ROUNDS):
        results, order, item = finish_late(channel, bank)
        lost = {type(result) for result in failures(results)}
        assert lost <= {OutOfStock, CheckoutIncomplete, PaymentDeclined}, results
        for _ in range(2):
            let_time_pass()
            sweep_reservations()
            sweep_checkouts()
        order.refresh_from_db()
        item.refresh_from_db()
        is_sold_to_other = not isinstance(results[3], Exception)
        assert (item.allocated, item.reserved) == (1, 0) or order.state == "expired"
        assert order.state in (("review", "expired") if is_sold_to_other else ("placed", "expired"))
        assert order.captured == sum(
            charge.amount for charge in bank.charges(Payment.objects.get(order=order).provider_ref)
        )
    assert_invariants()


def test_mutant_that_promises_without_looking_sells_the_unit_twice(
    channel: Channel, bank: DummyBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finalizing, "allocate_reserved", lambda **terms: [])
    for _ in range(2 * ROUNDS):
        results, order, _ = finish_late(channel, bank)
        order.refresh_from_db()
        if order.state == "placed" and not isinstance(results[3], Exception):
            return
    pytest.fail("It was not the promise that kept the unit.")
