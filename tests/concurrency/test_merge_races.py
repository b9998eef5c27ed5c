"""Races of merging carts on PostgreSQL. Each is paired with a mutant that lacks the guard and must then go wrong."""

from functools import partial
from typing import Any

import pytest

from nexus_commerce.cart.errors import CartNotOpen
from nexus_commerce.cart.models import Cart, CartLine
from nexus_commerce.cart.services import create_cart, hand_over_cart, merging, set_address
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import place_order
from nexus_commerce.customers.models import Customer
from nexus_commerce.orders.models import OrderLine
from nexus_commerce.testing.factories import make_channel, make_customer, make_product
from tests.cart.shopping import BERLIN, put
from tests.concurrency.racing import race

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 6


def fresh(cart: Cart) -> Cart:
    return Cart.objects.select_related("channel", "customer").get(pk=cart.pk)


def merge(guest: Cart, customer: Customer) -> Any:
    return hand_over_cart(guest=fresh(guest), customer=Customer.objects.get(pk=customer.pk))


def stocked(channel: Channel) -> Variant:
    return make_product(channel=channel, amount=1000, stock=500).variants.get()


def merge_at_once(logins: int) -> tuple[list[Any], int]:
    """Let one guest's cart of three units be merged by as many logins at once; return the units that came of it."""
    channel, customer = make_channel(), make_customer()
    variant = stocked(channel)
    own, _token = create_cart(channel=channel, customer=customer)
    put(own, variant, 2)
    guest, _token = create_cart(channel=channel)
    put(guest, variant, 3)
    results = race([partial(merge, guest, customer)] * logins)
    return results, CartLine.objects.get(cart=own).quantity


def test_a_cart_is_merged_once_however_many_logins_come_at_once() -> None:
    for _ in range(ROUNDS):
        results, units = merge_at_once(4)
        assert sum(isinstance(result, CartNotOpen) for result in results) == 3, results
        assert units == 5


def test_mutant_that_locks_neither_cart_merges_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "touch_cart", lambda **kwargs: None)
    assert any(sum(not isinstance(result, Exception) for result in merge_at_once(4)[0]) > 1 for _ in range(ROUNDS))


def test_logins_with_carts_of_their_own_lose_nothing_and_wait_for_each_other_in_one_order() -> None:
    for _ in range(ROUNDS):
        channel, customer = make_channel(), make_customer()
        variants = [stocked(channel) for _ in range(4)]
        guests = []
        for variant in variants:
            guest, _token = create_cart(channel=channel)
            put(guest, variant)
            guests.append(guest)
        results = race([partial(merge, guest, customer) for guest in guests])
        assert not [result for result in results if isinstance(result, Exception)], results
        (cart,) = Cart.objects.filter(customer=customer, state="open")
        assert {line.variant for line in cart.lines.all()} == set(variants)


def place(cart: Cart) -> Any:
    return place_order(cart=fresh(cart))


def test_an_order_has_all_that_a_login_brought_or_nothing_of_it() -> None:
    for _ in range(ROUNDS):
        channel, customer = make_channel(), make_customer(email="ada@example.com")
        mine, theirs = stocked(channel), stocked(channel)
        own, _token = create_cart(channel=channel, customer=customer)
        put(own, mine)
        set_address(cart=own, kind="shipping", address=BERLIN)
        guest, _token = create_cart(channel=channel)
        put(guest, theirs)
        placed, merged = race([partial(place, own), partial(merge, guest, customer)])
        assert not isinstance(placed, Exception), placed
        ordered = OrderLine.objects.filter(order=placed.order).count()
        guest.refresh_from_db()
        if isinstance(merged, Exception):
            assert isinstance(merged, CartNotOpen)
            assert (ordered, guest.state, guest.token_hash is not None) == (1, "open", True)
        elif merged.priced.cart.pk == guest.pk:
            assert (ordered, guest.customer) == (1, customer)
        else:
            assert (ordered, guest.state) == (2, "merged")
