"""How many statements an operation costs: pinned, and constant in the length of the cart."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nexus_commerce.catalog.models import Variant
from tests.api.client import BERLIN, Api

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

NOT_COUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET ")
LENGTHS = [1, 5, 12]


def statements(captured: CaptureQueriesContext) -> list[str]:
    """Return the statements that count: neither transactions, nor the look-up of session and user."""
    return [
        query["sql"]
        for query in captured.captured_queries
        if not query["sql"].startswith(NOT_COUNTED)
        and '"django_session"' not in query["sql"]
        and 'FROM "auth_user"' not in query["sql"]
    ]


def cart_of(api: Api, variants: list[Variant]) -> str:
    body: dict[str, Any] = {
        "email": "ada@example.com",
        "lines": [{"variant": str(variant.public_id)} for variant in variants],
        "shipping_address": BERLIN,
    }
    return f"carts/{api.post('carts', body).json()['cart']['id']}"


@pytest.fixture(params=["guest", "customer"])
def shopper(request: pytest.FixtureRequest, api: Api) -> Api:
    return api if request.param == "guest" else request.getfixturevalue("customer_api")


@pytest.mark.parametrize("length", LENGTHS)
def test_adding_a_line_costs_the_same_whatever_the_cart_holds(
    shopper: Api, variants: list[Variant], length: int
) -> None:
    cart = cart_of(shopper, variants[: length - 1])
    with CaptureQueriesContext(connection) as captured:
        reply = shopper.post(f"{cart}/lines", {"variant": str(variants[length - 1].public_id)})
    assert len(reply.json()["lines"]) == length
    assert len(statements(captured)) <= 8, statements(captured)


@pytest.mark.parametrize("length", LENGTHS)
def test_making_a_cart_costs_the_same_whatever_is_put_in(shopper: Api, variants: list[Variant], length: int) -> None:
    with CaptureQueriesContext(connection) as captured:
        cart_of(shopper, variants[:length])
    assert len(statements(captured)) <= 16, statements(captured)


@pytest.mark.parametrize("length", LENGTHS)
def test_showing_a_cart_costs_the_same_whatever_it_holds(shopper: Api, variants: list[Variant], length: int) -> None:
    cart = cart_of(shopper, variants[:length])
    with CaptureQueriesContext(connection) as captured:
        assert len(shopper.get(cart).json()["lines"]) == length
    assert len(statements(captured)) <= 5, statements(captured)


@pytest.mark.parametrize("length", LENGTHS)
def test_a_checkout_costs_the_same_whatever_the_cart_holds(shopper: Api, variants: list[Variant], length: int) -> None:
    cart = cart_of(shopper, variants[:length])
    with CaptureQueriesContext(connection) as captured:
        placed = shopper.post(f"{cart}/checkout").json()
    assert len(placed["order"]["lines"]) == length
    assert len(statements(captured)) <= 19, statements(captured)


@pytest.mark.parametrize("length", LENGTHS)
def test_a_page_of_orders_costs_two_statements(customer_api: Api, variants: list[Variant], length: int) -> None:
    for variant in variants[:length]:
        customer_api.post(f"{cart_of(customer_api, [variant])}/checkout")
    with CaptureQueriesContext(connection) as captured:
        assert len(customer_api.get("orders").json()["results"]) == length
    assert len(statements(captured)) == 2, statements(captured)
