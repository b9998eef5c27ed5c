"""The acceptance cases of refunds over HTTP: a line gives back what was paid for it, unit by unit."""

from __future__ import annotations

from typing import Any

import pytest

from nexus_commerce.payments.models import Refund
from nexus_commerce.payments.providers.dummy import DummyBank
from tests.api.checkouts import if_match, pay, staff_with, token_of
from tests.api.client import Api, Reply, problem
from tests.api.shops import Basket, minor, open_shop
from tests.pricing.cases import off_order
from tests.promotions.cases import CaseLine

pytestmark = pytest.mark.django_db

TEN_PERCENT = {"effects": [{"code": "order_percent", "args": {"percent": "10"}}]}


@pytest.fixture
def staff(django_user_model: Any) -> Api:
    return staff_with(django_user_model, "view_order", "add_refund")


def bought(*lines: tuple[int, int], promotion: dict[str, Any]) -> Reply:
    """Buy lines of a price and a quantity, and return the reply of the checkout."""
    goods = Basket("refund", tuple(CaseLine(price, quantity) for price, quantity in lines), (promotion,), {})
    api = Api()
    placed = pay(api, open_shop(goods).fill(api, goods))
    assert placed.status_code == 201, placed.content
    return placed


def give_back(staff: Api, placed: Reply, position: int, quantity: int = 1) -> Reply:
    """Give back units of a line, at the version that staff read."""
    order = f"orders/{placed.json()['order']['id']}"
    line = placed.json()["order"]["lines"][position]["id"]
    body = {"lines": [{"line": line, "quantity": quantity}], "reason": "returned"}
    return staff.post(f"{order}/refunds", body, **if_match(staff.get(order)))


def amounts(reply: Reply) -> list[int]:
    return [minor(refund["amount"]) for refund in reply.json()["results"]]


def test_A_R1(staff: Api, bank: DummyBank) -> None:
    placed = bought((10000, 3), promotion=off_order(1000))
    for _ in range(3):
        reply = give_back(staff, placed, 0)
        assert reply.status_code == 201, reply.content
    assert amounts(reply) == [9667, 9667, 9666]
    assert sum(amounts(reply)) == 29000
    assert [movement.amount for movement in bank.movements(kind="refund")] == [9667, 9667, 9666]
    order = staff.get(f"orders/{placed.json()['order']['id']}").json()
    assert (order["payment_state"], order["refunded"]["amount"]) == ("refunded", "290.00")
    told = problem(give_back(staff, placed, 0), 409, "refund_refused")
    assert told["params"]["units_left"] == 0


def test_A_R2(staff: Api, bank: DummyBank) -> None:
    placed = bought((600, 1), (400, 1), promotion=TEN_PERCENT)
    assert amounts(give_back(staff, placed, 0)) == [540]
    assert [movement.amount for movement in bank.movements(kind="refund")] == [540]


def test_A_R3(staff: Api, bank: DummyBank) -> None:
    placed = bought((600, 1), (400, 1), promotion=off_order(100))
    reply = give_back(staff, placed, 1)
    assert amounts(reply) == [360]
    order = Api().get(f"orders/{placed.json()['order']['id']}", **token_of(placed)).json()
    assert minor(order["captured"]) - minor(order["refunded"]) == 540
    assert [minor(line["discount_total"]) for line in order["lines"]] == [60, 40]
    assert (order["payment_state"], Refund.objects.get().lines.get().amount) == ("partially_refunded", 360)
