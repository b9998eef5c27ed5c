from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import override_settings
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from nexus_commerce.cart.errors import CartNotOpen
from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import PricedCart, change_cart, create_cart, set_address, touch_cart
from nexus_commerce.catalog.models import Bundle, BundleItem, Digital, Option, OptionValue, Physical, Product, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.errors import CheckoutIncomplete, ProviderNotUsable, TotalChanged
from nexus_commerce.checkout.policies import CheckoutPolicy, Requirement
from nexus_commerce.checkout.services import place_order
from nexus_commerce.customers.models import Customer
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.inventory.errors import OutOfStock
from nexus_commerce.inventory.models import Allocation, StockItem
from nexus_commerce.inventory.policies import LocationPolicy, Pick
from nexus_commerce.orders.models import Order, OrderEvent
from nexus_commerce.orders.services import find_order
from nexus_commerce.orders.signals import order_placed
from nexus_commerce.payments.errors import UnknownProvider
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.providers.base import PaymentProvider
from nexus_commerce.pricing.errors import NoPrice
from nexus_commerce.testing.factories import make_product
from tests.cart.shopping import BERLIN, guest_cart, put, ready_cart

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


class AtLeastTwenty(CheckoutPolicy):
    def missing(self, *, priced: PricedCart) -> Iterator[Requirement]:
        yield from super().missing(priced=priced)
        if priced.totals.total < 2000:
            yield Requirement("order_too_small", "lines", {"least": 2000})


class Anything(CheckoutPolicy):
    """Asks for nothing."""

    def missing(self, *, priced: PricedCart) -> Iterator[Requirement]:
        yield from ()


class TooMany(LocationPolicy):
    """Picks everything from the first place, whatever is there."""

    def pick(self, needs: Any, items: Any) -> list[Pick]:
        return [Pick(items[0].pk, need.line, need.quantity) for need in needs]


class Nowhere(LocationPolicy):
    """Finds nothing, as if the stock went between the check and the lock."""

    def pick(self, *args: Any) -> list[Pick]:
        return []


class Online(PaymentProvider):
    """A provider that asks somebody."""


def test_an_order_says_everything_again(channel: Channel, variant: Variant) -> None:
    option = Option.objects.create(product=variant.product, name="Size")
    variant.option_values.add(OptionValue.objects.create(option=option, value="L"))
    variant.prices.update(amount=850, compare_at=1000)
    cart = ready_cart(channel)
    put(cart, variant, 3, personalization={"engraving": "Ada"}, fields={"metadata": {"gift": True}})
    set_address(cart=cart, kind="billing", address=replace(BERLIN, company="Ling & Co"))
    placed = place_order(cart=cart, expected_total=2550)

    order = Order.objects.get()
    assert placed.is_new
    assert (order.state, order.payment_state, order.total, order.currency) == ("placed", "unpaid", 2550, "EUR")
    assert (order.email, order.channel, order.time_zone) == ("ada@example.com", channel, channel.time_zone)
    assert {row.kind: row.company for row in order.addresses.all()} == {"shipping": "", "billing": "Ling & Co"}
    line = order.lines.get()
    assert (line.sku, line.quantity, line.unit_price, line.list_price) == (variant.sku, 3, 850, 1000)
    assert (line.subtotal, line.total, line.position) == (2550, 2550, 1)
    assert line.options == [{"option": "Size", "value": "L"}]
    assert (line.personalization, line.metadata) == ({"engraving": "Ada"}, {"gift": True})
    assert line.product_public_id == variant.product.public_id
    assert line.product_type == "nexus_catalog.physical"
    assert (order.explanation["notes"][0]["about"], order.explanation["notes"][0]["key"]) == ("line", 1)
    assert order.policies["price_policy"] == "nexus_commerce.pricing.policies.PricePolicy"


def test_nothing_later_changes_what_was_bought(channel: Channel, variant: Variant) -> None:
    place_order(cart=ready_cart(channel, variant))
    before = Order.objects.values().get(), Order.objects.get().lines.values().get()
    variant.prices.update(amount=1)
    variant.product.name = "Renamed"
    variant.product.save()
    assert (Order.objects.values().get(), Order.objects.get().lines.values().get()) == before


def test_history_outbox_payment_and_stock_come_with_the_order(
    channel: Channel, variant: Variant, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    heard: list[str] = []

    def hear(sender: object, order: Order, **kwargs: Any) -> None:
        heard.append(order.number)

    order_placed.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            placed = place_order(cart=ready_cart(channel, variant), actor="guest")
    finally:
        order_placed.disconnect(hear)
    order = placed.order
    trail = OrderEvent.objects.order_by("id").values_list("from_state", "to_state", "actor")
    assert list(trail) == [("", "pending", "guest"), ("pending", "placed", "guest")]
    event = OutboxEvent.objects.get(type="order.placed")
    assert (event.aggregate_id, event.payload["total"]) == (order.public_id, 1000)
    assert placed.payment == Payment.objects.get()
    assert (placed.payment.amount, placed.payment.state) == (1000, "pending")
    assert Allocation.objects.get().line == order.lines.get().public_id
    assert StockItem.objects.get().allocated == 1
    assert heard == [order.number]


def test_a_guest_gets_a_token_and_a_customer_needs_none(channel: Channel, variant: Variant, customer: Customer) -> None:
    placed = place_order(cart=ready_cart(channel, variant))
    assert placed.token is not None
    assert find_order(public_id=placed.order.public_id, token=placed.token) == placed.order

    cart, _ = create_cart(channel=channel, customer=customer)
    put(cart, variant)
    set_address(cart=cart, kind="shipping", address=BERLIN)
    own = place_order(cart=cart)
    assert (own.token, own.order.customer) == (None, customer)
    assert create_cart(channel=channel, customer=customer)[0] != cart


def test_A_C1_placing_twice_gives_the_same_order_and_one_payment(channel: Channel, variant: Variant) -> None:
    cart = ready_cart(channel, variant)
    stale = Cart.objects.select_related("channel").get()
    first = place_order(cart=cart)
    again = place_order(cart=stale)
    assert (again.order, again.payment, again.is_new) == (first.order, first.payment, False)
    assert find_order(public_id=first.order.public_id, token=again.token) == first.order
    assert StockItem.objects.get().allocated == 1


def test_A_C3_another_total_than_expected_is_refused_with_the_present_one(channel: Channel, variant: Variant) -> None:
    cart = ready_cart(channel, variant)
    variant.prices.update(amount=1100)
    with pytest.raises(TotalChanged) as caught:
        place_order(cart=cart, expected_total=1000)
    assert caught.value.params == {"total": 1100, "currency": "EUR"}
    assert_nothing_happened(cart)
    assert place_order(cart=cart, expected_total=1100).order.total == 1100


def assert_nothing_happened(cart: Cart) -> None:
    assert not Order.objects.exists()
    assert not Payment.objects.exists()
    assert not OutboxEvent.objects.filter(aggregate="order").exists()
    assert StockItem.objects.get().allocated == 0
    assert Cart.objects.get(pk=cart.pk).state == "open"


def test_every_requirement_that_is_not_met_is_named(channel: Channel, variant: Variant) -> None:
    empty, _ = create_cart(channel=channel)
    assert requirements(empty) == ["cart_empty", "email_missing"]
    cart = guest_cart(channel, variant)
    assert requirements(cart) == ["email_missing", "shipping_address_missing"]
    StockItem.objects.update(on_hand=0)
    change_cart(cart=cart, fields={"email": "ada@example.com"})
    assert requirements(cart) == ["shipping_address_missing", "insufficient_stock"]


def requirements(cart: Cart) -> list[str]:
    with pytest.raises(CheckoutIncomplete) as caught:
        place_order(cart=cart)
    assert_nothing_happened(cart)
    return [item["code"] for item in caught.value.params["requirements"]]


@override_settings(NEXUS_COMMERCE={"CHECKOUT_POLICY": f"{__name__}.AtLeastTwenty"})
def test_a_host_asks_for_more(channel: Channel, variant: Variant) -> None:
    assert requirements(ready_cart(channel, variant)) == ["order_too_small"]


@override_settings(NEXUS_COMMERCE={"LOCATION_POLICY": f"{__name__}.Nowhere"})
def test_stock_that_went_meanwhile_undoes_the_whole_order(channel: Channel, variant: Variant) -> None:
    cart = ready_cart(channel, variant)
    with pytest.raises(OutOfStock) as caught:
        place_order(cart=cart)
    assert caught.value.params["lines"][0]["line"] == str(cart.lines.get().public_id)
    assert_nothing_happened(cart)


@override_settings(NEXUS_COMMERCE={"LOCATION_POLICY": f"{__name__}.TooMany", "CHECKOUT_POLICY": f"{__name__}.Anything"})
def test_a_policy_that_picks_too_much_oversells_nothing(channel: Channel, variant: Variant) -> None:
    cart = ready_cart(channel, variant)
    StockItem.objects.update(on_hand=0)
    with pytest.raises(OutOfStock):
        place_order(cart=cart)
    assert_nothing_happened(cart)


@override_settings(NEXUS_COMMERCE={"CHECKOUT_POLICY": f"{__name__}.Anything"})
def test_a_line_without_a_price_is_never_ordered(channel: Channel, variant: Variant) -> None:
    cart = ready_cart(channel, variant)
    variant.prices.all().delete()
    with pytest.raises(NoPrice):
        place_order(cart=cart)
    assert_nothing_happened(cart)


def test_what_is_downloaded_needs_no_address(channel: Channel) -> None:
    ebook = make_product(product_type=Digital, channel=channel, amount=500, track_stock=False).variants.get()
    cart = guest_cart(channel, ebook)
    change_cart(cart=cart, fields={"email": "ada@example.com"})
    placed = place_order(cart=cart)
    assert not placed.order.lines.get().requires_shipping
    assert not Allocation.objects.exists()


PARTS: list[tuple[list[type[Product]], bool]] = [
    ([], True),
    ([Digital], False),
    ([Digital, Digital], False),
    ([Physical], True),
    ([Digital, Physical], True),
    ([Physical, Digital], True),
]


@pytest.mark.parametrize(("types", "is_sent"), PARTS)
def test_a_bundle_is_sent_only_when_one_of_its_items_is(
    types: list[type[Product]], is_sent: bool, channel: Channel
) -> None:
    def product(product_type: type[Product]) -> Variant:
        return make_product(product_type=product_type, channel=channel, amount=900, track_stock=False).variants.get()

    bundle, other = product(Bundle), product(Bundle)
    BundleItem.objects.create(bundle=other, variant=product(Digital))
    for product_type in types:
        BundleItem.objects.create(bundle=bundle, variant=product(product_type))
    cart = guest_cart(channel, bundle, other)
    change_cart(cart=cart, fields={"email": "ada@example.com"})
    if is_sent:
        with pytest.raises(CheckoutIncomplete) as caught:
            place_order(cart=cart)
        assert [item["code"] for item in caught.value.params["requirements"]] == ["shipping_address_missing"]
        set_address(cart=cart, kind="shipping", address=BERLIN)
    lines = place_order(cart=cart).order.lines.order_by("position")
    assert [line.requires_shipping for line in lines] == [is_sent, False]


def test_a_bundle_takes_its_items_at_its_own_price(channel: Channel, variant: Variant) -> None:
    bundle = make_product(product_type=Bundle, channel=channel, amount=1500).variants.get()
    BundleItem.objects.create(bundle=bundle, variant=variant, quantity=2)
    placed = place_order(cart=ready_cart(channel, bundle))
    assert placed.order.total == 1500
    assert StockItem.objects.get().allocated == 2


def test_an_order_that_costs_nothing_needs_no_payment(channel: Channel, variant: Variant) -> None:
    variant.prices.update(amount=0)
    placed = place_order(cart=ready_cart(channel, variant))
    assert (placed.payment, placed.order.payment_state, placed.order.state) == (None, "paid", "placed")


def test_providers_that_are_unknown_or_cannot_be_used_are_refused(channel: Channel, variant: Variant) -> None:
    cart = ready_cart(channel, variant)
    with pytest.raises(UnknownProvider):
        place_order(cart=cart, provider="magic")
    with pytest.raises(ProviderNotUsable):
        place_order(cart=cart, provider="gift_card")
    assert_nothing_happened(cart)


def test_a_cart_that_was_closed_otherwise_makes_no_order(channel: Channel, variant: Variant) -> None:
    cart = ready_cart(channel, variant)
    touch_cart(cart=cart, state="merged")
    with pytest.raises(CartNotOpen):
        place_order(cart=cart)


def test_a_checkout_costs_the_same_for_any_number_of_lines(
    channel: Channel, variant: Variant, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many = [make_product(channel=channel, amount=100, stock=5).variants.get() for _ in range(15)]
    option = Option.objects.create(product=variant.product, name="Size")
    variant.option_values.add(OptionValue.objects.create(option=option, value="L"))
    for cart in (ready_cart(channel, variant), ready_cart(channel, variant, *many)):
        with django_assert_num_queries(25):  # ten of them savepoint
            place_order(cart=cart)
