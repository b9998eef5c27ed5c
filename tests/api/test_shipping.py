"""Shipping over HTTP: what is offered, choosing it, and what it does to the cart and the order."""

from typing import Any

import pytest

from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.promotions.effects.shipping import ShippingAmountEffect
from nexus_commerce.shipping.models import ShippingRate
from nexus_commerce.testing.factories import (
    make_promotion,
    make_shipping_method,
    make_shipping_zone,
    make_stock_location,
)
from tests.api.client import Api, problem

pytestmark = pytest.mark.django_db


def euros(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


@pytest.fixture
def post(channel: Channel) -> str:
    return make_shipping_method(
        amount=490, code="post", name="Post", description="By bike.", min_days=1, max_days=3, rate={"free_from": 5000}
    ).code


def test_the_ways_to_send_a_cart_are_listed_with_what_they_cost(ready: tuple[Api, str], post: str) -> None:
    api, cart = ready
    make_shipping_method(amount=990, code="abroad", zone=make_shipping_zone("FR"))
    location = make_stock_location(code="shop")
    make_shipping_method(amount=0, code="pickup", name="Pickup", kind="pickup", pickup_location=location)
    reply = api.get(f"{cart}/shipping-options")
    assert reply.status_code == 200
    body = reply.json()
    first, second = body["results"]
    assert first["delivery"].pop("earliest") <= first["delivery"].pop("latest")
    assert first == {
        "method": "post",
        "name": "Post",
        "description": "By bike.",
        "kind": "flat",
        "carrier": "",
        "amount": euros("4.90"),
        "charge": euros("4.90"),
        "total": euros("24.90"),
        "missing_for_free": euros("30.00"),
        "delivery": {"min_days": 1, "max_days": 3},
        "pickup": None,
        "is_chosen": False,
    }
    assert (second["method"], second["pickup"]["location"]) == ("pickup", "shop")
    assert body["unavailable"] == []


def test_a_chosen_method_is_charged_on_the_cart_and_the_order(ready: tuple[Api, str], post: str) -> None:
    api, cart = ready
    row = make_promotion(ShippingAmountEffect(amount=100), name="A euro off")
    body = api.put(f"{cart}/shipping-method", {"method": post}).json()
    assert (body["shipping_method"], body["changes"]) == ("post", [])
    (charge,) = body["shipping"]
    delivery = charge.pop("delivery")
    assert (delivery["min_days"], delivery["max_days"]) == (1, 3)
    assert charge == {
        "method": "post",
        "name": "Post",
        "subtotal": euros("4.90"),
        "discounts": [
            {"promotion": str(row.public_id), "name": "A euro off", "coupon_code": "", "amount": euros("1.00")}
        ],
        "discount_total": euros("1.00"),
        "total": euros("3.90"),
        "net": euros("3.90"),
        "tax_total": euros("0.00"),
        "gross": euros("3.90"),
        "taxes": [],
    }
    assert body["totals"]["shipping_total"] == euros("3.90")
    assert body["totals"]["total"] == euros("23.90")
    assert [option["is_chosen"] for option in api.get(f"{cart}/shipping-options").json()["results"]] == [True]
    order = api.post(f"{cart}/checkout").json()["order"]
    assert order["shipping"] == [charge]
    assert order["shipping_method"] == "post"
    assert order["totals"] == body["totals"]


def test_a_choice_is_taken_back(ready: tuple[Api, str], post: str) -> None:
    api, cart = ready
    api.put(f"{cart}/shipping-method", {"method": post})
    body = api.delete(f"{cart}/shipping-method").json()
    assert (body["shipping_method"], body["shipping"]) == ("", [])


def test_a_method_that_is_not_offered_is_refused_with_those_that_are(ready: tuple[Api, str], post: str) -> None:
    api, cart = ready
    told = problem(api.put(f"{cart}/shipping-method", {"method": "pigeon"}), 409, "shipping_not_offered")
    assert told["params"]["offered"] == ["post"]


def test_a_choice_that_became_dearer_is_told_and_keeps_the_order_from_being_placed(
    ready: tuple[Api, str], post: str
) -> None:
    api, cart = ready
    api.put(f"{cart}/shipping-method", {"method": post})
    ShippingRate.objects.update(amount=590)
    body = api.get(cart).json()
    assert body["changes"] == [
        {"code": "shipping_outdated", "line": None, "data": {"method": "post", "amount": euros("5.90")}}
    ]
    assert body["shipping"] == []
    told = problem(api.post(f"{cart}/checkout"), 409, "checkout_incomplete")
    assert told["params"]["requirements"] == [
        {"code": "shipping_outdated", "field": "shipping_method", "method": "post", "amount": euros("5.90")}
    ]
    assert api.put(f"{cart}/shipping-method", {"method": post}).json()["changes"] == []


@pytest.mark.parametrize("tag", ['"7"', "nonsense"])
def test_a_choice_meant_for_another_version_is_refused(ready: tuple[Api, str], post: str, tag: str) -> None:
    api, cart = ready
    problem(api.put(f"{cart}/shipping-method", {"method": post}, **{"If-Match": tag}), 412, "precondition_failed")


def test_an_outside_tax_engine_is_asked_by_the_checkout(
    ready: tuple[Api, str], settings: Any, variant: Variant
) -> None:
    from nexus_commerce.conf import nexus_settings
    from tests.tax.engines import FakeEngine

    FakeEngine.reset()
    settings.NEXUS_COMMERCE = {**nexus_settings.given, "TAX_POLICY": "tests.tax.engines.FakeEngine"}
    api, cart = ready
    assert [change["code"] for change in api.get(cart).json()["changes"]] == ["tax_outdated"]
    shown = api.post(f"{cart}/tax")
    assert (shown.status_code, shown.json()["changes"]) == (200, [])
    assert [tax["name"] for tax in shown.json()["taxes"]] == ["State", "City"]
    FakeEngine.mood = "failing"
    api.patch(f"{cart}/lines/{shown.json()['lines'][0]['id']}", {"quantity": 1})
    problem(api.post(f"{cart}/checkout"), 409, "tax_unavailable")
    FakeEngine.mood = "well"
    placed = api.post(f"{cart}/checkout")
    assert placed.status_code == 201
    assert placed.json()["order"]["totals"]["tax_total"] != euros("0.00")
