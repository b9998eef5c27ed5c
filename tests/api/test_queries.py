"""How many statements an operation costs: pinned, and constant in the length of the cart."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.conf import nexus_settings
from nexus_commerce.payments.providers.dummy import DummyBank
from nexus_commerce.promotions.conditions.selections import CategoryCondition
from nexus_commerce.promotions.effects.lines import LinePercentEffect
from nexus_commerce.promotions.effects.order import OrderAmountEffect
from nexus_commerce.promotions.effects.shipping import ShippingAmountEffect
from nexus_commerce.testing.factories import (
    make_category,
    make_coupon,
    make_promotion,
    make_shipping_method,
    make_shipping_zone,
)
from tests.api.checkouts import pay
from tests.api.client import BERLIN, Api
from tests.tax.places import rate, tax_class, zone

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

NOT_COUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET ")
LENGTHS = [1, 5, 12]


def statements(captured: CaptureQueriesContext) -> list[str]:
    """Return the statements that count: neither transactions, nor the look-up of session and user, nor the counting
    of tries, which is the shared cache's where there is one."""
    return [
        query["sql"]
        for query in captured.captured_queries
        if not query["sql"].startswith(NOT_COUNTED)
        and '"django_session"' not in query["sql"]
        and 'FROM "auth_user"' not in query["sql"]
        and '"nexus_access_ratecount"' not in query["sql"]
    ]


def cart_of(api: Api, variants: list[Variant]) -> str:
    body: dict[str, Any] = {
        "email": "ada@example.com",
        "lines": [{"variant": str(variant.public_id)} for variant in variants],
        "shipping_address": BERLIN,
    }
    return f"carts/{api.post('carts', body).json()['cart']['id']}"


@pytest.fixture
def everything(channel: Channel) -> None:
    """Write a shop that uses everything that prices depend on."""
    rate(zone("home", ("DE", "", "")), tax_class("standard", is_default=True), "19")
    categories = CategoryCondition(categories=(str(make_category().public_id),), exclude=True)
    make_promotion(LinePercentEffect(percent=Decimal(10)), conditions=[categories], upsell_message="{missing}")
    limited = make_promotion(
        OrderAmountEffect(amount=10), usage_limit=9, usage_limit_per_customer=2, budget=10_000, channel=channel
    )
    make_coupon(promotion=limited, code="FIRST", usage_limit=5)
    make_coupon(promotion=make_promotion(ShippingAmountEffect(amount=50)), code="SECOND")
    make_shipping_method(code="tiers", kind="tiered", zone=make_shipping_zone("DE"), tiers={0: 390, 9000: 590})


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
    assert len(statements(captured)) <= 7, statements(captured)  # a customer's row is one of them


@pytest.mark.parametrize("length", LENGTHS)
def test_making_a_cart_costs_the_same_whatever_is_put_in(shopper: Api, variants: list[Variant], length: int) -> None:
    with CaptureQueriesContext(connection) as captured:
        cart_of(shopper, variants[:length])
    assert len(statements(captured)) <= 18, statements(captured)


@pytest.mark.parametrize("length", LENGTHS)
def test_showing_a_cart_costs_the_same_whatever_it_holds(shopper: Api, variants: list[Variant], length: int) -> None:
    cart = cart_of(shopper, variants[:length])
    with CaptureQueriesContext(connection) as captured:
        assert len(shopper.get(cart).json()["lines"]) == length
    assert len(statements(captured)) <= 7, statements(captured)


@pytest.mark.parametrize("length", LENGTHS)
def test_a_checkout_costs_the_same_whatever_the_cart_holds(shopper: Api, variants: list[Variant], length: int) -> None:
    cart = cart_of(shopper, variants[:length])
    with CaptureQueriesContext(connection) as captured:
        placed = shopper.post(f"{cart}/checkout").json()
    assert len(placed["order"]["lines"]) == length
    assert len(statements(captured)) <= 20, [short(sql) for sql in statements(captured)]


@pytest.mark.parametrize("length", LENGTHS)
def test_a_checkout_that_a_provider_is_asked_for_costs_the_same_whatever_the_cart_holds(
    shopper: Api, variants: list[Variant], length: int, bank: DummyBank
) -> None:
    cart = cart_of(shopper, variants[:length])
    with CaptureQueriesContext(connection) as captured:
        reply = pay(shopper, cart)
    assert (reply.status_code, len(bank.charges())) == (201, 1)
    assert len(statements(captured)) <= 52, [short(sql) for sql in statements(captured)]


@pytest.mark.parametrize("length", LENGTHS)
def test_a_quote_costs_the_same_whatever_is_asked_for(shopper: Api, variants: list[Variant], length: int) -> None:
    body = {"lines": [{"variant": str(variant.public_id)} for variant in variants[:length]], "country": "DE"}
    with CaptureQueriesContext(connection) as captured:
        assert len(shopper.post("prices/quote", body).json()["lines"]) == length
    assert len(statements(captured)) <= 6, statements(captured)


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize(
    ("operation", "most"),
    [("get", 11), ("explain", 11), ("add", 13), ("options", 13), ("choose", 14), ("coupon", 16), ("checkout", 35)],
)
@pytest.mark.usefixtures("everything")
def test_a_shop_with_everything_costs_the_same_whatever_the_cart_holds(
    api: Api, variants: list[Variant], length: int, operation: str, most: int
) -> None:
    """Promotions by category, a code with a limit, a budget and a limit for each customer, tax, shipping by tiers."""
    cart = cart_of(api, variants[:length])
    act = {
        "get": lambda: api.get(cart),
        "explain": lambda: api.get(f"{cart}/explain"),
        "add": lambda: api.post(f"{cart}/lines", {"variant": str(variants[0].public_id)}),
        "options": lambda: api.get(f"{cart}/shipping-options"),
        "choose": lambda: api.put(f"{cart}/shipping-method", {"method": "tiers"}),
        "coupon": lambda: api.post(f"{cart}/coupons", {"code": "SECOND"}),
        "checkout": lambda: api.post(f"{cart}/checkout"),
    }[operation]
    assert api.post(f"{cart}/coupons", {"code": "FIRST"}).status_code == 201
    assert api.put(f"{cart}/shipping-method", {"method": "tiers"}).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        reply = act()
    assert reply.status_code < 300, reply.content
    assert len(statements(captured)) == most, [short(sql) for sql in statements(captured)]


def short(sql: str) -> str:
    return re.sub(r"SELECT .*? FROM", "SELECT FROM", sql)[:60]


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.usefixtures("everything")
def test_showing_an_order_costs_the_same_whatever_it_holds(api: Api, variants: list[Variant], length: int) -> None:
    cart = cart_of(api, variants[:length])
    api.post(f"{cart}/coupons", {"code": "FIRST"})
    api.put(f"{cart}/shipping-method", {"method": "tiers"})
    placed = api.post(f"{cart}/checkout").json()
    here, token = f"orders/{placed['order']['id']}", {"Order-Token": placed["token"]}
    for path, most in ((here, 8), (f"{here}/explain", 4)):
        with CaptureQueriesContext(connection) as captured:
            assert len(api.get(path, **token).json()["lines"]) == length
        assert len(statements(captured)) == most, statements(captured)


@pytest.mark.parametrize("length", LENGTHS)
def test_a_page_of_orders_costs_two_statements(
    customer_api: Api, variants: list[Variant], length: int, settings: Any
) -> None:
    settings.NEXUS_COMMERCE = {**nexus_settings.given, "THROTTLE_RATES": {"checkout": None}}
    for variant in variants[:length]:
        customer_api.post(f"{cart_of(customer_api, [variant])}/checkout")
    with CaptureQueriesContext(connection) as captured:
        assert len(customer_api.get("orders").json()["results"]) == length
    assert len(statements(captured)) == 2, statements(captured)
