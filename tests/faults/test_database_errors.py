"""The database gives up on every tenth statement: deadlocks, failures to serialize, locks that were not to be had. Each
checkout ends in an order or in a clean error, and who asks again gets the order: one charge each."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg.errors
import pytest
from django.db import OperationalError, connection

from nexus_commerce.cart.models import Cart
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import place_order, sweep_checkouts
from nexus_commerce.core import retrying
from nexus_commerce.inventory.models import StockItem
from nexus_commerce.inventory.services import sweep_reservations
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import Payment
from nexus_commerce.testing.factories import make_product
from nexus_commerce.testing.invariants import assert_invariants
from tests.cart.shopping import ready_cart
from tests.checkout.paying import let_time_pass, online_shop

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

CHECKOUTS = 100
TURNED_AWAY = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected, psycopg.errors.LockNotAvailable)


class Trouble:
    """Has the server itself raise an error in place of a statement, so that the transaction is lost as it would be."""

    def __init__(self, share: float, states: tuple[str, ...]) -> None:
        self.share, self.states = share, states
        self.chance = random.Random(7)  # the same troubles each time
        self.raised: Counter[str] = Counter()

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")) or self.chance.random() >= self.share:
            return execute(sql, params, many, context)
        state = self.chance.choice(self.states)
        self.raised[state] += 1
        raising = f"DO $$ BEGIN RAISE EXCEPTION 'trouble' USING ERRCODE = '{state}'; END $$"
        return execute(raising, None, False, context)


@contextmanager
def trouble(share: float, *states: str) -> Iterator[Trouble]:
    made = Trouble(share, states)
    with connection.execute_wrapper(made):
        yield made


def buy(cart: Cart) -> Any:
    fresh = Cart.objects.select_related("channel").get(pk=cart.pk)
    return place_order(cart=fresh, provider="dummy", payment_data={"token": "approve"})


def ask_until(cart: Cart, tries: int, seen: Counter[str]) -> bool:
    """Ask for the order of a cart as a client does that is told to try again; tell whether it is placed."""
    for _ in range(tries):
        try:
            if buy(cart).order.state == "placed":
                return True
            let_time_pass()
        except OperationalError as exc:
            if not isinstance(exc.__cause__, TURNED_AWAY):
                raise
            seen[type(exc.__cause__).__name__] += 1
    return False


def assert_each_sold_once(carts: list[Cart], charges: list[Any]) -> None:
    orders = list(Order.objects.filter(cart__in=carts, state="placed"))
    assert len(orders) == len(carts)
    assert sorted(charge.amount for charge in charges) == sorted(order.captured for order in orders)
    assert {order.payment_state for order in orders} == {"paid"}
    assert not Payment.objects.exclude(operation="").exists()
    item = StockItem.objects.get()
    assert (item.allocated, item.reserved) == (len(carts), 0)
    assert_invariants()


def make_carts(channel: Channel, number: int) -> list[Cart]:
    variant = make_product(channel=channel, amount=1000, stock=number).variants.get()
    return [ready_cart(channel, variant) for _ in range(number)]


def test_deadlocks_and_busy_locks_lose_no_order_and_charge_nobody_twice(channel: Channel, tmp_path: Path) -> None:
    carts = make_carts(channel, CHECKOUTS)
    with online_shop(tmp_path) as bank:
        seen: Counter[str] = Counter()
        with trouble(0.01, "40001", "40P01", "55P03") as made:  # in every second transaction, or so
            placed = [ask_until(cart, 8, seen) for cart in carts]
        assert sum(made.raised.values()) > CHECKOUTS / 4
        assert placed.count(True) >= 0.99 * CHECKOUTS
        for cart in carts:
            assert buy(cart).order.state == "placed"
        assert_each_sold_once(carts, bank.charges())


def test_when_every_tenth_statement_fails_nothing_is_done_by_halves(channel: Channel, tmp_path: Path) -> None:
    few = make_carts(channel, 10)
    with online_shop(tmp_path) as bank:
        with trouble(0.1, "40001", "40P01", "55P03") as made:
            placed = [ask_until(cart, 4, Counter()) for cart in few]
        assert sum(made.raised.values()) > len(few)
        assert not all(placed)
        let_time_pass()
        sweep_reservations()
        sweep_checkouts()
        assert_invariants()
        for cart in few:
            assert buy(cart).order.state == "placed"
        assert_each_sold_once(few, bank.charges())


def told(carts: list[Cart]) -> tuple[int, int]:
    """Return how often the database gave up for the sake of another transaction, and how often shoppers heard of it."""
    seen: Counter[str] = Counter()
    with trouble(0.01, "40001", "40P01") as made:
        for cart in carts:
            ask_until(cart, 8, seen)
    return sum(made.raised.values()), sum(seen.values())


def test_mutant_without_a_retry_tells_shoppers_of_every_deadlock(
    channel: Channel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carts = make_carts(channel, 30)
    with online_shop(tmp_path):
        raised, heard = told(carts[:15])
        assert heard < raised / 4
        monkeypatch.setattr(retrying, "TRIES", 1)
        raised, heard = told(carts[15:])
        assert heard > raised / 3
