"""Zones with their areas, and methods with rates and tiers on one page, in major units."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.shipping.models import ShippingMethod, ShippingRate, ShippingZone
from nexus_commerce.tax.models import TaxClass
from nexus_commerce.testing.factories import make_channel, make_shipping_method, make_shipping_zone
from tests.admin.forms import errors_of, shown_values, submit

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

ADD = "admin:nexus_shipping_shippingmethod_add"
LIST = "admin:nexus_shipping_shippingmethod_changelist"
ADD_ZONE = "admin:nexus_shipping_shippingzone_add"


def page(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def add(pages: Client, **changes: Any) -> Any:
    given = {"name": "Post", "code": "post", "rates-0-currency": "EUR"}
    return submit(pages, reverse(ADD), **given | changes)


def amounts(rate: ShippingRate) -> dict[str, Any]:
    names = ("amount", "step_amount", "free_from", "min_value", "max_value")
    return {name: getattr(rate, name) for name in names if getattr(rate, name)}


def tiers(rate: ShippingRate) -> list[tuple[int, int]]:
    return [(tier.starts_at, tier.amount) for tier in rate.tiers.all()]


@pytest.mark.parametrize(
    ("currency", "typed", "minor"), [("JPY", "490", 490), ("EUR", "4.90", 490), ("KWD", "0.490", 490), ("EUR", "", 0)]
)
def test_amounts_are_typed_in_major_units(currency: str, typed: str, minor: int, pages: Client) -> None:
    response = add(pages, **{"rates-0-currency": currency, "rates-0-amount": typed, "rates-0-free_from": typed})
    assert response.status_code == 302, errors_of(response)
    rate = ShippingRate.objects.get()
    assert (rate.amount, rate.free_from) == (minor, minor or None)
    submit(pages, page(rate.method))
    rate.refresh_from_db()
    assert (rate.amount, rate.free_from) == (minor, minor or None)


def test_a_method_of_each_kind_is_made_on_one_page(pages: Client) -> None:
    channel, zone = make_channel(), make_shipping_zone("DE")
    response = add(
        pages,
        kind="weight",
        step="500",
        channels=[channel.pk],
        zones=[zone.pk],
        min_days="1",
        max_days="3",
        max_weight="31500",
        **{
            "rates-0-amount": "2.00",
            "rates-0-step_amount": "0.50",
            "rates-0-free_from": "50",
            "rates-0-min_value": "1",
            "rates-0-max_value": "1000",
        },
    )
    assert response.status_code == 302, errors_of(response)
    method = ShippingMethod.objects.get()
    assert (method.kind, method.step, method.min_days, method.max_days, method.max_weight) == (
        "weight",
        500,
        1,
        3,
        31500,
    )
    assert (list(method.channels.all()), list(method.zones.all())) == ([channel], [zone])
    assert amounts(method.rates.get()) == {
        "amount": 200,
        "step_amount": 50,
        "free_from": 5000,
        "min_value": 100,
        "max_value": 100000,
    }
    assert OutboxEvent.objects.filter(type="shipping.changed", aggregate_id=method.public_id).count() == 1


@pytest.mark.parametrize(
    ("basis", "typed", "stored"),
    [
        ("weight", ["0", "3.00", "1000", "5.00"], [(0, 300), (1000, 500)]),
        ("quantity", ["", "3.00", "5", "0"], [(0, 300), (5, 0)]),
        ("value", ["0", "3.00", "49.90", "0"], [(0, 300), (4990, 0)]),
    ],
)
def test_tiers_are_fields_of_their_rate(basis: str, typed: list[str], stored: list[Any], pages: Client) -> None:
    cells = {f"rates-0-tiers_{n}": text for n, text in enumerate(typed)}
    response = add(pages, kind="tiered", tier_basis=basis, **cells)
    assert response.status_code == 302, errors_of(response)
    rate = ShippingRate.objects.get()
    assert tiers(rate) == stored
    submit(pages, page(rate.method))
    assert tiers(rate) == stored
    response = submit(pages, page(rate.method), **{"rates-0-tiers_2": "", "rates-0-tiers_3": ""})
    assert response.status_code == 302, errors_of(response)
    assert tiers(rate) == stored[:1]
    more = {"rates-0-tiers_4": "700", "rates-0-tiers_5": "7.00"}
    submit(pages, page(rate.method), **more)
    assert tiers(rate)[-1] == (70000 if basis == "value" else 700, 700)


def test_there_is_always_room_for_more_tiers(pages: Client) -> None:
    method = make_shipping_method(kind="tiered", tiers={start: 100 + start for start in range(20)})
    values = shown_values(pages.get(page(method)))
    assert values["rates-0-tiers_39"] == "1.19"
    assert values["rates-0-tiers_47"] == ""
    sent = {f"rates-0-tiers_{n}": text for n, text in ((40, "900"), (41, "9"), (46, "950"), (47, "10"))}
    submit(pages, page(method), **sent)
    assert tiers(method.rates.get())[-2:] == [(900, 900), (950, 1000)]


def test_another_basis_reads_the_starts_as_they_stand(pages: Client) -> None:
    method = make_shipping_method(kind="tiered", tier_basis="quantity", tiers={0: 300, 5: 100})
    submit(pages, page(method), tier_basis="value", **{"rates-0-tiers_3": "2.00"})
    method.refresh_from_db()
    assert method.tier_basis == "value"
    assert tiers(method.rates.get()) == [(0, 300), (500, 200)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rates-0-amount": "4.999"}, "amount"),
        ({"rates-0-amount": "-1"}, "amount"),
        ({"rates-0-currency": "XXQ"}, "currency"),
        ({"rates-0-percent": "101"}, "percent"),
        ({"rates-0-min_value": "2", "rates-0-max_value": "1"}, "max_value"),
        ({"kind": "tiered"}, "tiers"),
        ({"kind": "tiered", "rates-0-tiers_0": "x", "rates-0-tiers_1": "1"}, "tiers"),
        ({"kind": "tiered", "rates-0-tiers_0": "1.5", "rates-0-tiers_1": "1"}, "tiers"),
        ({"kind": "tiered", "rates-0-tiers_0": "-1", "rates-0-tiers_1": "1"}, "tiers"),
        ({"kind": "tiered", "rates-0-tiers_0": "5", "rates-0-tiers_1": ""}, "tiers"),
        (
            {
                "kind": "tiered",
                "rates-0-tiers_0": "0",
                "rates-0-tiers_1": "1",
                "rates-0-tiers_2": "",
                "rates-0-tiers_3": "2",
            },
            "tiers",
        ),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_refused_where_it_was_typed(changes: dict[str, Any], field: str, pages: Client) -> None:
    response = add(pages, **{"rates-0-amount": "1"} | changes)
    assert response.status_code == 200
    assert field in errors_of(response)["rates-0"]
    assert not ShippingMethod.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "carrier"}, "carrier"),
        ({"kind": "magic"}, "kind"),
        ({"step": "0"}, "step"),
        ({"min_days": "3", "max_days": "1"}, "max_days"),
        ({"min_weight": "3", "max_weight": "1"}, "max_weight"),
    ],
    ids=str,
)
def test_a_method_that_makes_no_sense_is_refused(changes: dict[str, Any], field: str, pages: Client) -> None:
    response = add(pages, **{"rates-0-amount": "1"} | changes)
    assert response.status_code == 200
    assert field in errors_of(response)


def test_carriers_and_tax_classes_are_choices(pages: Client, settings: Any) -> None:
    carrier = {"BACKEND": "tests.shipping.carrier_server.TableCarrier"}
    settings.NEXUS_COMMERCE = {**getattr(settings, "NEXUS_COMMERCE", {}), "CARRIERS": {"bike": carrier}}
    TaxClass.objects.create(code="reduced", name="Reduced")
    response = add(pages, kind="carrier", carrier="bike", tax_class="reduced", **{"rates-0-amount": "1"})
    assert response.status_code == 302, errors_of(response)
    method = ShippingMethod.objects.get()
    assert (method.carrier, method.tax_class) == ("bike", "reduced")
    response = add(pages, code="other", kind="carrier", carrier="gone", **{"rates-0-amount": "1"})
    assert "carrier" in errors_of(response)


def test_what_a_host_or_an_older_setting_left_stays_a_choice(pages: Client) -> None:
    method = make_shipping_method(kind="carrier", carrier="former", tax_class="former")
    response = submit(pages, page(method), name="Renamed")
    assert response.status_code == 302, errors_of(response)
    method.refresh_from_db()
    assert (method.name, method.carrier, method.tax_class) == ("Renamed", "former", "former")


def test_the_list_tells_what_a_method_costs_and_where(pages: Client) -> None:
    zone, channel = make_shipping_zone("DE", name="Home"), make_channel(name="Web")
    make_shipping_method(name="Flat", zone=zone, channel=channel, rate={"free_from": 5000})
    make_shipping_method(name="Heavy", kind="weight", step=500, amount=200, rate={"step_amount": 50})
    make_shipping_method(name="Dear", kind="value", amount=100, rate={"percent": "2.5"})
    make_shipping_method(name="Steps", kind="tiered", tiers={0: 300, 1000: 900})
    make_shipping_method(name="None", amount=None)
    with override("en"):
        text = pages.get(reverse(LIST)).content.decode()
    for shown in (
        "€4.90 (free from €50.00)",
        "€2.00 + €0.50 / 500 g",
        "€1.00 + 2.5 %",
        "€3.00 – €9.00",
        "A flat amount",
        "By weight",
        "Home",
        "Web",
        "everywhere",
    ):
        assert shown in text, shown


def test_deleting_is_told(pages: Client) -> None:
    method = make_shipping_method()
    address = reverse("admin:nexus_shipping_shippingmethod_delete", args=[method.pk])
    assert pages.post(address, {"post": "yes"}).status_code == 302
    assert not ShippingMethod.objects.exists()
    assert OutboxEvent.objects.filter(type="shipping.changed", aggregate_id=method.public_id).exists()


# Zones


def test_a_zone_has_its_areas_on_its_page(pages: Client) -> None:
    response = submit(
        pages,
        reverse(ADD_ZONE),
        name="Berlin",
        code="berlin",
        **{"areas-0-country": "DE", "areas-0-region": "BE", "areas-0-postcodes": "10115, 102*\n13000-13999"},
    )
    assert response.status_code == 302, errors_of(response)
    zone = ShippingZone.objects.get()
    area = zone.areas.get()
    assert (area.country, area.region) == ("DE", "BE")
    assert OutboxEvent.objects.filter(type="shipping.changed", aggregate_id=zone.public_id).count() == 1
    text = pages.get(reverse("admin:nexus_shipping_shippingzone_changelist")).content.decode()
    assert "DE BE" in text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"areas-0-country": "DE", "areas-0-postcodes": "9-1"}, "postcodes"),
        ({"areas-0-country": "Germany"}, "country"),
        ({"areas-0-region": "BE"}, "country"),
    ],
    ids=str,
)
def test_an_area_that_never_fits_is_refused(changes: dict[str, Any], field: str, pages: Client) -> None:
    response = submit(pages, reverse(ADD_ZONE), name="Berlin", code="berlin", **changes)
    assert response.status_code == 200
    assert field in errors_of(response)["areas-0"]
