"""What a checkout asks for of the way that a cart is sent."""

from collections.abc import Iterable
from typing import Any

import pytest

from nexus_commerce.cart.models import Cart, CartAddress
from nexus_commerce.cart.services import choose_shipping
from nexus_commerce.catalog.models import Digital, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.errors import CheckoutIncomplete
from nexus_commerce.checkout.services import place_order
from nexus_commerce.shipping.models import ShippingMethod, ShippingRate
from nexus_commerce.testing.factories import make_channel, make_product, make_shipping_method, make_shipping_zone
from tests.cart.shopping import ready_cart

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


@pytest.fixture
def channel() -> Channel:
    return make_channel()


@pytest.fixture
def cart(channel: Channel) -> Cart:
    return ready_cart(channel, *make_product(channel=channel, amount=1000, stock=9).variants.all())


def requirements(cart: Cart) -> list[dict[str, Any]]:
    with pytest.raises(CheckoutIncomplete) as caught:
        place_order(cart=cart)
    found: list[dict[str, Any]] = caught.value.params["requirements"]
    return found


def codes(found: Iterable[dict[str, Any]]) -> list[str]:
    return [item["code"] for item in found]


def test_a_channel_without_methods_needs_none(cart: Cart) -> None:
    make_shipping_method(channel=make_channel())
    make_shipping_method(is_active=False)
    make_shipping_method(currency="USD")
    assert place_order(cart=cart).order.total == 1000


def test_a_method_is_asked_for_where_there_is_one(cart: Cart) -> None:
    make_shipping_method(code="post")
    assert requirements(cart) == [{"code": "shipping_method_missing", "field": "shipping_method"}]
    choose_shipping(cart=cart, method="post")
    order = place_order(cart=cart).order
    assert (order.total, order.shipping_total, order.shipping_method) == (1490, 490, "post")


def test_it_is_asked_for_also_where_none_serves_the_address(cart: Cart) -> None:
    make_shipping_method(zone=make_shipping_zone("FR"))
    assert codes(requirements(cart)) == ["shipping_method_missing"]


def test_a_choice_that_no_longer_stands_is_in_the_way(cart: Cart) -> None:
    make_shipping_method(code="post")
    choose_shipping(cart=cart, method="post")
    ShippingRate.objects.update(amount=590)
    assert requirements(cart) == [
        {"code": "shipping_outdated", "field": "shipping_method", "method": "post", "amount": 590}
    ]
    ShippingMethod.objects.update(is_active=False)
    assert codes(requirements(cart)) == ["shipping_outdated"]
    ShippingMethod.objects.update(is_active=True)
    choose_shipping(cart=cart, method="post")
    assert place_order(cart=cart).order.total == 1590


def test_pickup_needs_no_address(cart: Cart) -> None:
    make_shipping_method(code="shop", kind="pickup", amount=0)
    CartAddress.objects.all().delete()
    assert codes(requirements(cart)) == ["shipping_address_missing", "shipping_method_missing"]
    choose_shipping(cart=cart, method="shop")
    assert place_order(cart=cart).order.total == 1000


def test_what_is_not_sent_needs_no_method(channel: Channel) -> None:
    make_shipping_method()
    file: Variant = make_product(product_type=Digital, channel=channel, amount=100, track_stock=False).variants.get()
    assert place_order(cart=ready_cart(channel, file)).order.total == 100
