"""Tax zones on one page with their areas and rates; what cannot be matched or would apply twice is refused."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.tax.models import TaxClass, TaxRate, TaxZone
from nexus_commerce.testing.factories import make_tax
from tests.admin.forms import errors_of, submit

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

ZONES = "admin:nexus_tax_taxzone_changelist"


@pytest.fixture
def zone() -> TaxZone:
    rate = make_tax(percent=19, valid_from=datetime(2007, 1, 1, tzinfo=UTC))
    TaxZone.objects.filter(pk=rate.zone_id).update(name="Germany")
    return rate.zone


def page(row: Any, name: str = "change") -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{name}", args=[row.pk])


def one_more(formset: str, number: int, **values: Any) -> dict[str, Any]:
    """Return what a browser sends for one more row of an inline."""
    return {f"{formset}-TOTAL_FORMS": number + 1} | {f"{formset}-{number}-{name}": v for name, v in values.items()}


def rate_row(zone: TaxZone, number: int, **values: Any) -> dict[str, Any]:
    given = {"tax_class": TaxClass.objects.get(code="standard").pk, "name": "VAT 19 %", "rate": "20", "zone": zone.pk}
    dates = {name: value for name, value in values.items() if name.startswith("valid")}
    given |= {name: value for name, value in values.items() if name not in dates}
    for name, day in dates.items():
        given |= {f"{name}_0": day, f"{name}_1": "00:00:00"}
    return one_more("rates", number, **given)


def told() -> list[str]:
    return list(OutboxEvent.objects.filter(type="tax.changed").values_list("aggregate", flat=True))


def test_an_area_and_a_rate_are_added_and_told(zone: TaxZone, pages: Client) -> None:
    area = one_more("areas", 1, country="at", region="", postcodes="10*, 20000-29999", zone=zone.pk)
    rate = rate_row(zone, 1, name="Surcharge", rate="0.5", valid_from="2030-01-01", valid_until="2031-01-01")
    response = submit(pages, page(zone), **area, **rate)
    assert response.status_code == 302, errors_of(response)
    assert list(zone.areas.values_list("country", "postcodes")) == [("DE", ""), ("AT", "10*, 20000-29999")]
    added = zone.rates.get(name="Surcharge")
    assert added.rate == Decimal("0.5")
    assert added.valid_from is not None
    assert added.valid_until == added.valid_from.replace(year=2031)
    assert told() == ["tax_zone"]


def test_saving_without_a_change_tells_nothing(zone: TaxZone, pages: Client) -> None:
    make_tax(percent=100, zone=zone, tax_class="luxury")
    content = pages.get(page(zone)).content.decode()
    assert 'value="19"' in content
    assert 'value="100"' in content
    free = {f"{start}{name}": "{}" for start in ("", "initial-") for name in ("metadata", "private_metadata")}
    assert submit(pages, page(zone), **free).status_code == 302
    assert (told(), sorted(rate.rate for rate in zone.rates.all())) == ([], [Decimal(19), Decimal(100)])


@pytest.mark.parametrize(
    ("area", "field"),
    [
        ({"country": "DE", "postcodes": "81929-80000"}, "postcodes"),
        ({"country": "", "region": "BY"}, "country"),
        ({"country": "Germany"}, "country"),
    ],
)
def test_an_area_that_cannot_be_matched_is_refused(
    zone: TaxZone, pages: Client, area: dict[str, str], field: str
) -> None:
    given = {"country": "", "region": "", "postcodes": ""} | area
    response = submit(pages, page(zone), **one_more("areas", 1, **given, zone=zone.pk))
    assert list(errors_of(response)["areas-1"]) == [field]
    assert zone.areas.count() == 1


@pytest.mark.parametrize(
    ("rate", "field"),
    [
        ({"rate": "101"}, "rate"),
        ({"rate": "-1"}, "rate"),
        ({"valid_from": "2030-01-02", "valid_until": "2030-01-01"}, "valid_until"),
    ],
)
def test_a_rate_that_cannot_be_stored_is_refused(
    zone: TaxZone, pages: Client, rate: dict[str, str], field: str
) -> None:
    response = submit(pages, page(zone), **rate_row(zone, 1, **{"name": "Other"} | rate))
    assert list(errors_of(response)["rates-1"]) == [field]
    assert "nexus_taxrate" not in response.content.decode()
    assert zone.rates.count() == 1


def test_a_rate_that_would_apply_twice_is_refused_until_the_other_one_ends(zone: TaxZone, pages: Client) -> None:
    more = rate_row(zone, 1, valid_from="2030-01-01")
    assert "would apply twice" in submit(pages, page(zone), **more).content.decode()
    assert zone.rates.count() == 1
    ended = {"rates-0-valid_until_0": "2030-01-01", "rates-0-valid_until_1": "00:00:00"}
    response = submit(pages, page(zone), **more, **ended)
    assert response.status_code == 302, errors_of(response)
    assert zone.rates.count() == 2


def test_the_page_shows_what_applies_now_and_what_is_to_come(zone: TaxZone, pages: Client) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    TaxRate.objects.update(valid_until=tomorrow)
    make_tax(percent=21, zone=zone, valid_from=tomorrow)
    make_tax(percent="9.975", zone=zone, tax_class="reduced", name="QST", valid_until=tomorrow)
    content = pages.get(page(zone)).content.decode()
    assert "VAT 19 % (19 %)<" in content
    assert "VAT 21 % (21 %)</div>" in content
    assert "QST (9.975 %)<" in content


def test_zones_are_found_by_what_they_are_made_of(zone: TaxZone, pages: Client) -> None:
    austria = make_tax(percent=20, country="AT").zone
    make_tax(percent="0.5", zone=austria, name="Surcharge")
    response = pages.get(reverse(ZONES), {"q": "AT"})
    assert list(response.context["cl"].result_list) == [austria]
    content = pages.get(reverse(ZONES)).content.decode()
    assert "standard: 19 %" in content
    assert "standard: 20 % + 0.5 %" in content


def test_a_new_default_class_takes_the_place_of_the_old_one(zone: TaxZone, pages: Client) -> None:
    add = reverse("admin:nexus_tax_taxclass_add")
    response = submit(pages, add, name="Reduced", code="reduced", is_default="on")
    assert response.status_code == 302, errors_of(response)
    assert dict(TaxClass.objects.values_list("code", "is_default")) == {"standard": False, "reduced": True}
    reduced = TaxClass.objects.get(code="reduced")
    submit(pages, page(TaxClass.objects.get(code="standard")), is_default="on", code="other")
    assert dict(TaxClass.objects.values_list("code", "is_default")) == {"standard": True, "reduced": False}
    submit(pages, page(reduced), name="Lower")
    reduced.refresh_from_db()
    assert (reduced.name, reduced.is_default) == ("Lower", False)
    assert told() == ["tax_class"] * 3


def test_what_is_deleted_is_told(zone: TaxZone, pages: Client) -> None:
    pages.post(page(zone, "delete"), {"post": "yes"})
    assert not TaxZone.objects.exists()
    chosen = [TaxClass.objects.get().pk]
    list_page = reverse("admin:nexus_tax_taxclass_changelist")
    pages.post(list_page, {"action": "delete_selected", "_selected_action": chosen, "post": "yes"})
    assert not TaxClass.objects.exists()
    assert told() == ["tax_zone", "tax_class"]


def test_a_page_costs_the_same_for_any_number_of_rates(zone: TaxZone, pages: Client) -> None:
    counts = []
    for number in range(2):
        pages.get(page(zone))
        with CaptureQueriesContext(connection) as captured:
            pages.get(page(zone))
        counts.append(len(captured))
        for extra in range(5 * (number + 1)):
            make_tax(percent=extra, zone=zone, name=f"Rate {number} {extra}")
    assert counts[0] == counts[1]
