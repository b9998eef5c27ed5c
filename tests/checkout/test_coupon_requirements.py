"""A code that cannot be used any more is in the way of a checkout, so that nobody pays more without asking."""

from datetime import timedelta

import pytest
from django.utils import timezone

from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import add_coupon, change_line, remove_coupon
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.errors import CheckoutIncomplete
from nexus_commerce.checkout.services import place_order
from nexus_commerce.promotions.conditions.amounts import QuantityCondition
from nexus_commerce.promotions.effects.order import OrderAmountEffect
from nexus_commerce.promotions.models import Coupon, Promotion
from nexus_commerce.testing.factories import make_coupon, make_promotion
from tests.cart.shopping import put, ready_cart

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


@pytest.fixture
def coupon(channel: Channel) -> Coupon:
    conditions = [QuantityCondition(at_least=2)]
    promotion = make_promotion(OrderAmountEffect(amount=100), channel=channel, conditions=conditions)
    return make_coupon(promotion=promotion, code="SAVE", usage_limit=1)


@pytest.fixture
def cart(channel: Channel, variant: Variant, coupon: Coupon) -> Cart:
    cart = ready_cart(channel)
    put(cart, variant, 2)
    add_coupon(cart=cart, code="save")
    return cart


def requirements(cart: Cart) -> list[dict[str, str]]:
    with pytest.raises(CheckoutIncomplete) as caught:
        place_order(cart=cart)
    found: list[dict[str, str]] = caught.value.params["requirements"]
    return found


def expire(coupon: Coupon) -> None:
    Coupon.objects.filter(pk=coupon.pk).update(valid_until=timezone.now() - timedelta(seconds=1))


def test_a_code_that_expired_is_named_until_it_is_taken_out(cart: Cart, coupon: Coupon) -> None:
    expire(coupon)
    assert requirements(cart) == [
        {"code": "coupon_not_usable", "field": "coupons", "coupon_code": "SAVE", "reason": "not_available"}
    ]
    remove_coupon(cart=cart, code="save")
    assert place_order(cart=cart).order.discount_total == 0


@pytest.mark.parametrize(
    ("limits", "reason"),
    [({"usage_limit": 1, "uses": 1}, "used_up"), ({"budget": 100, "spent": 50}, "budget_exhausted")],
)
def test_a_promotion_that_is_used_up_is_named(cart: Cart, coupon: Coupon, limits: dict[str, int], reason: str) -> None:
    Promotion.objects.filter(pk=coupon.promotion_id).update(**limits)
    assert [found["reason"] for found in requirements(cart)] == [reason]


def test_conditions_that_are_not_met_any_more_are_not_in_the_way(cart: Cart) -> None:
    change_line(cart=cart, line=cart.lines.get().public_id, quantity=1)
    assert place_order(cart=cart).order.discount_total == 0
