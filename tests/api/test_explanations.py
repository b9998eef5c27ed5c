"""Why each amount is what it is, over HTTP."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import override_settings
from django.utils.translation import override

from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.conf import nexus_settings
from nexus_commerce.conf.pipeline import TOTALS_STEPS
from nexus_commerce.orders.models import Order
from nexus_commerce.pricing.inputs import CartInput
from nexus_commerce.pricing.models import Price
from nexus_commerce.pricing.totals import Note, Totals
from nexus_commerce.promotions.conditions.amounts import OrderValueCondition
from nexus_commerce.promotions.effects.gifts import GiftLineEffect
from nexus_commerce.promotions.effects.order import OrderAmountEffect
from nexus_commerce.testing.factories import make_coupon, make_product, make_promotion, make_shipping_method
from tests.api.client import Api, problem
from tests.tax.places import rate, tax_class, zone

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(ready: tuple[Api, str], channel: Channel) -> tuple[Api, str]:
    """Return a client and a cart with everything that can be on one."""
    api, cart = ready
    rate(zone("home", ("DE", "", "")), tax_class("standard", is_default=True), "19", name="VAT")
    Price.objects.update(compare_at=1200)
    gift = make_product(channel=channel, amount=300, stock=5, name="Pen").variants.get()
    make_promotion(GiftLineEffect(sku=gift.sku), name="A pen", priority=3)
    make_coupon(promotion=make_promotion(OrderAmountEffect(amount=100), name="A euro off", priority=2), code="EURO")
    make_promotion(
        OrderAmountEffect(amount=900), name="Rich", conditions=[OrderValueCondition(at_least=10000)], priority=1
    )
    assert api.post(f"{cart}/coupons", {"code": "EURO"}).status_code == 201
    method = make_shipping_method(amount=490, name="Post").code
    assert api.put(f"{cart}/shipping-method", {"method": method}).status_code == 200
    return api, cart


def texts(entry: dict[str, Any]) -> list[str]:
    return [note["text"] for note in entry["notes"]]


def test_every_amount_of_a_cart_is_explained_in_words(full: tuple[Api, str]) -> None:
    api, cart = full
    told = api.get(f"{cart}/explain").json()
    line, gift = told["lines"]
    assert texts(line)[0].startswith("2 at €10.00 each: €20.00. The price was reduced from €12.00. Price list: prices-")
    assert texts(line)[1:] == [
        "A euro off (code EURO) takes €1.00 off, which leaves €19.00.",
        "VAT (19 %) on €19.00 is added: €3.61.",
    ]
    assert texts(gift) == ["A pen gives 1 for free, worth €3.00.", "VAT (19 %) on €0.00 is added: €0.00."]
    (charge,) = told["shipping"]
    assert texts(charge) == ["Post: €4.90 for goods worth €19.00.", "VAT (19 %) on €4.90 is added: €0.93."]
    assert (told["fees"], told["order"]) == ([], [])
    shown = api.get(cart).json()
    assert told["total"] == shown["totals"]["total"]
    assert [entry["id"] for entry in told["lines"]] == [entry["id"] for entry in shown["lines"]]
    assert [entry["total"] for entry in told["lines"]] == [entry["total"] for entry in shown["lines"]]


def test_every_promotion_that_was_tried_is_told_with_what_came_of_it(full: tuple[Api, str]) -> None:
    api, cart = full
    pen, euro, rich = api.get(f"{cart}/explain").json()["promotions"]
    assert (pen["name"], pen["is_applied"], pen["text"]) == ("A pen", True, "")
    assert (euro["coupon_code"], euro["amount"]["amount"]) == ("EURO", "1.00")
    assert (rich["is_applied"], rich["reason"]) == (False, "conditions_not_met")
    assert rich["text"] == "These conditions are not met: Value of the order. Missing: €81.00."
    assert rich["missing"] == {"amount": {"amount": "81.00", "currency": "EUR"}}
    assert rich["unmet"][0]["value"]["amount"] == "19.00"


def test_figures_stand_beside_the_words(full: tuple[Api, str]) -> None:
    api, cart = full
    price, discount, tax = api.get(f"{cart}/explain").json()["lines"][0]["notes"]
    assert price["code"] == "price"
    assert price["amounts"]["list_price"] == {"amount": "12.00", "currency": "EUR"}
    assert price["data"]["quantity"] == 2
    assert discount["data"]["coupon_code"] == "EURO"
    assert tax["data"]["rates"] == [{"name": "VAT", "percent": "19", "zone": "home"}]


def test_an_order_keeps_its_explanation(full: tuple[Api, str], variant: Variant) -> None:
    api, cart = full
    before = api.get(f"{cart}/explain").json()
    placed = api.post(f"{cart}/checkout").json()
    Price.objects.update(amount=1)
    here, token = f"orders/{placed['order']['id']}/explain", {"Order-Token": placed["token"]}
    told = api.get(here, **token).json()
    ids = [line["id"] for line in placed["order"]["lines"]]
    assert [entry.pop("id") for entry in told["lines"]] == ids
    for entry in before["lines"]:
        del entry["id"]
    assert told == before
    problem(Api().get(here), 404, "order_not_found")


def test_an_order_of_an_older_release_explains_what_it_kept(ready: tuple[Api, str]) -> None:
    api, cart = ready
    placed = api.post(f"{cart}/checkout").json()
    Order.objects.update(explanation={})
    told = api.get(f"orders/{placed['order']['id']}/explain", **{"Order-Token": placed["token"]}).json()
    assert [entry["notes"] for entry in told["lines"]] == [[]]
    assert told["promotions"] == []


def test_a_foreign_cart_is_not_explained(full: tuple[Api, str]) -> None:
    problem(Api().get(f"{full[1]}/explain"), 404, "cart_not_found")


def deposit(cart: CartInput, totals: Totals) -> Totals:
    """Say something, as a host's step does."""
    from dataclasses import replace

    notes = [
        Note("deposit", "order", None, {"deposit": 25}, {"text": "Bottles come back: 100 % of €0.25."}),
        Note("odd", "line", totals.lines[0].key),
    ]
    return replace(totals, explanation=(*totals.explanation, *notes))


def test_a_step_of_a_host_brings_its_own_words(ready: tuple[Api, str]) -> None:
    api, cart = ready
    steps = TOTALS_STEPS.after("sum_totals", f"{__name__}.deposit")
    with override_settings(NEXUS_COMMERCE={**nexus_settings.given, "TOTALS_STEPS": steps}):
        told = api.get(f"{cart}/explain").json()
    assert told["order"] == [
        {
            "code": "deposit",
            "text": "Bottles come back: 100 % of €0.25.",
            "amounts": {"deposit": {"amount": "0.25", "currency": "EUR"}},
            "data": {"text": "Bottles come back: 100 % of €0.25."},
        }
    ]
    assert texts(told["lines"][0])[-1] == "This follows from the rule odd."


def test_amounts_are_written_as_the_reader_writes_them(full: tuple[Api, str]) -> None:
    api, cart = full
    with override("de"):  # as the middleware of a site that speaks German does
        told = api.get(f"{cart}/explain").json()
    assert "20,00\xa0€" in texts(told["lines"][0])[0]


def test_a_percentage_is_exact(ready: tuple[Api, str]) -> None:
    api, cart = ready
    rate(zone("home", ("DE", "", "")), tax_class("standard", is_default=True), str(Decimal("8.875")), name="Sales tax")
    (entry,) = api.get(f"{cart}/explain").json()["lines"]
    assert texts(entry)[-1] == "Sales tax (8.875 %) on €20.00 is added: €1.78."
