"""Codes over HTTP: put in, taken out, and refused with the reason."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from nexus_commerce.cart.models import Cart
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.promotions.conditions.amounts import OrderValueCondition
from nexus_commerce.promotions.effects.lines import LinePercentEffect
from nexus_commerce.promotions.effects.shipping import ShippingPercentEffect
from nexus_commerce.promotions.models import Promotion
from nexus_commerce.testing.factories import make_channel, make_coupon, make_promotion, make_shipping_method
from tests.api.client import BERLIN, Api, problem

pytestmark = pytest.mark.django_db

TEN_PERCENT = LinePercentEffect(percent=Decimal(10))


@pytest.fixture
def cart(api: Api, variant: Variant) -> str:
    """Return the address of a cart with goods worth 20.00."""
    body = {"lines": [{"variant": str(variant.public_id), "quantity": 2}]}
    return f"carts/{api.post('carts', body).json()['cart']['id']}"


def promotion(**fields: Any) -> Promotion:
    return make_promotion(TEN_PERCENT, name="Summer sale", **fields)


def test_a_code_takes_something_off_by_its_name(api: Api, cart: str) -> None:
    row = promotion()
    make_coupon(promotion=row, code="SUMMER")
    reply = api.post(f"{cart}/coupons", {"code": " summer "})
    assert reply.status_code == 201
    body = reply.json()
    taken = {
        "promotion": str(row.public_id),
        "name": "Summer sale",
        "coupon_code": "SUMMER",
        "amount": {"amount": "2.00", "currency": "EUR"},
    }
    assert body["lines"][0]["discounts"] == [taken]
    assert body["promotions"] == [taken]
    assert body["coupons"] == [
        {
            "code": "SUMMER",
            "is_applied": True,
            "promotion": "Summer sale",
            "amount": {"amount": "2.00", "currency": "EUR"},
            "reason": "",
            "text": "",
            "unmet": [],
            "missing": None,
        }
    ]
    assert body["lines"][0]["unit_price"]["amount"] == "10.00"
    assert body["lines"][0]["final_unit_price"]["amount"] == "9.00"
    assert body["totals"]["total"]["amount"] == "18.00"
    assert api.get(cart).json() == body


def test_a_code_is_taken_out(api: Api, cart: str) -> None:
    make_coupon(promotion=promotion(), code="SUMMER")
    api.post(f"{cart}/coupons", {"code": "SUMMER"})
    reply = api.delete(f"{cart}/coupons/summer")
    assert (reply.status_code, reply.json()["coupons"]) == (200, [])
    assert reply.json()["totals"]["total"]["amount"] == "20.00"
    problem(api.delete(f"{cart}/coupons/summer"), 404, "coupon_unknown")


def test_a_code_with_a_slash_can_be_taken_out(api: Api, cart: str) -> None:
    make_coupon(promotion=promotion(), code="A/B 1")
    assert api.post(f"{cart}/coupons", {"code": "A/B 1"}).status_code == 201
    assert api.delete(f"{cart}/coupons/A%2FB%201").json()["coupons"] == []


def test_an_unknown_code_is_refused(api: Api, cart: str) -> None:
    told = problem(api.post(f"{cart}/coupons", {"code": "nothing"}), 404, "coupon_unknown")
    assert told["errors"][0]["field"] == "code"
    assert told["params"] == {"code": "NOTHING"}


@pytest.mark.parametrize(
    ("of_promotion", "of_coupon", "code"),
    [
        ({}, {"valid_until": timedelta(hours=-1)}, "coupon_expired"),
        ({"valid_until": timedelta(hours=-1)}, {}, "coupon_expired"),
        ({}, {"valid_from": timedelta(hours=1)}, "coupon_not_yet_valid"),
        ({}, {"usage_limit": 3, "uses": 3}, "coupon_used_up"),
        ({"usage_limit": 3, "uses": 3}, {}, "coupon_used_up"),
        ({"budget": 500, "spent": 500}, {}, "coupon_used_up"),
        ({"currency": "USD"}, {}, "coupon_not_for_this_cart"),
    ],
)
def test_a_code_that_cannot_be_used_is_refused_with_the_reason(
    api: Api, cart: str, of_promotion: dict[str, Any], of_coupon: dict[str, Any], code: str
) -> None:
    now = timezone.now()

    def at(fields: dict[str, Any]) -> dict[str, Any]:
        return {name: now + value if isinstance(value, timedelta) else value for name, value in fields.items()}

    make_coupon(promotion=promotion(**at(of_promotion)), code="SUMMER", **at(of_coupon))
    told = problem(api.post(f"{cart}/coupons", {"code": "SUMMER"}), 409, code)
    assert "SUMMER" in told["detail"]
    assert api.get(cart).json()["coupons"] == []


def test_a_code_of_another_channel_is_refused(api: Api, cart: str) -> None:
    make_coupon(promotion=promotion(channel=make_channel()), code="SUMMER")
    problem(api.post(f"{cart}/coupons", {"code": "SUMMER"}), 409, "coupon_not_for_this_cart")


def test_conditions_that_are_not_met_are_named_with_what_is_missing(api: Api, cart: str) -> None:
    make_coupon(promotion=promotion(conditions=[OrderValueCondition(at_least=2400)]), code="SUMMER")
    told = problem(api.post(f"{cart}/coupons", {"code": "SUMMER"}), 409, "coupon_conditions_not_met")
    assert told["params"]["reason"] == "conditions_not_met"
    assert told["params"]["missing"] == {"amount": {"amount": "4.00", "currency": "EUR"}}
    (unmet,) = told["params"]["unmet"]
    assert (unmet["code"], unmet["label"]) == ("order_value", "Value of the order")
    assert (unmet["value"]["amount"], unmet["at_least"]["amount"], unmet["at_most"]) == ("20.00", "24.00", None)
    assert told["detail"] == (
        "The code SUMMER does not apply to this cart. These conditions are not met: Value of the order. Missing: €4.00."
    )


def test_a_code_that_stopped_to_apply_stays_and_says_why(api: Api, cart: str) -> None:
    make_coupon(promotion=promotion(conditions=[OrderValueCondition(at_least=2000)]), code="SUMMER")
    line = api.post(f"{cart}/coupons", {"code": "SUMMER"}).json()["lines"][0]["id"]
    (shown,) = api.patch(f"{cart}/lines/{line}", {"quantity": 1}).json()["coupons"]
    assert (shown["is_applied"], shown["reason"]) == (False, "conditions_not_met")
    assert shown["text"] == "These conditions are not met: Value of the order. Missing: €10.00."
    assert (shown["unmet"][0]["value"]["amount"], shown["missing"]["amount"]["amount"]) == ("10.00", "10.00")
    Promotion.objects.update(is_active=False)
    (shown,) = api.get(cart).json()["coupons"]
    assert (shown["is_applied"], shown["promotion"], shown["reason"]) == (False, None, "not_usable")


def test_a_code_that_does_not_go_together_with_another_names_it(api: Api, cart: str) -> None:
    make_promotion(TEN_PERCENT, name="Only this", is_exclusive=True, priority=9)
    make_coupon(promotion=promotion(), code="SUMMER")
    told = problem(api.post(f"{cart}/coupons", {"code": "SUMMER"}), 409, "coupon_superseded")
    assert told["params"]["by"] == "Only this"


def test_codes_and_shipping_come_with_a_new_cart_or_nothing_does(api: Api, variant: Variant) -> None:
    make_coupon(promotion=promotion(), code="SUMMER")
    make_coupon(promotion=make_promotion(ShippingPercentEffect(), name="Free shipping"), code="FREE")
    body = {
        "lines": [{"variant": str(variant.public_id), "quantity": 2}],
        "shipping_address": BERLIN,
        "shipping_method": make_shipping_method(amount=490).code,
        "coupons": ["summer", "free"],
    }
    created = api.post("carts", body)
    assert created.status_code == 201
    cart = created.json()["cart"]
    assert [entry["is_applied"] for entry in cart["coupons"]] == [True, True]
    assert (cart["shipping"][0]["subtotal"]["amount"], cart["totals"]["total"]["amount"]) == ("4.90", "18.00")
    told = problem(api.post("carts", {**body, "coupons": ["free", "none"]}), 404, "coupon_unknown")
    assert told["errors"][0]["field"] == "coupons.1"
    problem(api.post("carts", {**body, "shipping_method": "pigeon"}), 409, "shipping_not_offered")
    make_shipping_method(code="live", kind="carrier", carrier="x")
    told = problem(api.post("carts", {**body, "shipping_method": "live:express"}), 400, "invalid_input")
    assert [(entry["field"], entry["code"]) for entry in told["errors"]] == [("shipping_method", "carrier")]
    assert Cart.objects.count() == 1


def test_a_code_used_up_in_the_meantime_keeps_the_order_from_being_placed(
    ready: tuple[Api, str], channel: Channel
) -> None:
    api, cart = ready
    coupon = make_coupon(promotion=promotion(), code="ONCE", usage_limit=1)
    assert api.post(f"{cart}/coupons", {"code": "ONCE"}).status_code == 201
    coupon.uses = 1
    coupon.save()
    shown = api.get(cart).json()
    assert [entry["reason"] for entry in shown["coupons"]] == ["used_up"]
    assert shown["totals"]["total"]["amount"] == "20.00"
    refused = problem(api.post(f"{cart}/checkout", {}), 409, "checkout_incomplete")
    assert refused["params"]["requirements"] == [
        {"code": "coupon_not_usable", "field": "coupons", "coupon_code": "ONCE", "reason": "used_up"}
    ]
    assert Cart.objects.get().state == "open"


def test_what_is_lacking_for_a_promotion_is_hinted_at(api: Api, cart: str) -> None:
    conditions = [OrderValueCondition(at_least=2400)]
    row = promotion(conditions=conditions, upsell_message="{missing} more for {nonsense} 10 %")
    promotion(conditions=conditions)  # says nothing, so there is no hint
    (hint,) = api.get(cart).json()["hints"]
    assert hint == {
        "promotion": str(row.public_id),
        "name": "Summer sale",
        "missing": {"amount": {"amount": "4.00", "currency": "EUR"}},
        "message": "€4.00 more for {nonsense} 10 %",
    }
