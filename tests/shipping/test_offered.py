"""Which methods are offered where, for what, and in how many statements."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from nexus_commerce.channels.models import Channel
from nexus_commerce.customers.services import AddressData
from nexus_commerce.shipping.carriers.requests import KeptQuote
from nexus_commerce.shipping.choices import ShippingChoice
from nexus_commerce.shipping.models import ShippingMethod, ShippingRate, ShippingZoneArea
from nexus_commerce.shipping.rates import RateRule
from nexus_commerce.shipping.services import chosen_shipping, has_methods, offered_methods
from nexus_commerce.testing.factories import (
    make_channel,
    make_shipping_method,
    make_shipping_zone,
    make_stock_location,
)

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

NOW = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
BERLIN = AddressData(line1="Allee 1", city="Berlin", postal_code="10115", region="BE", country="DE")
PARIS = AddressData(line1="Rue 1", city="Paris", postal_code="75001", country="FR")


@pytest.fixture
def channel() -> Channel:
    return make_channel()


def offered(channel: Channel, address: AddressData | None = BERLIN, **goods: Any) -> list[Any]:
    given = {"value": 2000, "weight": 500, "quantity": 1, "currency": channel.currency, "now": NOW}
    return offered_methods(channel=channel, address=address, **given | goods)


def codes(channel: Channel, address: AddressData | None = BERLIN, **goods: Any) -> list[str]:
    return [offer.code for offer in offered(channel, address, **goods)]


def chosen(channel: Channel, code: str, address: AddressData | None = BERLIN, **choice: Any) -> Any:
    return chosen_shipping(channel=channel, currency="EUR", choice=choice, method_code=code, address=address, now=NOW)


def test_a_method_is_offered_with_what_it_costs(channel: Channel) -> None:
    method = make_shipping_method(
        code="post",
        name="Post",
        description="By foot",
        tax_class="reduced",
        rate={"free_from": 5000},
        min_days=1,
        max_days=3,
    )
    (offer,) = offered(channel)
    assert (offer.code, offer.public_id, offer.name, offer.description) == ("post", method.public_id, "Post", "By foot")
    assert (offer.kind, offer.amount, offer.missing_for_free, offer.tax_class) == ("flat", 490, 3000, "reduced")
    # A Friday.
    assert (offer.estimate.earliest, offer.estimate.latest) == (date(2026, 3, 9), date(2026, 3, 11))
    assert offered(channel, value=5000)[0].amount == 0


def test_what_is_inactive_elsewhere_or_without_a_rate_is_not_offered(channel: Channel) -> None:
    make_shipping_method(is_active=False)
    make_shipping_method(channel=make_channel())
    make_shipping_method(currency="USD")
    make_shipping_method(amount=None)
    here = make_shipping_method(channel=channel)
    here.channels.add(make_channel())
    assert codes(channel) == [here.code]


def test_the_rate_is_the_one_of_the_currency(channel: Channel) -> None:
    method = make_shipping_method()
    ShippingRate.objects.create(method=method, currency="USD", amount=777)
    assert offered(channel)[0].amount == 490
    assert offered(channel, currency="USD")[0].amount == 777


def test_methods_come_by_position_then_age(channel: Channel) -> None:
    for code, position in (("c", 2), ("a", 1), ("b", 1)):
        make_shipping_method(code=code, position=position)
    assert codes(channel) == ["a", "b", "c"]


def test_a_zone_fits_by_country_region_or_postcode(channel: Channel) -> None:
    for code, area in {
        "germany": {"country": "DE"},
        "france": {"country": "FR"},
        "berlin": {"country": "DE", "region": "BE"},
        "bavaria": {"country": "DE", "region": "BY"},
        "center": {"country": "DE", "postcodes": "10115, 102*"},
        "south": {"country": "DE", "postcodes": "80000-81929"},
        "world": {"country": ""},
    }.items():
        zone = make_shipping_zone()
        ShippingZoneArea.objects.create(zone=zone, **area)
        make_shipping_method(code=code, zone=zone)
    make_shipping_method(code="nowhere", zone=make_shipping_zone())
    make_shipping_method(code="anywhere")
    assert set(codes(channel)) == {"germany", "berlin", "center", "world", "anywhere"}
    assert set(codes(channel, PARIS)) == {"france", "world", "anywhere"}
    assert set(codes(channel, None)) == {"world", "anywhere"}
    for code in ("germany", "berlin", "center", "world", "anywhere"):
        assert chosen(channel, code) is not None
    for code in ("france", "bavaria", "south", "nowhere", "unheard-of"):
        assert chosen(channel, code) is None


def test_one_of_several_zones_is_enough_and_makes_one_offer(channel: Channel) -> None:
    method = make_shipping_method(zone=make_shipping_zone("FR"))
    method.zones.add(make_shipping_zone("DE", "AT"), make_shipping_zone("DE"))
    assert codes(channel) == [method.code]


def test_pickup_needs_no_address_but_keeps_its_zones(channel: Channel) -> None:
    shop = make_stock_location(code="shop", name="The shop")
    make_shipping_method(code="shop", kind="pickup", amount=0, pickup_location=shop, zone=make_shipping_zone("DE"))
    (offer,) = offered(channel, None)
    assert (offer.code, offer.pickup_location, offer.pickup_name, offer.amount) == ("shop", "shop", "The shop", 0)
    assert codes(channel) == ["shop"]
    assert codes(channel, PARIS) == []


@pytest.mark.parametrize(
    ("fields", "rate", "inside", "outside"),
    [
        ({"max_weight": 500}, {}, {"weight": 500}, {"weight": 501}),
        ({"min_weight": 500}, {}, {"weight": 500}, {"weight": 499}),
        ({}, {"max_value": 500}, {"value": 500}, {"value": 501}),
        ({}, {"min_value": 500}, {"value": 500}, {"value": 499}),
    ],
)
def test_bounds_hold(channel: Channel, fields: Any, rate: Any, inside: Any, outside: Any) -> None:
    make_shipping_method(rate=rate, **fields)
    assert len(codes(channel, **inside)) == 1
    assert codes(channel, **outside) == []


def test_each_kind_is_read_from_its_columns(channel: Channel) -> None:
    make_shipping_method(code="weight", kind="weight", step=250, amount=100, rate={"step_amount": 10})
    make_shipping_method(code="value", kind="value", amount=100, rate={"percent": "2.5"})
    make_shipping_method(code="tiered", kind="tiered", tier_basis="quantity", tiers={3: 300, 1: 100})
    make_shipping_method(code="strange", kind="strange")
    make_shipping_method(code="odd", kind="tiered", tier_basis="mood", tiers={0: 1})
    found = {offer.code: offer.amount for offer in offered(channel, weight=501, quantity=2)}
    assert found == {"weight": 130, "value": 150, "tiered": 100}
    assert chosen(channel, "tiered").rule == RateRule(
        "tiered", amount=490, tier_basis="quantity", tiers=((1, 100), (3, 300))
    )
    assert chosen(channel, "strange") is None


def test_the_number_of_statements_is_constant(channel: Channel, django_assert_num_queries: Any) -> None:
    zone = make_shipping_zone("DE", "FR", "AT")
    for _ in range(3):
        make_shipping_method(zone=zone)
    with django_assert_num_queries(1):
        assert len(offered(channel)) == 3
    for _ in range(3):
        make_shipping_method(zone=zone, kind="tiered", tiers={0: 300, 900: 400}).zones.add(make_shipping_zone("DE"))
    with django_assert_num_queries(2):
        assert len(offered(channel)) == 6


def test_the_chosen_method_takes_one_statement_and_none_is_none(
    channel: Channel, django_assert_num_queries: Any
) -> None:
    make_shipping_method(code="flat", name="Flat", zone=make_shipping_zone("DE"), tax_class="reduced")
    make_shipping_method(code="tiered", kind="tiered", tiers={0: 300})
    with django_assert_num_queries(0):
        assert chosen(channel, "") is None
    with django_assert_num_queries(1):
        method = chosen(channel, "flat")
    assert (method.method, method.name, method.tax_class, method.rule.amount) == ("flat", "Flat", "reduced", 490)
    with django_assert_num_queries(2):
        assert chosen(channel, "tiered") is not None


def test_a_carriers_method_is_charged_by_the_quote_on_the_cart(channel: Channel) -> None:
    make_shipping_method(code="parcel", name="Parcel", kind="carrier", carrier="parcel", amount=100)
    make_shipping_method(code="fast", kind="carrier", carrier="parcel", carrier_service="express", amount=None)
    kept = KeptQuote("express", "Express", 1290, "EUR", "f", NOW)
    choice = ShippingChoice("parcel:express", 1390, "EUR", kept).to_json()
    method = chosen(channel, "parcel:express", **choice)
    assert (method.method, method.name, method.rule.amount) == ("parcel:express", "Parcel Express", 1390)
    assert chosen(channel, "fast", **choice).rule.amount == 1290
    assert chosen(channel, "parcel:standard", **choice) is None
    assert chosen(channel, "parcel", **choice) is None
    assert chosen(channel, "parcel:express") is None
    assert chosen(channel, "parcel:express", quote={"service": "express"}) is None


def test_a_service_makes_no_sense_without_a_carrier(channel: Channel) -> None:
    make_shipping_method(code="flat")
    assert chosen(channel, "flat:express") is None


def test_a_channel_has_methods_where_one_is_active_in_its_currency(channel: Channel) -> None:
    assert not has_methods(channel=channel, currency="EUR")
    method = make_shipping_method(currency="USD")
    make_shipping_method(channel=make_channel())
    assert not has_methods(channel=channel, currency="EUR")
    assert has_methods(channel=channel, currency="USD")
    ShippingMethod.objects.filter(pk=method.pk).update(is_active=False)
    assert not has_methods(channel=channel, currency="USD")
    make_shipping_method(kind="carrier", amount=None)
    assert has_methods(channel=channel, currency="USD")
