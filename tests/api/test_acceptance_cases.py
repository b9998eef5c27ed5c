"""The acceptance cases of tax, fees and promotions over HTTP: in the cart, in a quote, and in the order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from nexus_commerce.conf import nexus_settings
from nexus_commerce.pricing.inputs import Rounding
from nexus_commerce.promotions.effects.shipping import ShippingPercentEffect
from nexus_commerce.tax.models import TaxClass
from nexus_commerce.testing.factories import make_coupon, make_promotion
from tests.api.client import BERLIN, Api
from tests.api.shops import Basket, basket_of, figures_of, minor, open_shop, policies_of
from tests.pricing.cases import LINE, TAX_CASES, UNIT
from tests.promotions.cases import PROMOTION_CASES, CaseLine
from tests.tax.places import rate, zone

pytestmark = pytest.mark.django_db

BASKETS = [basket_of(case) for case in (*TAX_CASES, *PROMOTION_CASES)]


@pytest.fixture(params=BASKETS, ids=lambda basket: basket.id)
def basket(request: pytest.FixtureRequest, settings: Any) -> Basket:
    """Return a case, with the settings that it needs in force."""
    found: Basket = request.param
    settings.NEXUS_COMMERCE = {**nexus_settings.given, **policies_of(found)}
    return found


def said(body: Mapping[str, Any], basket: Basket) -> dict[str, Any]:
    """Return those figures of a reply that the case names."""
    figures = figures_of(body)
    return {name: figures[name] for name in basket.expected}


def test_case(basket: Basket) -> None:
    shop, api = open_shop(basket), Api()
    here = shop.fill(api, basket)
    cart = api.get(here).json()
    assert said(cart, basket) == basket.expected
    check_sums(cart)

    placed = api.post(f"{here}/checkout", {"expected_total": cart["totals"]["total"]})
    assert placed.status_code == 201, placed.content
    order = placed.json()["order"]
    assert said(order, basket) == basket.expected
    check_sums(order)
    check_same(cart, order)
    shown = api.get(f"orders/{order['id']}", **{"Order-Token": placed.json()["token"]}).json()
    assert shown == order

    if basket.shipping is None:
        quoted = api.post("prices/quote", {"lines": shop.body(basket)["lines"], "country": "DE"}).json()
        assert said(quoted, basket) == basket.expected
        assert quoted["totals"] == cart["totals"]


def check_same(cart: Mapping[str, Any], order: Mapping[str, Any]) -> None:
    """Assert that an order says of every amount what its cart said."""
    for name in ("totals", "taxes", "fees"):
        assert order[name] == cart[name], name
    assert order["shipping"] == [
        {name: charge[name] for name in charge if name != "delivery"} for charge in cart["shipping"]
    ]
    shared = cart["lines"][0].keys() & order["lines"][0].keys() - {"id"}
    assert {"subtotal", "discounts", "total", "net", "gross", "taxes", "final_unit_price", "list_price"} <= shared
    for ours, theirs in zip(order["lines"], cart["lines"], strict=True):
        assert {name: ours[name] for name in shared} == {name: theirs[name] for name in shared}


def check_sums(body: Mapping[str, Any]) -> None:
    """Assert that the amounts of a cart or an order add up."""
    charges = [*body["lines"], *body["shipping"], *body["fees"]]
    totals = {name: minor(money) for name, money in body["totals"].items()}
    assert totals["total"] == sum(minor(charge["gross"]) for charge in charges)
    assert totals["net"] == sum(minor(charge["net"]) for charge in charges)
    assert totals["tax_total"] == sum(minor(tax["amount"]) for tax in body["taxes"])
    for charge in charges:
        assert minor(charge["discount_total"]) == sum(minor(discount["amount"]) for discount in charge["discounts"])
        assert minor(charge["tax_total"]) == sum(minor(tax["amount"]) for tax in charge["taxes"])
        assert minor(charge["gross"]) - minor(charge["net"]) == minor(charge["tax_total"])


@pytest.mark.parametrize(
    ("rounding", "abroad"), [pytest.param(LINE, 167, id="A-T22"), pytest.param(UNIT, 166, id="A-T22-unit")]
)
def test_a_net_price_that_is_kept_comes_back_exactly(settings: Any, rounding: Rounding, abroad: int) -> None:
    basket = Basket("A-T22", (CaseLine(100, 2, "20"),), (), {}, includes_tax=True, rounding=rounding)
    settings.NEXUS_COMMERCE = {
        **nexus_settings.given,
        **policies_of(basket),
        "TAX_POLICY": "tests.api.shops.NetKeeping",
    }
    api = Api()
    here = open_shop(basket).fill(api, basket)
    rate(zone("abroad", ("US", "", "")), TaxClass.objects.get(), "0")
    totals = []
    for country in ("US", "DE") * 3:
        cart = api.put(f"{here}/addresses/shipping", BERLIN | {"country": country}).json()
        check_sums(cart)
        totals.append(minor(cart["totals"]["total"]))
    assert totals == [abroad, 200] * 3


def test_a_free_shipping_code_leaves_the_goods_to_be_paid() -> None:
    """A-P9, with a code."""
    basket = Basket("A-P9", (CaseLine(100),), (), {}, shipping=500)
    api = Api()
    here = open_shop(basket).fill(api, basket)
    assert api.get(here).json()["totals"]["total"]["amount"] == "6.00"
    make_coupon(promotion=make_promotion(ShippingPercentEffect()), code="FREE")
    body = api.post(f"{here}/coupons", {"code": "free"}).json()
    assert (body["totals"]["shipping_total"]["amount"], body["totals"]["total"]["amount"]) == ("0.00", "1.00")
    order = api.post(f"{here}/checkout").json()["order"]
    assert order["totals"] == body["totals"]
    assert order["coupon_codes"] == ["FREE"]


def test_what_costs_nothing_is_ordered_without_a_payment() -> None:
    """A-P31."""
    (case,) = (case for case in PROMOTION_CASES if case.id == "A-P31")
    basket = basket_of(case)
    api = Api()
    here = open_shop(basket).fill(api, basket)
    order = api.post(f"{here}/checkout").json()["order"]
    assert (order["state"], order["payment_state"], order["payments"]) == ("placed", "paid", [])
