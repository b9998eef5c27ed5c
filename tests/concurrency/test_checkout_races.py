"""Races of checkouts on PostgreSQL. Each is paired with a mutant that lacks the guard and must then go wrong."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection

from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import Offer, add_line, adding, create_cart, find_offer, price_cart, set_address
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.errors import CheckoutIncomplete
from nexus_commerce.checkout.services import place_order, preparing
from nexus_commerce.customers.services import save_address
from nexus_commerce.inventory.backends import counters, locked
from nexus_commerce.inventory.errors import OutOfStock
from nexus_commerce.inventory.models import Allocation, StockItem
from nexus_commerce.inventory.services import receive_stock, set_stock_levels
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.services import capture_manually
from nexus_commerce.testing.factories import make_channel, make_customer, make_product, make_stock_location
from nexus_commerce.testing.invariants import assert_invariants
from tests.api.client import Api
from tests.cart.shopping import BERLIN, put, ready_cart
from tests.concurrency.racing import race

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 6


def stocked(channel: Channel, stock: int) -> Variant:
    return make_product(channel=channel, amount=1000, stock=stock).variants.get()


def fresh(cart: Cart) -> Cart:
    return Cart.objects.select_related("channel").get(pk=cart.pk)


def buy(cart: Cart) -> Any:
    return place_order(cart=fresh(cart))


def edit(cart: Cart, offer: Offer) -> Any:
    return add_line(cart=fresh(cart), offer=offer)


def sell_the_last(buyers: int, stock: int) -> tuple[list[Any], Variant]:
    """Let each buyer's filled cart be placed at once."""
    channel = make_channel()
    variant = stocked(channel, stock)
    carts = [ready_cart(channel, variant) for _ in range(buyers)]
    return race([partial(buy, cart) for cart in carts]), variant


def oversold(variant: Variant) -> bool:
    item = StockItem.objects.get(variant=variant)
    promised = sum(Allocation.objects.filter(stock_item=item).values_list("quantity", flat=True))
    return promised > item.on_hand or promised != item.allocated


@pytest.mark.parametrize("case", ["A-S7"])
def test_the_last_unit_is_sold_once(case: str) -> None:
    for _ in range(ROUNDS):
        results, variant = sell_the_last(buyers=4, stock=1)
        lost = [result for result in results if isinstance(result, OutOfStock | CheckoutIncomplete)]
        assert (len(results) - len(lost), len(lost)) == (1, 3), results
        assert not oversold(variant)
        assert Order.objects.filter(lines__variant=variant).count() == 1
        assert Payment.objects.filter(order__lines__variant=variant).count() == 1


def test_nobody_is_turned_away_while_there_is_stock() -> None:
    results, variant = sell_the_last(buyers=8, stock=8)
    assert not [result for result in results if isinstance(result, Exception)]
    assert StockItem.objects.get(variant=variant).available == 0


def drop_constraint() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE nexus_inventory_stockitem DROP CONSTRAINT nexus_stockitem_not_oversold")


@pytest.fixture
def without_constraint() -> Any:
    """Take the constraint away, and put it back afterwards."""
    drop_constraint()
    yield
    StockItem.objects.all().update(allocated=0, reserved=0)
    constraint = next(c for c in StockItem._meta.constraints if c.name == "nexus_stockitem_not_oversold")
    with connection.schema_editor() as editor:
        editor.add_constraint(StockItem, constraint)


@pytest.mark.usefixtures("without_constraint")
def test_mutant_without_lock_condition_and_constraint_oversells(monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(rows: Any) -> list[Any]:
        return list(rows.order_by("pk"))

    def add_blindly(model: Any, steps: Any, bears: Any, **columns: Any) -> int:
        for pk, step in steps.items():
            row = model.objects.get(pk=pk)
            model.objects.filter(pk=pk).update(**{name: getattr(row, name) + more for name, more in step.items()})
        return len(steps)

    monkeypatch.setattr(counters, "lock_rows", read_only)
    monkeypatch.setattr(locked, "add_to_rows", add_blindly)
    assert any(oversold(sell_the_last(buyers=4, stock=1)[1]) for _ in range(ROUNDS))


@pytest.mark.parametrize("case", ["A-C1", "B-S11"])
def test_one_cart_placed_at_once_makes_one_order(case: str) -> None:
    for _ in range(ROUNDS):
        channel = make_channel()
        cart = ready_cart(channel, stocked(channel, 10))
        results = race([partial(buy, cart)] * 4)
        assert not [result for result in results if isinstance(result, Exception)], results
        assert len({result.order.pk for result in results}) == 1
        assert sorted(result.is_new for result in results) == [False, False, False, True]
        assert Order.objects.filter(cart=cart).count() == 1
        assert Payment.objects.filter(order__cart=cart).count() == 1


def test_mutant_that_does_not_close_the_cart_runs_into_the_constraint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "touch_cart", lambda **kwargs: None)
    channel = make_channel()
    cart = ready_cart(channel, stocked(channel, 10))
    results = race([partial(buy, cart)] * 4)
    assert [type(result).__name__ for result in results].count("IntegrityError") == 3
    assert Order.objects.filter(cart=cart).count() == 1


def test_an_order_has_either_all_of_an_edit_or_nothing_of_it() -> None:
    for _ in range(ROUNDS):
        channel = make_channel()
        first, second = stocked(channel, 10), stocked(channel, 10)
        cart = ready_cart(channel, first)
        offer = find_offer(channel=channel, public_id=second.public_id)
        placed, edited = race([partial(buy, cart), partial(edit, cart, offer)])
        order = placed.order
        lines = list(order.lines.values_list("total", flat=True))
        assert order.total == sum(lines)
        assert len(lines) == (1 if isinstance(edited, Exception) else 2)


def test_mutant_that_edits_without_the_carts_lock_loses_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "touch_cart", lambda cart: None)
    for _ in range(2 * ROUNDS):
        channel = make_channel()
        cart = ready_cart(channel, stocked(channel, 10))
        offer = find_offer(channel=channel, public_id=stocked(channel, 10).public_id)
        placed, edited = race([partial(buy, cart), partial(edit, cart, offer)])
        if not isinstance(edited, Exception) and placed.order.lines.count() == 1:
            return
    pytest.fail("It was not the lock of the cart that kept the order whole.")


def request_of(cart: Cart, token: str, key: str) -> Any:
    path = f"carts/{cart.public_id}/checkout"
    return Api(cookies=False).post(path, **{"Cart-Token": token, "Idempotency-Key": key})


@pytest.mark.parametrize(("keys", "case"), [(1, "A-C1"), (2, "B-S11")])
def test_one_cart_ordered_at_once_through_the_api_is_one_order(case: str, keys: int) -> None:
    channel = make_channel(code="default", is_default=True)
    for _ in range(2):
        cart, token = create_cart(channel=channel, fields={"email": "ada@example.com"})
        put(cart, stocked(channel, 10))
        set_address(cart=cart, kind="shipping", address=BERLIN)
        given = [f"the-key-of-{cart.pk}-{number % keys}" for number in range(4)]
        replies = race([partial(request_of, cart, token, key) for key in given])
        codes = sorted(reply.status_code for reply in replies)
        assert codes.count(201) >= 1, codes
        assert set(codes) <= ({201, 409} if keys == 1 else {200, 201, 409}), codes
        assert Order.objects.filter(cart=cart).count() == 1
        again = [request_of(cart, token, key) for key in given]
        assert len({reply.json()["order"]["id"] for reply in again}) == 1
        assert len({reply.content for reply in again}) == 1
        assert "Idempotency-Replayed" in again[0].headers
    assert_invariants()


def test_an_order_is_made_at_one_price() -> None:
    for _ in range(ROUNDS):
        channel = make_channel()
        variant = stocked(channel, 10)
        cart = ready_cart(channel, variant)
        expected = price_cart(cart=cart).totals.total

        def raise_price(variant: Variant = variant) -> None:
            variant.prices.update(amount=2000)

        placed, _ = race(
            [lambda cart=cart, total=expected: place_order(cart=fresh(cart), expected_total=total), raise_price]
        )
        if not isinstance(placed, Exception):
            assert placed.order.total == expected
            assert placed.order.lines.get().unit_price == expected


def test_mutant_that_compares_no_total_sells_at_another_price(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "check_cart", lambda cart, now, **terms: price_cart(cart=cart, now=now))
    channel = make_channel()
    variant = stocked(channel, 10)
    cart = ready_cart(channel, variant)
    variant.prices.update(amount=2000)
    assert place_order(cart=fresh(cart), expected_total=1000).order.total == 2000


@pytest.mark.parametrize("case", ["B-S17"])
def test_orders_of_the_same_variants_in_opposite_order_do_not_deadlock(case: str) -> None:
    for _ in range(ROUNDS):
        channel = make_channel()
        pair = [stocked(channel, 10), stocked(channel, 10)]
        carts = [ready_cart(channel, *(pair if turn % 2 else pair[::-1])) for turn in range(4)]
        results = race([partial(buy, cart) for cart in carts])
        assert not [result for result in results if isinstance(result, Exception)], results
        assert set(StockItem.objects.filter(variant__in=pair).values_list("allocated", flat=True)) == {4}


def test_adding_to_one_cart_at_once_loses_nothing() -> None:
    channel = make_channel()
    variants = [stocked(channel, 50) for _ in range(4)]
    cart = ready_cart(channel)

    def add(variant: Variant) -> Callable[[], Any]:
        return lambda: put(fresh(cart), variant, 2)

    before = fresh(cart).version
    results = race([add(variant) for variant in [*variants, *variants]])
    assert not [result for result in results if isinstance(result, Exception)], results
    assert sorted(cart.lines.values_list("quantity", flat=True)) == [4, 4, 4, 4]
    assert fresh(cart).version == before + 8


def test_money_is_booked_once() -> None:
    for _ in range(ROUNDS):
        channel = make_channel()
        payment = place_order(cart=ready_cart(channel, stocked(channel, 1))).payment
        assert payment is not None
        results = race([lambda pk=payment.pk: capture_manually(payment=Payment.objects.get(pk=pk), amount=1000)] * 3)
        assert sum(not isinstance(result, Exception) for result in results) == 1
        assert Order.objects.get(pk=payment.order_id).captured == 1000


def test_a_customer_who_makes_a_cart_at_once_gets_one() -> None:
    for _ in range(ROUNDS):
        channel, customer = make_channel(), make_customer()
        results = race([partial(create_cart, channel=channel, customer=customer)] * 4)
        assert not [result for result in results if isinstance(result, Exception)], results
        assert len({cart.pk for cart, _ in results}) == 1


def test_a_customer_who_sets_a_default_address_at_once_has_one() -> None:
    customer = make_customer()
    results = race([partial(save_address, customer=customer, address=BERLIN, is_default_shipping=True)] * 6)
    assert not [result for result in results if isinstance(result, Exception)], results
    assert customer.addresses.filter(is_default_shipping=True).count() == 1


def test_levels_and_receipts_of_new_stock_at_once_are_both_counted() -> None:
    for _ in range(ROUNDS):
        channel = make_channel()
        variant, location = make_product(channel=channel).variants.get(), make_stock_location(channel=channel)
        results = race(
            [
                partial(set_stock_levels, location=location, levels={variant.pk: 5}),
                partial(set_stock_levels, location=location, levels={variant.pk: 5}),
                partial(receive_stock, variant=variant, location=location, quantity=3),
            ]
        )
        assert not [result for result in results if isinstance(result, Exception)], results
        item = StockItem.objects.get(variant=variant)
        assert item.on_hand == sum(item.movements.values_list("quantity", flat=True))
        assert item.on_hand in (5, 8)
