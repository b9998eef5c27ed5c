"""Prices without a cart."""

from decimal import Decimal
from typing import Any

import pytest

from nexus_commerce.cart.models import Cart, CartLine
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.customers.models import Customer
from nexus_commerce.promotions.effects.lines import LinePercentEffect
from nexus_commerce.promotions.models import Redemption
from nexus_commerce.testing.factories import make_coupon, make_price, make_price_list, make_product, make_promotion
from tests.api.client import Api, problem
from tests.tax.places import rate, tax_class, zone

pytestmark = pytest.mark.django_db


def line(variant: Variant, **more: Any) -> dict[str, Any]:
    return {"variant": str(variant.public_id), **more}


def test_lines_are_priced_with_promotions_and_tax_and_nothing_is_kept(api: Api, variants: list[Variant]) -> None:
    standard = tax_class("standard", is_default=True)
    rate(zone("home", ("DE", "", "")), standard, "20")
    rate(zone("france", ("FR", "", "")), standard, "10")
    make_coupon(promotion=make_promotion(LinePercentEffect(percent=Decimal(50)), name="Half"), code="HALF")
    lines = [line(variants[0], quantity=2), line(variants[1], personalization={"engraving": "Ada"})]
    reply = api.post("prices/quote", {"lines": lines, "coupons": ["half", "nonsense"]})
    assert reply.status_code == 200
    body = reply.json()
    assert [entry["variant"]["sku"] for entry in body["lines"]] == [variants[0].sku, variants[1].sku]
    assert [entry["total"]["amount"] for entry in body["lines"]] == ["1.00", "1.00"]
    assert body["totals"]["total"] == {"amount": "2.40", "currency": "EUR"}
    assert [(tax["percent"], tax["amount"]["amount"]) for tax in body["taxes"]] == [("20", "0.40")]
    assert [(entry["code"], entry["is_applied"]) for entry in body["coupons"]] == [("HALF", True), ("NONSENSE", False)]
    for there in ({"country": "FR"}, {"address": {"country": "FR", "postal_code": "75001"}}):
        assert api.post("prices/quote", {"lines": lines, **there}).json()["totals"]["tax_total"]["amount"] == "0.40"
    assert not Cart.objects.exists()
    assert not CartLine.objects.exists()
    assert not Redemption.objects.exists()


def test_a_quote_says_what_the_cart_would_say(api: Api, variants: list[Variant]) -> None:
    lines = [line(variant, quantity=2) for variant in variants[:3]]
    quoted = api.post("prices/quote", {"lines": lines}).json()
    cart = api.post("carts", {"lines": lines}).json()["cart"]
    for name in quoted.keys() - {"lines"}:
        assert quoted[name] == cart[name], name
    for ours, theirs in zip(quoted["lines"], cart["lines"], strict=True):
        assert {**ours, "id": ""} == {**theirs, "id": ""}


def test_equal_lines_are_one_as_in_a_cart(api: Api, variant: Variant) -> None:
    body = api.post("prices/quote", {"lines": [line(variant), line(variant, quantity=2)]}).json()
    assert [entry["quantity"] for entry in body["lines"]] == [3]


def test_what_cannot_be_bought_is_told_beside_its_price(api: Api, channel: Channel) -> None:
    few, without = (make_product(channel=channel, amount=amount, stock=1).variants.get() for amount in (100, None))
    body = api.post("prices/quote", {"lines": [line(few, quantity=5), line(without)]}).json()
    told = {change["code"]: change["line"] for change in body["changes"]}
    ids = [entry["id"] for entry in body["lines"]]
    assert told == {"insufficient_stock": ids[0], "no_price": ids[1]}
    assert [entry["total"] and entry["total"]["amount"] for entry in body["lines"]] == ["5.00", None]
    assert body["totals"]["total"]["amount"] == "5.00"


def test_a_customers_own_price_counts(customer_api: Api, channel: Channel, variant: Variant, user: Any) -> None:
    from nexus_commerce.customers.models import CustomerGroup

    group = CustomerGroup.objects.create(code="friends", name="Friends")
    customer_api.post("carts")  # makes the customer
    Customer.objects.get().groups.add(group)
    friends = make_price_list(channel=channel, customer_group=group, priority=9)
    make_price(variant=variant, amount=700, price_list=friends)
    assert customer_api.post("prices/quote", {"lines": [line(variant)]}).json()["totals"]["total"]["amount"] == "7.00"
    assert Api().post("prices/quote", {"lines": [line(variant)]}).json()["totals"]["total"]["amount"] == "10.00"


def test_a_line_that_is_not_for_sale_is_named(api: Api, variant: Variant) -> None:
    lines = [line(variant), {"variant": "11111111-1111-4111-8111-111111111111"}]
    told = problem(api.post("prices/quote", {"lines": lines}), 409, "not_for_sale")
    assert told["errors"][0]["field"] == "lines.1.variant"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "lines"),
        ({"lines": []}, "lines"),
        ({"lines": [{}]}, "lines.0.variant"),
        ({"lines": ["x"]}, "lines.0"),
        ({"country": "fr"}, "country"),
        ({"country": "DE", "address": {"country": "DE"}}, "country"),
        ({"address": {"postal_code": "1"}}, "address.country"),
        ({"coupons": ["x"] * 11}, "coupons"),
        ({"currency": "USD"}, "currency"),
    ],
)
def test_what_a_quote_does_not_take_is_named(api: Api, variant: Variant, body: dict[str, Any], field: str) -> None:
    whole = body if not body or "lines" in body else {"lines": [line(variant)], **body}
    told = problem(api.post("prices/quote", whole), 400, "invalid_input")
    assert [entry["field"] for entry in told["errors"]] == [field]


def test_five_hundred_lines_are_the_most(api: Api, channel: Channel) -> None:
    wish = make_product(channel=channel, amount=100, track_stock=False).variants.get()
    lines = [line(wish, personalization={"number": number}) for number in range(501)]
    reply = api.post("prices/quote", {"lines": lines[:500]})
    assert reply.json()["totals"]["total"]["amount"] == "500.00"
    problem(api.post("prices/quote", {"lines": lines}), 400, "invalid_input")
