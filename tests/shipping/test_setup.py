"""Setting up zones, methods and rates by services."""

from decimal import Decimal
from typing import Any

import pytest

from nexus_commerce.core.area_matching import BadPostcodePattern
from nexus_commerce.core.areas import AreaData
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.shipping.errors import ShippingCodeTaken
from nexus_commerce.shipping.models import ShippingMethod, ShippingRate, ShippingZone
from nexus_commerce.shipping.services import (
    RateData,
    create_shipping_method,
    create_shipping_zone,
    record_shipping_change,
    set_shipping_areas,
    set_shipping_rate,
)
from nexus_commerce.testing.factories import make_channel

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

POST = {"code": "post", "name": "Post"}


def areas(zone: ShippingZone) -> list[tuple[str, str, str]]:
    return list(zone.areas.values_list("country", "region", "postcodes"))


def test_a_zone_is_made_of_its_areas() -> None:
    zone = create_shipping_zone(
        code="home", name="Home", areas=[AreaData("DE", postcodes="10*"), AreaData("AT", region=" 9 ")]
    )
    assert areas(zone) == [("DE", "", "10*"), ("AT", "9", "")]
    set_shipping_areas(zone=zone, areas=[AreaData()])
    assert areas(zone) == [("", "", "")]
    assert OutboxEvent.objects.filter(type="shipping.changed", aggregate="shipping_zone").count() == 2


@pytest.mark.parametrize(
    ("area", "field", "error"),
    [
        (AreaData("DE", postcodes="9-1"), "areas.1.postcodes", BadPostcodePattern),
        (AreaData("Germany"), "areas.1.country", InvalidInput),
        (AreaData(region="BE"), "areas.1.country", InvalidInput),
    ],
)
def test_an_area_that_never_fits_is_refused(area: AreaData, field: str, error: type[InvalidInput]) -> None:
    zone = create_shipping_zone(code="home", name="Home", areas=[AreaData("DE")])
    with pytest.raises(error) as refused:
        set_shipping_areas(zone=zone, areas=[AreaData("FR"), area])
    assert refused.value.field == field
    assert areas(zone) == [("DE", "", "")]


def test_a_method_is_made_with_its_rates() -> None:
    channel = make_channel()
    zone = create_shipping_zone(code="home", name="Home")
    method = create_shipping_method(
        fields={**POST, "kind": "tiered", "tier_basis": "weight", "max_days": 3},
        rates=[RateData("EUR", free_from=5000, tiers={1000: 500, 0: 300}), RateData("JPY", 490)],
        channels=[channel],
        zones=[zone],
    )
    assert (list(method.channels.all()), list(method.zones.all())) == ([channel], [zone])
    euros = method.rates.get(currency="EUR")
    assert [(tier.starts_at, tier.amount) for tier in euros.tiers.all()] == [(0, 300), (1000, 500)]
    assert euros.free_from == 5000
    assert method.rates.get(currency="JPY").amount == 490
    event = OutboxEvent.objects.get(type="shipping.changed", aggregate_id=method.public_id)
    assert event.payload == {"code": "post"}


def test_a_rate_is_replaced_with_its_tiers() -> None:
    method = create_shipping_method(fields=POST, rates=[RateData("EUR", 490, free_from=1, tiers={0: 1})])
    set_shipping_rate(method=method, rate=RateData("EUR", 590, percent=Decimal("2.5")))
    rate = ShippingRate.objects.get()
    assert (rate.amount, rate.percent, rate.free_from, rate.tiers.count()) == (590, Decimal("2.5"), None, 0)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"code": "no slug!"}, "code"),
        ({"name": ""}, "name"),
        ({"kind": "magic"}, "kind"),
        ({"tier_basis": "mood"}, "tier_basis"),
        ({"kind": "carrier"}, "carrier"),
        ({"min_days": 3, "max_days": 1}, "max_days"),
        ({"min_weight": 3, "max_weight": 1}, "max_weight"),
        ({"step": 0}, "step"),
    ],
    ids=str,
)
def test_a_method_that_makes_no_sense_is_refused(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        create_shipping_method(fields=POST | fields)
    assert refused.value.field == field
    assert not ShippingMethod.objects.exists()


@pytest.mark.parametrize(
    ("rate", "field"),
    [
        (RateData("EURO"), "currency"),
        (RateData("EUR", -1), "amount"),
        (RateData("EUR", free_from=10**15 + 1), "free_from"),
        (RateData("EUR", percent=Decimal(101)), "percent"),
        (RateData("EUR", tiers={-1: 0}), "tiers"),
        (RateData("EUR", tiers={0: -1}), "tiers"),
        (RateData("EUR", min_value=2, max_value=1), "max_value"),
    ],
    ids=str,
)
def test_a_rate_out_of_bounds_is_refused(rate: RateData, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        create_shipping_method(fields=POST, rates=[rate])
    assert refused.value.field == field
    assert not ShippingMethod.objects.exists()


def test_a_code_is_taken_once() -> None:
    create_shipping_method(fields=POST)
    create_shipping_zone(code="home", name="Home")
    with pytest.raises(ShippingCodeTaken):
        create_shipping_method(fields=POST)
    with pytest.raises(ShippingCodeTaken):
        create_shipping_zone(code="home", name="Home")


def test_a_change_names_what_changed() -> None:
    with pytest.raises(TypeError):
        record_shipping_change()
