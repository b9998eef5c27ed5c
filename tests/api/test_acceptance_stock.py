"""The acceptance cases of stock over HTTP, one request after the other; tests/concurrency has those that race."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import price_cart
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.inventory.errors import AllocationMissing
from nexus_commerce.inventory.models import Allocation, Reservation, StockItem, StockMovement
from nexus_commerce.inventory.services import Wanted, allocate_stock, consume_allocations, sweep_reservations
from nexus_commerce.payments.providers.dummy import DummyBank
from nexus_commerce.testing.factories import make_product
from tests.api.checkouts import complete, fill, if_match, pay, staff_with
from tests.api.client import Api, Reply, problem
from tests.checkout.paying import let_time_pass, online_shop

pytestmark = pytest.mark.django_db


def stocked(channel: Channel, stock: int) -> Variant:
    return make_product(channel=channel, amount=1000, stock=stock).variants.get()


def add(api: Api, cart: str, variant: Variant, quantity: int, **terms: Any) -> Reply:
    return api.post(f"{cart}/lines", {"variant": str(variant.public_id), "quantity": quantity, **terms})


def told_left(reply: Reply) -> int:
    """Return how many are left, as the one line that a refusal names says."""
    (line,) = problem(reply, 409, "insufficient_stock")["params"]["lines"]
    return int(line["available"])


def counters(variant: Variant) -> tuple[int, int, int]:
    item = StockItem.objects.get(variant=variant)
    return item.on_hand, item.allocated, item.reserved


def test_A_S4(api: Api, channel: Channel, django_user_model: Any, tmp_path: Path) -> None:
    variant = stocked(channel, 5)
    staff = staff_with(django_user_model, "view_payment", "change_payment")
    with online_shop(tmp_path, capture="manual") as bank:
        placed = pay(api, fill(api, (variant, 2))).json()["order"]
        assert (placed["payment_state"], counters(variant)) == ("authorized", (5, 2, 0))
        payment = f"payments/{placed['payments'][0]['id']}"
        captured = staff.post(f"{payment}/capture", **if_match(staff.get(payment)))
        assert (captured.status_code, captured.json()["state"]) == (200, "captured")
        assert len(bank.charges()) == 1
    assert (counters(variant), Allocation.objects.count()) == ((5, 2, 0), 1)


def test_A_S5(api: Api, channel: Channel) -> None:
    variant = stocked(channel, 105)
    cart = fill(api)
    reply = add(api, cart, variant, 150)
    assert told_left(reply) == 105
    assert reply.json()["params"]["lines"][0]["sku"] == variant.sku
    assert api.get(cart).json()["lines"] == []


def test_A_S6(api: Api, channel: Channel) -> None:
    variant = stocked(channel, 5)
    cart = fill(api)
    assert add(api, cart, variant, 5).status_code == 201
    assert told_left(add(api, cart, variant, 5)) == 5
    (line,) = api.get(cart).json()["lines"]
    assert line["quantity"] == 5


def test_A_S7(channel: Channel, bank: DummyBank) -> None:
    variant = stocked(channel, 1)
    first, second = Api(), Api()
    carts = [fill(api, (variant, 1)) for api in (first, second)]
    assert pay(first, carts[0]).status_code == 201
    told = problem(pay(second, carts[1]), 409, "checkout_incomplete")
    assert [item["code"] for item in told["params"]["requirements"]] == ["insufficient_stock"]
    assert (len(bank.payments()), counters(variant)) == (1, (1, 1, 0))
    assert second.get(carts[1]).json()["state"] == "open"


def test_A_S10(channel: Channel, bank: DummyBank) -> None:
    variant = stocked(channel, 10)
    shopper, other = Api(), Api()
    mine = fill(shopper, (variant, 4))
    placed = pay(shopper, mine, "needs_action")
    assert placed.status_code == 202
    theirs = fill(other)
    assert told_left(add(other, theirs, variant, 7)) == 6
    assert shopper.get(mine).json()["changes"] == []
    assert [row.offer.available for row in price_cart(cart=Cart.objects.get(state="frozen")).lines] == [10]

    before = Reservation.objects.get().expires_at
    assert complete(shopper, placed).status_code == 202
    assert Reservation.objects.get().expires_at > before

    let_time_pass()
    sweep_reservations()
    assert add(other, theirs, variant, 10).status_code == 201
    assert counters(variant) == (10, 0, 0)


def test_B_S4(channel: Channel) -> None:
    variant = stocked(channel, 7)
    order, line = uuid4(), uuid4()
    wanted = Wanted(line, variant.pk, variant.sku, 1, True, False)
    allocate_stock(order=order, channel=channel, lines=[wanted])
    movements = StockMovement.objects.count()
    with pytest.raises(AllocationMissing) as caught:
        consume_allocations(order=order, units={line: 5})
    assert caught.value.code == "allocation_missing"
    assert (counters(variant), StockMovement.objects.count()) == ((7, 1, 0), movements)
    assert Allocation.objects.get().consumed == 0


def test_B_S5(api: Api, channel: Channel) -> None:
    variant = stocked(channel, 10)
    cart = fill(api)
    assert add(api, cart, variant, 10, personalization={"text": "x"}).status_code == 201
    problem(add(api, cart, variant, 10, personalization={"text": "y"}), 409, "insufficient_stock")
    assert len(api.get(cart).json()["lines"]) == 1


def test_B_S17(channel: Channel, bank: DummyBank) -> None:
    a, b = stocked(channel, 4), stocked(channel, 4)
    for number in range(4):
        api = Api()
        wanted = [(a, 1), (b, 1)] if number % 2 else [(b, 1), (a, 1)]
        assert pay(api, fill(api, *wanted)).status_code == 201
    assert counters(a) == counters(b) == (4, 4, 0)
    assert len(bank.charges()) == 4
