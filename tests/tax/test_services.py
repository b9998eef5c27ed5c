"""Setting up taxes: what is written, told and refused."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as given_any
from hypothesis import strategies as st

from nexus_commerce.core.area_matching import AreaWithoutCountry, BadPostcodePattern
from nexus_commerce.core.areas import AreaData
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.tax.errors import TaxCodeTaken, TaxRatesOverlap
from nexus_commerce.tax.models import TaxClass, TaxRate, TaxZone
from nexus_commerce.tax.services import (
    create_tax_class,
    create_tax_zone,
    end_tax_rate,
    record_tax_change,
    set_default_tax_class,
    set_tax_areas,
    set_tax_rate,
)
from nexus_commerce.tax.zones import find_rates

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

Window = tuple[int, datetime | None, datetime | None]


@pytest.fixture
def zone() -> TaxZone:
    return create_tax_zone(code="germany", name="Germany", areas=[AreaData("DE")])


@pytest.fixture
def standard() -> TaxClass:
    return create_tax_class(code="standard", name="Standard", is_default=True)


def at(month: int, year: int = 2020) -> datetime:
    return datetime(year, month, 1, tzinfo=UTC)


def windows() -> list[Window]:
    rows = TaxRate.objects.order_by("valid_from", "id")
    found = [(int(row.rate), row.valid_from, row.valid_until) for row in rows]
    return sorted(found, key=lambda window: (window[1] is not None, window[1]))


def told() -> list[tuple[str, str, dict[str, Any]]]:
    return list(OutboxEvent.objects.order_by("id").values_list("type", "aggregate", "payload"))


def test_a_new_default_class_takes_the_place_of_the_old_one(standard: TaxClass) -> None:
    create_tax_class(code="reduced", name="Reduced", is_default=True)
    assert dict(TaxClass.objects.values_list("code", "is_default")) == {"standard": False, "reduced": True}
    assert told() == [
        ("tax.changed", "tax_class", {"code": "standard"}),
        ("tax.changed", "tax_class", {"code": "reduced"}),
    ]


def test_another_class_becomes_the_default_one(standard: TaxClass) -> None:
    reduced = create_tax_class(code="reduced", name="Reduced")
    for _ in range(2):
        set_default_tax_class(tax_class=reduced)
        assert dict(TaxClass.objects.values_list("code", "is_default")) == {"standard": False, "reduced": True}
    assert told()[2:] == [("tax.changed", "tax_class", {"code": "reduced"})] * 2


def test_a_code_is_given_once(standard: TaxClass, zone: TaxZone) -> None:
    with pytest.raises(TaxCodeTaken) as refused:
        create_tax_class(code="standard", name="Again", is_default=True)
    assert (refused.value.field, refused.value.params) == ("code", {"code": "standard"})
    with pytest.raises(TaxCodeTaken):
        create_tax_zone(code="germany", name="Again")
    assert TaxClass.objects.get().is_default
    with pytest.raises(InvalidInput):
        create_tax_class(code="no good", name="No good")


def test_a_zone_is_made_of_its_areas(zone: TaxZone) -> None:
    set_tax_areas(zone=zone, areas=[AreaData("DE", " BY "), AreaData("DE", "", "10*, 20*"), AreaData()])
    assert list(zone.areas.values_list("country", "region", "postcodes")) == [
        ("DE", "BY", ""),
        ("DE", "", "10*, 20*"),
        ("", "", ""),
    ]
    assert told() == [("tax.changed", "tax_zone", {"code": "germany"})] * 2


@pytest.mark.parametrize(
    ("area", "error", "field"),
    [
        (AreaData("DE", "", "81929-80000"), BadPostcodePattern, "areas.1.postcodes"),
        (AreaData("", "BY"), AreaWithoutCountry, "areas.1.country"),
        (AreaData("de"), InvalidInput, "areas.1.country"),
        (AreaData("DE", "x" * 65), InvalidInput, "areas.1.region"),
    ],
)
def test_an_area_that_cannot_be_matched_is_refused(
    zone: TaxZone, area: AreaData, error: type[InvalidInput], field: str
) -> None:
    with pytest.raises(error) as refused:
        set_tax_areas(zone=zone, areas=[AreaData("AT"), area])
    assert refused.value.field == field
    assert [row.country for row in zone.areas.all()] == ["DE"]


def test_a_rate_ends_the_one_in_force(zone: TaxZone, standard: TaxClass) -> None:
    terms: dict[str, Any] = {"zone": zone, "tax_class": standard, "name": "VAT"}
    set_tax_rate(**terms, rate=Decimal(16))
    set_tax_rate(**terms, rate=Decimal(19), valid_from=at(1, 2007))
    assert windows() == [(16, None, at(1, 2007)), (19, at(1, 2007), None)]


def test_a_rate_for_a_time_gives_way_to_the_one_it_interrupted(zone: TaxZone, standard: TaxClass) -> None:
    terms: dict[str, Any] = {"zone": zone, "tax_class": standard, "name": "VAT"}
    for _ in range(2):  # Saying it again changes nothing.
        set_tax_rate(**terms, rate=Decimal(19))
        set_tax_rate(**terms, rate=Decimal(16), valid_from=at(7), valid_until=at(1, 2021))
        assert windows() == [(19, None, at(7)), (16, at(7), at(1, 2021)), (19, at(1, 2021), None)]


def test_a_rate_that_starts_at_the_same_moment_is_replaced(zone: TaxZone, standard: TaxClass) -> None:
    terms: dict[str, Any] = {"zone": zone, "tax_class": standard, "name": "VAT"}
    first = set_tax_rate(**terms, rate=Decimal(20), valid_from=at(1))
    second = set_tax_rate(**terms, rate=Decimal(21), valid_from=at(1), valid_until=at(3))
    assert first.pk == second.pk
    assert windows() == [(21, at(1), at(3))]


def test_a_scheduled_rate_stays_when_an_earlier_one_is_set(zone: TaxZone, standard: TaxClass) -> None:
    terms: dict[str, Any] = {"zone": zone, "tax_class": standard, "name": "VAT"}
    set_tax_rate(**terms, rate=Decimal(20), valid_from=at(6))
    set_tax_rate(**terms, rate=Decimal(19), valid_from=at(2))
    assert windows() == [(19, at(2), at(6)), (20, at(6), None)]
    with pytest.raises(TaxRatesOverlap) as refused:
        set_tax_rate(**terms, rate=Decimal(18), valid_from=at(1), valid_until=at(3))
    assert refused.value.params["name"] == "VAT"
    assert windows() == [(19, at(2), at(6)), (20, at(6), None)]


def test_rates_of_other_names_zones_and_classes_are_left_alone(zone: TaxZone, standard: TaxClass) -> None:
    other_zone = create_tax_zone(code="austria", name="Austria", areas=[AreaData("AT")])
    other_class = create_tax_class(code="reduced", name="Reduced")
    for where, what, name in [
        (zone, standard, "GST"),
        (zone, standard, "PST"),
        (zone, other_class, "GST"),
        (other_zone, standard, "GST"),
    ]:
        set_tax_rate(zone=where, tax_class=what, name=name, rate=Decimal(5), valid_from=at(1))
    assert windows() == [(5, at(1), None)] * 4


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"rate": Decimal("100.000001")}, "rate"),
        ({"rate": Decimal(-1)}, "rate"),
        ({"rate": Decimal("1.0000001")}, "rate"),
        ({"name": ""}, "name"),
        ({"valid_from": at(2), "valid_until": at(2)}, "valid_until"),
    ],
)
def test_a_rate_that_cannot_be_stored_is_refused(
    zone: TaxZone, standard: TaxClass, terms: dict[str, Any], field: str
) -> None:
    given: dict[str, Any] = {"zone": zone, "tax_class": standard, "name": "VAT", "rate": Decimal(19)}
    with pytest.raises(InvalidInput) as refused:
        set_tax_rate(**given | terms)
    assert refused.value.field == field
    assert not TaxRate.objects.exists()


def test_a_rate_ends(zone: TaxZone, standard: TaxClass) -> None:
    rate = set_tax_rate(zone=zone, tax_class=standard, name="VAT", rate=Decimal(19), valid_from=at(1))
    end_tax_rate(rate=rate, valid_until=at(3))
    assert windows() == [(19, at(1), at(3))]
    with pytest.raises(InvalidInput):
        end_tax_rate(rate=rate, valid_until=at(1))
    set_tax_rate(zone=zone, tax_class=standard, name="VAT", rate=Decimal(20), valid_from=at(3))
    with pytest.raises(TaxRatesOverlap):
        end_tax_rate(rate=rate, valid_until=at(4))
    assert windows() == [(19, at(1), at(3)), (20, at(3), None)]


months = st.integers(1, 12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given_any(st.lists(st.tuples(st.none() | months, st.none() | months, st.integers(0, 30)), max_size=6))
def test_whatever_is_set_there_is_one_rate_at_a_time_and_it_is_the_last_one_that_was_set(
    zone: TaxZone, standard: TaxClass, given_rates: list[tuple[int | None, int | None, int]]
) -> None:
    TaxRate.objects.all().delete()
    for start, end, percent in given_rates:
        first, last = start and at(start), end and at(end)
        try:
            set_tax_rate(
                zone=zone,
                tax_class=standard,
                name="VAT",
                rate=Decimal(percent),
                valid_from=first or None,
                valid_until=last or None,
            )
        except (InvalidInput, TaxRatesOverlap):
            continue
        in_force = find_rates([zone.pk], first or at(1, 1990))[zone.pk]["standard"]
        assert [rate.percent for rate in in_force.rates] == [percent]
    for month in range(1, 13):
        rates = find_rates([zone.pk], at(month)).get(zone.pk, {})
        assert all(len(taxation.rates) == 1 for taxation in rates.values())


def test_a_change_of_nothing_cannot_be_told() -> None:
    with pytest.raises(TypeError):
        record_tax_change()
