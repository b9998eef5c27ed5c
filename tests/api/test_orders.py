from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from nexus_commerce.catalog.models import Variant
from nexus_commerce.customers.models import Customer
from nexus_commerce.orders.models import Order
from tests.api.client import BERLIN, ROOT, Api, problem

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


def buy(api: Api, variant: Variant) -> dict[str, Any]:
    """Return the reply to a checkout of one unit."""
    body = {"email": "a@example.com", "lines": [{"variant": str(variant.public_id)}], "shipping_address": BERLIN}
    cart = api.post("carts", body).json()["cart"]
    placed: dict[str, Any] = api.post(f"carts/{cart['id']}/checkout").json()
    return placed


def test_orders_come_a_page_at_a_time_newest_first(customer_api: Api, variant: Variant) -> None:
    bought = [buy(customer_api, variant)["order"]["id"] for _ in range(5)]
    seen, address = [], "orders?limit=2"
    while address:
        page = customer_api.get(address).json()
        seen.append([entry["id"] for entry in page["results"]])
        assert page["next"] is None or page["next"].startswith(f"http://testserver{ROOT}orders?")
        address = (page["next"] or "").partition(ROOT)[2]
    assert seen == [bought[4:2:-1], bought[2:0:-1], bought[:1]]


def test_a_page_after_a_foreign_order_is_empty(customer_api: Api, api: Api, variant: Variant) -> None:
    buy(customer_api, variant)
    foreign = buy(api, variant)["order"]["id"]
    assert customer_api.get(f"orders?after={foreign}").json() == {"results": [], "next": None}


def test_orders_are_filtered_by_state_and_time(customer_api: Api, variant: Variant) -> None:
    first, second = (buy(customer_api, variant)["order"]["id"] for _ in range(2))
    Order.objects.filter(public_id=first).update(state="completed", placed_at=timezone.now() - timedelta(days=2))
    yesterday = (timezone.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def ids(query: str) -> list[str]:
        return [entry["id"] for entry in customer_api.get(f"orders?{query}").json()["results"]]

    assert ids("state=completed") == [first]
    assert ids(f"placed_from={yesterday}") == [second]
    assert ids(f"placed_until={yesterday}") == [first]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("after=1", "after"),
        ("placed_from=today", "placed_from"),
        ("ordering=user__password", "ordering"),
        ("customer=1", "customer"),
        ("state=%00", "state"),
    ],
)
def test_a_query_that_the_list_does_not_take_is_named(customer_api: Api, query: str, field: str) -> None:
    told = problem(customer_api.get(f"orders?{query}"), 400, "invalid_input")
    assert [entry["field"] for entry in told["errors"]] == [field]


def test_a_foreign_order_looks_like_a_missing_one(api: Api, customer_api: Api, variant: Variant) -> None:
    foreign = buy(customer_api, variant)["order"]["id"]
    token = {"Order-Token": buy(api, variant)["token"]}
    missing = "22222222-2222-4222-8222-222222222222"
    replies = [
        problem(api.get(f"orders/{order}", **headers), 404, "order_not_found")
        for order in (foreign, missing)
        for headers in ({}, token, {"Order-Token": "x" * 4000})
    ]
    assert all(reply | {"request_id": ""} == replies[0] | {"request_id": ""} for reply in replies)


def test_a_guests_token_stops_when_it_expires(api: Api, variant: Variant) -> None:
    placed = buy(api, variant)
    Order.objects.update(access_token_expires_at=timezone.now())
    problem(api.get(f"orders/{placed['order']['id']}", **{"Order-Token": placed["token"]}), 404, "order_not_found")


def test_an_order_shows_its_version_as_etag(api: Api, variant: Variant) -> None:
    placed = buy(api, variant)
    here, token = f"orders/{placed['order']['id']}", {"Order-Token": placed["token"]}
    tag = api.get(here, **token).headers["ETag"]
    assert api.get(here, **token, **{"If-Match": tag}).status_code == 200
    problem(api.get(here, **token, **{"If-Match": '"77"'}), 412, "precondition_failed")


def test_no_sequential_id_is_shown(customer_api: Api, variant: Variant) -> None:
    for _ in range(3):
        placed = buy(customer_api, variant)
    order = Order.objects.latest("id")
    Order.objects.filter(pk=order.pk).update(note="")
    text = repr(placed)
    assert set(placed["order"]) & {"pk", "customer", "customer_id", "cart", "cart_id"} == set()
    assert f"'id': {order.pk}" not in text
    assert all(len(line["id"]) == 36 for line in placed["order"]["lines"])


def test_guests_have_no_list_of_orders(api: Api) -> None:
    reply = api.get("orders")
    problem(reply, 401, "not_authenticated")
    assert reply.headers["WWW-Authenticate"] == "Session"


def test_a_user_who_never_bought_has_an_empty_list_and_stays_no_customer(customer_api: Api) -> None:
    assert customer_api.get("orders").json() == {"results": [], "next": None}
    assert not Customer.objects.exists()
