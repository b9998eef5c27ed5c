"""Codes are put into a cart when they take something off it, and refused with the reason when they do not."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from nexus_commerce.cart.errors import CartLimitReached, CartNotOpen
from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import add_coupon, change_cart, create_cart, price_cart, remove_coupon
from nexus_commerce.cart.signals import cart_changed
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.customers.models import Customer
from nexus_commerce.promotions.conditions.amounts import OrderValueCondition
from nexus_commerce.promotions.effects.order import OrderPercentEffect
from nexus_commerce.promotions.errors import (
    CouponConditionsNotMet,
    CouponExpired,
    CouponSuperseded,
    CouponUnknown,
    CouponUsedByCustomer,
    CouponUsedUp,
)
from nexus_commerce.promotions.models import Coupon, CustomerUsage, Promotion
from nexus_commerce.promotions.services import customer_key_of
from nexus_commerce.testing.factories import make_coupon, make_promotion
from tests.cart.shopping import guest_cart

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def ten_percent(*codes: str, **fields: Any) -> Promotion:
    promotion = make_promotion(OrderPercentEffect(percent=Decimal(10)), **fields)
    for code in codes:
        make_coupon(promotion=promotion, code=code)
    return promotion


def refused(cart: Cart, code: str, error: type[CommerceError]) -> dict[str, Any]:
    """Return the params of the error; the cart is as it was, here and in the database."""
    before = list(cart.coupon_codes)
    with pytest.raises(error) as caught:
        add_coupon(cart=cart, code=code)
    assert cart.coupon_codes == before == Cart.objects.get(pk=cart.pk).coupon_codes
    assert caught.value.field == "code"
    assert caught.value.params["code"] == code.upper()
    return caught.value.params


def test_a_code_takes_something_off(channel: Channel, variant: Variant) -> None:
    ten_percent("SAVE")
    cart = guest_cart(channel, variant)
    priced = add_coupon(cart=cart, code=" save ")
    assert (priced.totals.total, priced.totals.discount_total) == (900, 100)
    assert priced.totals.lines[0].discounts[0].coupon_code == "SAVE"
    stored = Cart.objects.select_related("channel").get(pk=cart.pk)
    assert stored.coupon_codes == ["SAVE"]
    assert price_cart(cart=stored).totals.total == 900


def test_a_code_twice_is_there_once(channel: Channel, variant: Variant) -> None:
    ten_percent("SAVE")
    cart = guest_cart(channel, variant)
    add_coupon(cart=cart, code="SAVE")
    assert add_coupon(cart=cart, code="save").totals.total == 900
    assert cart.coupon_codes == ["SAVE"]


def test_a_code_is_taken_out(channel: Channel, variant: Variant) -> None:
    ten_percent("SAVE")
    cart = guest_cart(channel, variant)
    add_coupon(cart=cart, code="SAVE")
    assert remove_coupon(cart=cart, code=" save").totals.total == 1000
    assert Cart.objects.get(pk=cart.pk).coupon_codes == []
    with pytest.raises(CouponUnknown):
        remove_coupon(cart=cart, code="SAVE")


def test_several_codes_apply_together(channel: Channel, variant: Variant) -> None:
    ten_percent("FIRST")
    ten_percent("SECOND")
    cart = guest_cart(channel, variant)
    add_coupon(cart=cart, code="FIRST")
    assert add_coupon(cart=cart, code="SECOND").totals.total == 810
    assert Cart.objects.get(pk=cart.pk).coupon_codes == ["FIRST", "SECOND"]


def test_conditions_that_are_not_met_are_named(channel: Channel, variant: Variant) -> None:
    promotion = ten_percent("SAVE", conditions=[OrderValueCondition(at_least=1500)])
    cart = guest_cart(channel, variant)
    params = refused(cart, "SAVE", CouponConditionsNotMet)
    assert params["reason"] == "conditions_not_met"
    assert [condition["code"] for condition in params["unmet"]] == ["order_value"]
    assert params["missing"] == {"amount": 500}
    Promotion.objects.filter(pk=promotion.pk).update(conditions=[], version=2)
    assert add_coupon(cart=cart, code="SAVE")


def test_a_cart_without_goods_has_nothing_to_reduce(channel: Channel) -> None:
    ten_percent("SAVE")
    cart, _ = create_cart(channel=channel)
    assert refused(cart, "SAVE", CouponConditionsNotMet)["reason"] == "cart_empty"


def test_a_code_with_nothing_to_reduce_is_refused(channel: Channel, variant: Variant) -> None:
    ten_percent("SAVE")
    cart = guest_cart(channel, variant)
    variant.product.is_discountable = False
    variant.product.save()
    assert refused(cart, "SAVE", CouponConditionsNotMet)["reason"] == "nothing_to_discount"


def test_a_promotion_that_excludes_that_of_the_code_is_named(channel: Channel, variant: Variant) -> None:
    ten_percent(name="Summer sale", is_exclusive=True, priority=5)
    ten_percent("SAVE")
    cart = guest_cart(channel, variant)
    assert refused(cart, "SAVE", CouponSuperseded)["by"] == "Summer sale"


def test_two_codes_of_one_promotion_do_not_go_together(channel: Channel, variant: Variant) -> None:
    ten_percent("FIRST", "SECOND", name="Summer sale")
    cart = guest_cart(channel, variant)
    for first, second in (("FIRST", "SECOND"), ("SECOND", "FIRST")):
        add_coupon(cart=cart, code=first)
        assert refused(cart, second, CouponSuperseded)["by"] == "Summer sale"
        Coupon.objects.filter(code=first).update(valid_until=NOW)
        assert add_coupon(cart=cart, code=second).totals.total == 900
        remove_coupon(cart=cart, code=second)
        Coupon.objects.update(valid_until=None)
        remove_coupon(cart=cart, code=first)


def test_a_code_whose_promotion_cannot_be_read_is_not_available(channel: Channel, variant: Variant) -> None:
    promotion = ten_percent("SAVE")
    Promotion.objects.filter(pk=promotion.pk).update(effects=[{"code": "gone"}], version=2)
    cart = guest_cart(channel, variant)
    assert refused(cart, "SAVE", CouponConditionsNotMet)["reason"] == "not_available"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"valid_until": NOW}, CouponExpired),
        ({"is_active": False}, CouponUnknown),
        ({"usage_limit": 0}, CouponUsedUp),
    ],
)
def test_a_code_that_cannot_be_used_is_refused(
    channel: Channel, variant: Variant, fields: dict[str, Any], error: type[CommerceError]
) -> None:
    ten_percent("SAVE", **fields)
    refused(guest_cart(channel, variant), "SAVE", error)


def test_the_time_can_be_given(channel: Channel, variant: Variant) -> None:
    ten_percent("SAVE", valid_from=NOW, valid_until=NOW + timedelta(days=1))
    assert add_coupon(cart=guest_cart(channel, variant), code="SAVE", now=NOW)


def test_a_customer_who_had_theirs_is_refused(channel: Channel, variant: Variant, customer: Customer) -> None:
    promotion = ten_percent("SAVE", usage_limit_per_customer=1)
    guest = guest_cart(channel, variant)
    change_cart(cart=guest, fields={"email": "ada@example.com"})
    own, _ = create_cart(channel=channel, customer=customer)
    for key in (customer_key_of(email="ADA@example.com"), customer_key_of(customer=customer)):
        CustomerUsage.objects.create(promotion=promotion, customer_key=key, usage_limit=1, uses=1)
    refused(guest, "SAVE", CouponUsedByCustomer)
    refused(own, "SAVE", CouponUsedByCustomer)


def test_a_cart_holds_ten_codes(channel: Channel, variant: Variant) -> None:
    cart = guest_cart(channel, variant)
    for number in range(11):
        ten_percent(f"CODE{number}")
    for number in range(10):
        add_coupon(cart=cart, code=f"CODE{number}")
    with pytest.raises(CartLimitReached) as caught:
        add_coupon(cart=cart, code="CODE10")
    assert caught.value.params == {"limit": 10, "what": "codes"}
    assert len(Cart.objects.get(pk=cart.pk).coupon_codes) == 10


def test_a_closed_cart_takes_no_code(channel: Channel, variant: Variant) -> None:
    ten_percent("SAVE")
    cart = guest_cart(channel, variant)
    Cart.objects.update(state="ordered")
    for change in (add_coupon, remove_coupon):
        with pytest.raises(CartNotOpen):
            change(cart=cart, code="SAVE")


def test_listeners_hear_of_codes_that_changed_the_cart(
    channel: Channel, variant: Variant, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    heard: list[tuple[list[str], list[str]]] = []

    def hear(sender: Any, cart: Cart, fields: list[str], **payload: Any) -> None:
        heard.append((fields, list(cart.coupon_codes)))

    ten_percent("SAVE")
    cart = guest_cart(channel, variant)
    cart_changed.connect(hear)
    for change in (add_coupon, add_coupon, remove_coupon):
        with django_capture_on_commit_callbacks(execute=True):
            change(cart=cart, code="SAVE")
    cart_changed.disconnect(hear)
    assert heard == [(["coupon_codes"], ["SAVE"]), (["coupon_codes"], [])]
