"""Listing how a cart can be sent, choosing it, and what makes a choice outdated."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from nexus_commerce.cart.errors import CartNotOpen
from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import (
    PricedCart,
    change_line,
    choose_shipping,
    clear_shipping,
    list_shipping_options,
    price_cart,
    set_address,
    touch_cart,
)
from nexus_commerce.cart.signals import cart_changed
from nexus_commerce.catalog.models import Digital, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.outside import AskedInTransaction
from nexus_commerce.customers.services import AddressData
from nexus_commerce.pricing.models import Price
from nexus_commerce.shipping.carriers.requests import CarrierQuote, CarrierRequest
from nexus_commerce.shipping.errors import ShippingNotOffered
from nexus_commerce.shipping.models import ShippingMethod, ShippingRate
from nexus_commerce.testing.factories import (
    make_channel,
    make_product,
    make_shipping_method,
    make_shipping_zone,
    make_tax,
)
from tests.cart.shopping import BERLIN, guest_cart, put
from tests.shipping.carrier_server import CarrierServer, TableCarrier
from tests.shipping.conftest import carriers, server

__all__ = ["carriers", "server"]

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

NOW = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
PARIS = AddressData(line1="Rue 1", city="Paris", postal_code="75001", country="FR")
MUNICH = AddressData(line1="Weg 1", city="Munich", postal_code="80331", country="DE")


@pytest.fixture
def channel() -> Channel:
    return make_channel()


@pytest.fixture
def variant(channel: Channel) -> Variant:
    variant: Variant = make_product(channel=channel, amount=1000, stock=100).variants.get()
    variant.weight = 400
    variant.save()
    return variant


@pytest.fixture
def cart(channel: Channel, variant: Variant) -> Cart:
    cart = guest_cart(channel, variant)
    set_address(cart=cart, kind="shipping", address=BERLIN)
    return cart


def options(cart: Cart, **given: Any) -> dict[str, Any]:
    return {option.offer.code: option for option in list_shipping_options(cart=cart, **{"now": NOW} | given)}


def line_of(cart: Cart) -> Any:
    return cart.lines.get().public_id


def outdated(cart: Cart, now: datetime = NOW) -> list[dict[str, Any]]:
    fresh = Cart.objects.select_related("channel").get(pk=cart.pk)
    return [c.data for c in price_cart(cart=fresh, now=now).changes if c.code == "shipping_outdated"]


# Listing


def test_options_say_what_shipping_and_the_cart_would_cost(cart: Cart) -> None:
    make_shipping_method(code="post", position=1, rate={"free_from": 1500})
    make_shipping_method(code="van", amount=900, position=2)
    found = options(cart)
    assert list(found) == ["post", "van"]
    assert [(o.offer.amount, o.charge, o.total, o.is_chosen) for o in found.values()] == [
        (490, 490, 1490, False),
        (900, 900, 1900, False),
    ]
    assert found["post"].offer.missing_for_free == 500
    choose_shipping(cart=cart, method="van", now=NOW)
    assert [option.is_chosen for option in options(cart).values()] == [False, True]
    assert options(cart)["post"].total == 1490


def test_nothing_is_offered_where_nothing_is_sent(channel: Channel) -> None:
    make_shipping_method(code="post")
    file: Variant = make_product(product_type=Digital, channel=channel, amount=100, track_stock=False).variants.get()
    cart = guest_cart(channel, file)
    assert options(cart) == {}
    with pytest.raises(ShippingNotOffered):
        choose_shipping(cart=cart, method="post", now=NOW)


def test_the_number_of_statements_does_not_grow(cart: Cart, django_assert_max_num_queries: Any) -> None:
    zone = make_shipping_zone("DE")
    make_shipping_method(zone=zone)
    with django_assert_max_num_queries(100) as first:
        options(cart)
    for _ in range(4):
        make_shipping_method(zone=zone)
    with django_assert_max_num_queries(len(first.captured_queries)):
        assert len(options(cart)) == 5


# Choosing


def test_choosing_keeps_what_it_costs_and_prices_the_cart(
    cart: Cart, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    make_shipping_method(code="post", name="Post", tax_class="reduced")
    seen: list[Any] = []

    def note(sender: Any, cart: Any, fields: Any, **kwargs: Any) -> None:
        seen.append(fields)

    cart_changed.connect(note)
    version = cart.version
    try:
        with django_capture_on_commit_callbacks(execute=True):
            priced = choose_shipping(cart=cart, method="post", now=NOW)
    finally:
        cart_changed.disconnect(note)
    assert (priced.totals.shipping_total, priced.totals.total) == (490, 1490)
    assert priced.totals.shipping[0].name == "Post"
    assert seen == [["shipping_method"]]
    cart.refresh_from_db()
    assert cart.shipping_method == "post"
    assert cart.shipping_choice == {"method": "post", "amount": 490, "currency": "EUR"}
    assert cart.version == version + 1


def test_only_what_is_offered_can_be_chosen(cart: Cart) -> None:
    make_shipping_method(code="post")
    make_shipping_method(code="abroad", zone=make_shipping_zone("FR"))
    choose_shipping(cart=cart, method="post", now=NOW)
    for code in ("abroad", "unheard-of", "post:express", ""):
        with pytest.raises(ShippingNotOffered) as error:
            choose_shipping(cart=cart, method=code, now=NOW)
        assert error.value.params["offered"] == ["post"]
    assert cart.shipping_method == "post"
    cart.refresh_from_db()
    assert cart.shipping_method == "post"


def test_a_choice_can_be_taken_back(cart: Cart) -> None:
    make_shipping_method(code="post")
    choose_shipping(cart=cart, method="post", now=NOW)
    assert clear_shipping(cart=cart, now=NOW).totals.total == 1000
    cart.refresh_from_db()
    assert (cart.shipping_method, cart.shipping_choice) == ("", {})


def test_a_closed_cart_is_not_changed(cart: Cart) -> None:
    make_shipping_method(code="post")
    with transaction.atomic():
        touch_cart(cart=cart, state="ordered")
    for change in (lambda: choose_shipping(cart=cart, method="post"), lambda: clear_shipping(cart=cart)):
        with pytest.raises(CartNotOpen):
            change()


# What outdates a choice


def chosen(cart: Cart, **method: Any) -> PricedCart:
    made = make_shipping_method(**method)
    return choose_shipping(cart=cart, method=made.code, now=NOW)


def test_a_choice_stands_while_nothing_changes_or_it_becomes_cheaper(cart: Cart) -> None:
    chosen(cart, rate={"free_from": 2000})
    assert outdated(cart) == []
    change_line(cart=cart, line=line_of(cart), quantity=2)
    assert outdated(cart) == []
    assert price_cart(cart=cart, now=NOW).totals.total == 2000
    ShippingRate.objects.update(amount=100)
    change_line(cart=cart, line=line_of(cart), quantity=1)
    assert outdated(cart) == []
    assert price_cart(cart=cart, now=NOW).totals.total == 1100


@pytest.mark.parametrize(
    "method",
    [
        {"kind": "weight", "step": 500, "rate": {"step_amount": 50}},
        {"kind": "value", "rate": {"percent": 1}},
        {"kind": "tiered", "tiers": {0: 300, 800: 400}},
        {"kind": "tiered", "tier_basis": "value", "tiers": {0: 300, 2000: 400}},
        {"kind": "tiered", "tier_basis": "quantity", "tiers": {1: 300, 2: 400}},
    ],
    ids=str,
)
def test_what_would_cost_more_is_not_charged_without_asking(cart: Cart, method: dict[str, Any]) -> None:
    before = chosen(cart, **method).totals.shipping_total
    change_line(cart=cart, line=line_of(cart), quantity=2)
    (data,) = outdated(cart)
    assert data["method"] == cart.shipping_method
    assert data["amount"] > before
    priced = price_cart(cart=cart, now=NOW)
    assert (priced.totals.shipping, priced.totals.total) == ((), 2000)
    again = choose_shipping(cart=cart, method=cart.shipping_method, now=NOW)
    assert again.totals.shipping_total == data["amount"]
    assert outdated(cart) == []


def test_losing_free_shipping_asks_anew(cart: Cart) -> None:
    change_line(cart=cart, line=line_of(cart), quantity=2)
    assert chosen(cart, rate={"free_from": 2000}).totals.shipping_total == 0
    change_line(cart=cart, line=line_of(cart), quantity=1)
    assert outdated(cart) == [{"method": cart.shipping_method, "amount": 490}]


@pytest.mark.parametrize(
    "method",
    [{"max_weight": 799}, {"rate": {"max_value": 1999}}],
    ids=str,
)
def test_leaving_the_bounds_outdates(cart: Cart, method: dict[str, Any]) -> None:
    chosen(cart, **method)
    change_line(cart=cart, line=line_of(cart), quantity=2)
    assert outdated(cart) == [{"method": cart.shipping_method, "amount": None}]
    change_line(cart=cart, line=line_of(cart), quantity=1)
    assert outdated(cart) == []


def test_another_address_outdates_only_what_is_not_offered_there(cart: Cart) -> None:
    chosen(cart, zone=make_shipping_zone("DE"))
    set_address(cart=cart, kind="shipping", address=MUNICH)
    assert outdated(cart) == []
    set_address(cart=cart, kind="shipping", address=PARIS)
    assert len(outdated(cart)) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda: ShippingMethod.objects.update(is_active=False),
        lambda: ShippingMethod.objects.all().delete(),
        lambda: ShippingRate.objects.update(amount=491),
        lambda: ShippingRate.objects.update(currency="USD"),
        lambda: Price.objects.update(amount=10_001),
    ],
    ids=["inactive", "deleted", "dearer", "other currency", "dearer goods"],
)
def test_what_the_shop_changes_outdates(cart: Cart, change: Any) -> None:
    chosen(cart, rate={"max_value": 10_000})
    change()
    assert len(outdated(cart)) == 1


def test_a_method_that_nobody_chose_by_the_service_does_not_stand(cart: Cart) -> None:
    make_shipping_method(code="post")
    Cart.objects.filter(pk=cart.pk).update(shipping_method="post")
    assert len(outdated(cart)) == 1


# Carriers


@pytest.fixture
def carried(cart: Cart, carriers: dict[str, Any]) -> Cart:
    make_shipping_method(code="parcel", name="Parcel", kind="carrier", carrier="parcel", amount=100, position=1)
    make_shipping_method(
        code="fast", name="Fast", kind="carrier", carrier="parcel", carrier_service="express", amount=None, position=2
    )
    return cart


def test_live_rates_are_options(carried: Cart, server: CarrierServer) -> None:
    make_shipping_method(code="post", name="Post", position=3)
    found = options(carried)
    assert {code: option.charge for code, option in found.items()} == {
        "parcel:standard": 590,
        "parcel:express": 1390,
        "fast": 1290,
        "post": 490,
    }
    assert [option.offer.name for option in found.values()] == ["Parcel Standard", "Parcel Express", "Fast", "Post"]
    assert found["fast"].offer.estimate.latest is not None
    assert len(server.requests) == 1
    assert server.requests[0] == {
        "country": "DE",
        "postcode": "10115",
        "weight": 400,
        "value": 1000,
        "currency": "EUR",
    }


def test_choosing_costs_what_was_shown_and_asks_nobody_again(carried: Cart, server: CarrierServer) -> None:
    options(carried)
    server.amounts = {"standard": 1, "express": 1}
    priced = choose_shipping(cart=carried, method="parcel:express", now=NOW)
    assert priced.totals.shipping_total == 1390
    assert len(server.requests) == 1
    assert outdated(carried) == []
    assert [option.is_chosen for option in options(carried).values()] == [False, True, False]


def test_choosing_asks_where_nothing_is_known(carried: Cart, server: CarrierServer) -> None:
    assert choose_shipping(cart=carried, method="fast", now=NOW).totals.shipping_total == 1290
    assert len(server.requests) == 1


def test_a_service_that_the_carrier_does_not_quote_cannot_be_chosen(carried: Cart) -> None:
    for code in ("parcel:gone", "parcel", "fast:express", "fast:standard"):
        with pytest.raises(ShippingNotOffered) as error:
            choose_shipping(cart=carried, method=code, now=NOW)
        assert error.value.params["offered"] == ["fast"]


@pytest.mark.parametrize("wrong", ["late", "failing"])
def test_a_carrier_without_an_answer_is_named(carried: Cart, server: CarrierServer, carriers: Any, wrong: str) -> None:
    carriers["parcel"]["OPTIONS"]["timeout"] = 0.3
    if wrong == "late":
        server.delay = 5
    else:
        server.status = 503
    make_shipping_method(code="post")
    found = list_shipping_options(cart=carried, now=NOW)
    assert [option.offer.code for option in found] == ["post"]
    assert [(method.code, method.name, method.carrier) for method in found.unavailable] == [
        ("parcel", "Parcel", "parcel"),
        ("fast", "Fast", "parcel"),
    ]
    with pytest.raises(ShippingNotOffered):
        choose_shipping(cart=carried, method="fast", now=NOW)


def test_nobody_is_asked_without_an_address_or_out_of_bounds(carried: Cart, server: CarrierServer) -> None:
    carried.addresses.all().delete()
    found = list_shipping_options(cart=carried, now=NOW)
    assert (found, found.unavailable) == ([], ())
    set_address(cart=carried, kind="shipping", address=BERLIN)
    ShippingMethod.objects.update(max_weight=399)
    assert list_shipping_options(cart=carried, now=NOW) == []
    assert server.requests == []


def test_nobody_is_asked_inside_a_transaction(carried: Cart, server: CarrierServer) -> None:
    for ask in (
        lambda: list_shipping_options(cart=carried, now=NOW),
        lambda: choose_shipping(cart=carried, method="fast", now=NOW),
    ):
        with transaction.atomic(), pytest.raises(AskedInTransaction):
            ask()
    choose_shipping(cart=carried, method="fast", now=NOW)
    server.close()
    with transaction.atomic():
        assert price_cart(cart=carried, now=NOW).totals.shipping_total == 1290


@pytest.mark.parametrize("what", ["address", "weight", "quantity", "value", "time"])
def test_a_quote_holds_for_its_request_and_its_time(carried: Cart, variant: Variant, what: str) -> None:
    choose_shipping(cart=carried, method="fast", now=NOW)
    later = NOW + timedelta(minutes=14, seconds=59)
    assert outdated(carried, now=later) == []
    if what == "address":
        set_address(cart=carried, kind="shipping", address=MUNICH)
    elif what == "weight":
        Variant.objects.filter(pk=variant.pk).update(weight=399)
    elif what == "quantity":
        change_line(cart=carried, line=line_of(carried), quantity=2)
    elif what == "value":
        Price.objects.update(amount=999)
    else:
        later += timedelta(seconds=1)
    assert len(outdated(carried, now=later)) == 1
    choose_shipping(cart=carried, method="fast", now=later)
    assert outdated(carried, now=later) == []


class Interrupted(TableCarrier):
    """While it thinks of its first answer, the goods change."""

    asked: ClassVar[list[int]] = []

    def quote(self, request: CarrierRequest) -> Sequence[CarrierQuote]:
        self.asked.append(request.weight)
        if len(self.asked) == 1:
            Variant.objects.update(weight=1400)
        return super().quote(request)


def test_a_cart_that_changes_while_the_carrier_thinks_is_asked_for_anew(cart: Cart, carriers: dict[str, Any]) -> None:
    carriers["interrupted"] = {"BACKEND": "tests.cart.test_shipping.Interrupted"}
    make_shipping_method(code="bike", kind="carrier", carrier="interrupted", carrier_service="bike", amount=None)
    Interrupted.asked.clear()
    assert choose_shipping(cart=cart, method="bike", now=NOW).totals.shipping_total == 250 + 140
    assert Interrupted.asked == [400, 1400]
    assert outdated(cart) == []


def test_options_count_only_own_lines(carried: Cart, channel: Channel) -> None:
    file: Variant = make_product(product_type=Digital, channel=channel, amount=100, track_stock=False).variants.get()
    put(carried, file)
    assert options(carried)["fast"].offer.quote.amount == 1290


def test_what_is_picked_up_is_taxed_at_home(channel: Channel, variant: Variant) -> None:
    make_tax(percent=19, country="DE")
    make_tax(percent=25, country="DK", tax_class="standard")
    make_shipping_method(code="post", amount=0, currency=channel.currency)
    make_shipping_method(code="counter", kind="pickup", amount=0, currency=channel.currency)
    cart = guest_cart(channel, variant)
    set_address(cart=cart, kind="shipping", address=replace(BERLIN, country="DK", city="Aarhus", postal_code="8000"))
    rates = [
        [tax.rate.millionths for tax in choose_shipping(cart=cart, method=method).totals.taxes]
        for method in ("post", "counter")
    ]
    assert rates == [[25_000_000], [19_000_000]]
