"""Whole ways through the shop over HTTP."""

import pytest

from nexus_commerce.catalog.models import Variant
from nexus_commerce.inventory.models import StockItem
from nexus_commerce.orders.models import Order
from tests.api.client import BERLIN, Api, problem

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

EUR = {"currency": "EUR"}


def test_a_guest_fills_a_cart_step_by_step_and_orders_it(api: Api, variant: Variant) -> None:
    created = api.post("carts")
    assert created.status_code == 201
    cart, token = created.json()["cart"], created.json()["token"]
    here = f"carts/{cart['id']}"
    headers = {"Cart-Token": token}
    bare = Api(cookies=False)

    added = bare.post(f"{here}/lines", {"variant": str(variant.public_id), "quantity": 3}, **headers)
    assert added.status_code == 201
    (line,) = added.json()["lines"]
    assert line["unit_price"] == EUR | {"amount": "10.00"}
    assert line["total"] == EUR | {"amount": "30.00"}

    fewer = bare.patch(f"{here}/lines/{line['id']}", {"quantity": 2}, **headers)
    assert fewer.json()["totals"]["total"] == EUR | {"amount": "20.00"}

    problem(bare.post(f"{here}/checkout", **headers), 409, "checkout_incomplete")
    assert bare.patch(here, {"email": "ada@example.com"}, **headers).json()["email"] == "ada@example.com"
    addressed = bare.put(f"{here}/addresses/shipping", BERLIN, **headers)
    assert addressed.json()["addresses"]["shipping"]["city"] == "Berlin"
    assert addressed.json()["addresses"]["billing"] is None

    placed = bare.post(f"{here}/checkout", {"expected_total": EUR | {"amount": "20.00"}}, **headers)
    assert placed.status_code == 201
    order = placed.json()["order"]
    assert (order["state"], order["payment_state"]) == ("placed", "unpaid")
    assert order["totals"]["total"] == EUR | {"amount": "20.00"}
    assert [(entry["sku"], entry["quantity"]) for entry in order["lines"]] == [(variant.sku, 2)]
    assert [entry["amount"] for entry in order["payments"]] == [EUR | {"amount": "20.00"}]

    shown = bare.get(f"orders/{order['id']}", **{"Order-Token": placed.json()["token"]})
    assert shown.json() == order
    assert StockItem.objects.get(variant=variant).allocated == 2


def test_two_calls_are_enough_for_a_guest(api: Api, variant: Variant) -> None:
    body = {
        "email": "ada@example.com",
        "lines": [{"variant": str(variant.public_id), "quantity": 2}],
        "shipping_address": BERLIN,
        "billing_address": BERLIN | {"company": "Ling Ltd"},
    }
    cart = api.post("carts", body).json()["cart"]
    assert cart["totals"]["total"]["amount"] == "20.00"
    assert cart["addresses"]["billing"]["company"] == "Ling Ltd"
    placed = api.post(f"carts/{cart['id']}/checkout")
    assert placed.status_code == 201
    assert placed.json()["instructions"]


def test_a_customer_buys_and_finds_the_order_among_the_own_ones(customer_api: Api, variant: Variant) -> None:
    api = customer_api
    created = api.post("carts", {"lines": [{"variant": str(variant.public_id)}], "shipping_address": BERLIN}).json()
    assert created["token"] is None
    assert created["cart"]["email"] == "ada@example.com"
    assert api.post("carts").json()["cart"]["id"] == created["cart"]["id"]  # one open cart a customer

    placed = api.post(f"carts/{created['cart']['id']}/checkout").json()
    assert placed["token"] is None

    listed = api.get("orders").json()
    assert [entry["id"] for entry in listed["results"]] == [placed["order"]["id"]]
    assert listed["next"] is None
    assert api.get(f"orders/{placed['order']['id']}").json()["number"] == placed["order"]["number"]
    assert api.post("carts").json()["cart"]["id"] != created["cart"]["id"]


def test_nothing_is_left_of_a_cart_that_could_not_be_made_whole(api: Api, variant: Variant) -> None:
    lines = [{"variant": str(variant.public_id)}, {"variant": str(variant.public_id), "quantity": 99}]
    problem(api.post("carts", {"email": "ada@example.com", "lines": lines}), 409, "insufficient_stock")
    assert "nexus_cart" not in api.http.cookies
    assert not Order.objects.exists()
    assert not type(variant.cart_lines.model()).objects.exists()


def test_a_checkout_done_twice_is_one_order(ready: tuple[Api, str]) -> None:
    api, cart = ready
    token = api.http.cookies["nexus_cart"].value
    first = api.post(f"{cart}/checkout", **{"Cart-Token": token})
    again = api.post(f"{cart}/checkout", **{"Cart-Token": token})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["order"]["id"] == again.json()["order"]["id"]
    assert Order.objects.count() == 1
    newest = {"Order-Token": again.json()["token"]}
    assert api.get(f"orders/{again.json()['order']['id']}", **newest).status_code == 200
