"""B-W10: a field that a host adds is read, filtered and filled at checkout over REST, by one declaration."""

from typing import Any

import pytest

from nexus_commerce.cart.models import Cart
from nexus_commerce.catalog.models import Variant
from nexus_commerce.core.expose import Expose
from nexus_commerce.orders.models import Order
from tests.api.client import BERLIN, Api, problem

pytestmark = [pytest.mark.django_db, pytest.mark.hosts, pytest.mark.extended_host]


@pytest.fixture
def cart(customer_api: Api, variant: Variant) -> str:
    body = {"lines": [{"variant": str(variant.public_id)}], "shipping_address": BERLIN}
    return f"carts/{customer_api.post('carts', body).json()['cart']['id']}"


@pytest.mark.parametrize("case", ["B-W10"])
def test_a_required_field_with_a_default_is_shown_and_filled_at_checkout(
    customer_api: Api, cart: str, case: str
) -> None:
    order = customer_api.post(f"{cart}/checkout", {"delivery_slot": "evening"}).json()["order"]
    assert order["delivery_slot"] == "evening"
    assert customer_api.get(f"orders/{order['id']}").json()["delivery_slot"] == "evening"
    assert customer_api.get("orders").json()["results"][0]["delivery_slot"] == "evening"
    assert Order.objects.get().delivery_slot == "evening"  # type: ignore[attr-defined]


@pytest.mark.parametrize("case", ["B-W10"])
def test_the_default_stands_where_nothing_is_sent(customer_api: Api, cart: str, case: str) -> None:
    assert customer_api.post(f"{cart}/checkout").json()["order"]["delivery_slot"] == "any"


def test_a_list_filters_by_an_exposed_field(customer_api: Api, cart: str, variant: Variant) -> None:
    order = customer_api.post(f"{cart}/checkout", {"delivery_slot": "evening"}).json()["order"]
    assert [entry["id"] for entry in customer_api.get("orders?delivery_slot=evening").json()["results"]] == [
        order["id"]
    ]
    assert customer_api.get("orders?delivery_slot=noon").json()["results"] == []
    problem(customer_api.get("orders?gift_note=x"), 400, "invalid_input")  # exposed, but not as a filter


def test_a_field_of_the_cart_is_written_by_the_shopper_and_carried_to_the_order(customer_api: Api, cart: str) -> None:
    assert customer_api.patch(cart, {"gift_note": "For Eve"}).json()["gift_note"] == "For Eve"
    assert customer_api.post(f"{cart}/checkout").json()["order"]["gift_note"] == "For Eve"


def test_a_field_of_cart_and_order_is_filled_at_checkout(customer_api: Api, cart: str) -> None:
    assert customer_api.post(f"{cart}/checkout", {"gift_note": "For Eve"}).json()["order"]["gift_note"] == "For Eve"


def test_what_is_said_at_checkout_stands_above_what_the_cart_carries_over(
    customer_api: Api, cart: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = {"gift_note": Expose(read="owner", write="shopper")}  # of the cart: written, not filled at checkout
    (host_class,) = (cls for cls in Cart.__mro__ if "nexus_api" in vars(cls))
    monkeypatch.setattr(host_class, "nexus_api", hidden)
    assert customer_api.patch(cart, {"gift_note": "first"}).status_code == 200
    assert customer_api.post(f"{cart}/checkout", {"gift_note": "last"}).json()["order"]["gift_note"] == "last"


@pytest.mark.parametrize(
    ("where", "body", "field"),
    [
        ("/checkout", {"delivery_slot": "x" * 17}, "delivery_slot"),
        ("/checkout", {"delivery_slot": 5}, "delivery_slot"),
        ("/checkout", {"delivery_slot": None}, "delivery_slot"),
        ("/checkout", {"delivery_slott": "evening"}, "delivery_slott"),
        ("/lines", {"gift_wrap": True}, "gift_wrap"),  # a field of the host that it exposed to nobody
    ],
)
def test_what_was_not_exposed_or_is_not_valid_is_named(
    customer_api: Api, cart: str, variant: Variant, where: str, body: dict[str, Any], field: str
) -> None:
    whole = body | ({"variant": str(variant.public_id)} if where == "/lines" else {})
    told = problem(customer_api.post(f"{cart}{where}", whole), 400, "invalid_input")
    assert [entry["field"] for entry in told["errors"]] == [field]
    assert not Order.objects.exists()


def test_the_owner_reads_what_is_the_owners_and_does_not_write_it(customer_api: Api) -> None:
    assert customer_api.get("me").json()["points"] == 0
    told = problem(customer_api.patch("me", {"points": 5}), 400, "invalid_input")
    assert [entry["field"] for entry in told["errors"]] == ["points"]


def test_the_document_shows_the_hosts_fields(customer_api: Api) -> None:
    schemas = customer_api.get("openapi.json").json()["components"]["schemas"]
    assert schemas["Order"]["properties"]["delivery_slot"]["type"] == "string"
    assert schemas["CheckoutRequest"]["properties"]["delivery_slot"]["maxLength"] == 16
    assert "delivery_slot" not in schemas["CheckoutRequest"].get("required", [])
    assert "gift_note" in schemas["PatchedCartChangeRequest"]["properties"]
