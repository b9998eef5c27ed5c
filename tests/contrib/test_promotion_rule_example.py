"""The example of a host's own rule: the weight of the parcel, in the engine, the admin's registry and the API."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client, override_settings

from example_project.shop.promotions import WeightCondition
from nexus_commerce.cart.services import choose_shipping
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import place_order
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.orders.services import recompute_order
from nexus_commerce.pricing.inputs import CartInput, LineInput, Quote, ShippingInput
from nexus_commerce.pricing.steps import price_lines, sum_totals
from nexus_commerce.pricing.totals import compute
from nexus_commerce.promotions.effects.order import OrderPercentEffect
from nexus_commerce.promotions.effects.shipping import ShippingAmountEffect
from nexus_commerce.promotions.registry import build_rule, condition_classes, rule_json
from nexus_commerce.promotions.rules import PromotionInput
from nexus_commerce.promotions.services import create_promotion
from nexus_commerce.promotions.steps import choose_promotions, discount_order, discount_shipping
from nexus_commerce.shipping.rates import RateRule
from nexus_commerce.shipping.steps import charge_shipping
from nexus_commerce.testing.factories import make_product, make_shipping_method
from tests.cart.shopping import put, ready_cart

STEPS = [price_lines, choose_promotions, discount_order, charge_shipping, discount_shipping, sum_totals]
PATH = f"{WeightCondition.__module__}.{WeightCondition.__qualname__}"
RULE = {"code": "weight", "args": {"at_most": 500}}


@pytest.mark.parametrize(("quantity", "charged"), [(1, 290), (2, 290), (3, 490)])
def test_what_fits_into_an_envelope_is_cheap_to_post(quantity: int, charged: int) -> None:
    envelope = PromotionInput(
        "1", 1, "Envelope", conditions=(WeightCondition(at_most=500),), effects=(ShippingAmountEffect(amount=200),)
    )
    cart = CartInput(
        "EUR",
        True,
        [LineInput("seeds", quantity, Quote(380), weight=250)],
        datetime(2026, 1, 1, tzinfo=UTC),
        shipping=(ShippingInput("post", "Post", RateRule(amount=490)),),
        promotions=(envelope,),
    )
    assert compute(cart, STEPS).shipping_total == charged


# end of the example


@pytest.fixture
def registered() -> Iterator[None]:
    with override_settings(NEXUS_COMMERCE={**nexus_settings.given, "PROMOTION_CONDITIONS": [PATH]}):
        yield


def test_what_is_not_sent_is_no_parcel() -> None:
    effects = (OrderPercentEffect(percent=Decimal(10)),)
    envelope = PromotionInput("1", 1, "Envelope", conditions=(WeightCondition(at_most=500),), effects=effects)
    book = LineInput("e-book", 1, Quote(900), is_sent=False)
    cart = CartInput("EUR", True, [book], datetime(2026, 1, 1, tzinfo=UTC), promotions=(envelope,))
    (tried,) = compute(cart, STEPS).tried
    assert tried.reason == "conditions_not_met"
    assert tried.unmet[0]["grams"] == 0


@pytest.mark.usefixtures("registered")
def test_the_registry_knows_it_and_the_checks_are_content() -> None:
    assert condition_classes()["weight"] is WeightCondition
    rule = build_rule(condition_classes(), RULE)
    assert rule_json(rule)["args"] == {"at_most": 500}
    with pytest.raises(InvalidInput) as caught:
        build_rule(condition_classes(), {"code": "weight", "args": {"at_most": "light"}}, where="conditions.0")
    assert caught.value.field == "conditions.0.args.at_most"
    call_command("check")


@pytest.mark.django_db
@pytest.mark.usefixtures("registered")
def test_it_reaches_the_order(channel: Channel) -> None:
    fields = {"name": "Envelope", "currency": "EUR", "conditions": [RULE]}
    fields["effects"] = [{"code": "shipping_amount", "args": {"amount": 200}}]
    create_promotion(fields=fields, channels=[channel])
    make_shipping_method(code="post")
    seeds = make_product(channel=channel, amount=380, stock=10).variants.get()
    seeds.weight = 250
    seeds.save()
    cart = ready_cart(channel)
    put(cart, seeds, 2)
    choose_shipping(cart=cart, method="post")
    order = place_order(cart=cart).order
    assert (order.shipping_total, order.total) == (290, 1050)
    assert recompute_order(order=order).total == order.total


@pytest.mark.django_db
@pytest.mark.usefixtures("registered")
def test_the_api_and_the_admin_offer_it(client: Client, admin_client: Client, django_user_model: Any) -> None:
    clerk = django_user_model.objects.create_user("clerk", "clerk@example.com", "secret", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_promotion"))
    client.force_login(clerk)
    body = client.get("/shop/v1/promotion-rules").json()
    (found,) = [rule for rule in body["conditions"] if rule["code"] == "weight"]
    assert found["label"] == "Weight of the parcel"
    assert found["schema"]["properties"].keys() == {"at_least", "at_most"}
    page = admin_client.get("/admin/nexus_promotions/promotion/add/").content.decode()
    assert "Weight of the parcel" in page
