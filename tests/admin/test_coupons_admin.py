"""Codes are made in batches, found, downloaded and switched off; what was used of them is there to read."""

import csv
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nexus_commerce.channels.models import Channel
from nexus_commerce.orders.models import Order
from nexus_commerce.promotions.models import Coupon, Promotion, Redemption
from nexus_commerce.testing.factories import make_coupon, make_promotion
from tests.admin.forms import errors_of, submit
from tests.admin.promotion_pages import page_of

pytestmark = pytest.mark.django_db

LIST = "admin:nexus_promotions_coupon_changelist"
DOWNLOAD = "admin:nexus_promotions_coupon_download"
BATCH = {"count": "3", "starts_with": "may-", "length": "8", "batch": "News & co", "usage_limit": "1"}


@pytest.fixture
def promotion(channel: Channel) -> Promotion:
    return make_promotion(channel=channel, needs_coupon=True)


def table(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(response.content.decode().splitlines()))


def test_a_batch_is_made_and_downloaded(pages: Client, promotion: Promotion) -> None:
    make_coupon(promotion=promotion, code="OTHER")
    response = pages.post(page_of(promotion, "make_codes"), BATCH, follow=True)
    assert "3 codes were made." in response.content.decode()
    made = set(Coupon.objects.filter(batch="News & co").values_list("code", flat=True))
    assert len(made) == 3
    assert all(code.startswith("MAY-") and len(code) == 12 for code in made)

    assert "News &amp; co</a> (3)" in response.content.decode()
    address = reverse(DOWNLOAD) + f"?promotion={promotion.pk}&batch=News+%26+co"
    assert address.replace("&", "&amp;") in response.content.decode()
    file = pages.get(address)
    assert (file["Content-Type"], {row["code"] for row in table(file)}) == ("text/csv; charset=utf-8", made)
    assert table(pages.get(reverse(DOWNLOAD), {"promotion": "x", "batch": "News & co"})) == []


@pytest.mark.parametrize(
    ("terms", "field"), [({"count": "0"}, "count"), ({"length": "5"}, "length"), ({"count": "200000"}, "count")]
)
def test_a_batch_that_cannot_be_made_says_why(
    terms: dict[str, str], field: str, pages: Client, promotion: Promotion
) -> None:
    response = pages.post(page_of(promotion, "make_codes"), BATCH | terms)
    assert field in response.context["form"].errors
    assert not Coupon.objects.exists()


def test_promotions_without_codes_make_none(pages: Client, channel: Channel) -> None:
    assert pages.get(page_of(make_promotion(channel=channel), "make_codes")).status_code == 404


def test_cells_are_no_formulas(pages: Client, promotion: Promotion) -> None:
    make_coupon(promotion=promotion, code="=1+1")
    chosen = {"action": "download_codes", "_selected_action": [Coupon.objects.get().pk]}
    (row,) = table(pages.post(reverse(LIST), chosen))
    assert row["code"] == "'=1+1"


def test_a_code_is_kept_in_upper_case_and_only_once(pages: Client, promotion: Promotion) -> None:
    add = reverse("admin:nexus_promotions_coupon_add")
    assert submit(pages, add, promotion=promotion.pk, code=" summer5 ").status_code == 302
    assert Coupon.objects.get().code == "SUMMER5"
    assert "code" in errors_of(submit(pages, add, promotion=promotion.pk, code="Summer5"))
    automatic = make_promotion()
    assert "promotion" in errors_of(submit(pages, add, promotion=automatic.pk, code="NEW"))


def test_a_coupon_keeps_its_code_and_its_uses(pages: Client, promotion: Promotion) -> None:
    coupon = make_coupon(promotion=promotion, usage_limit=5, uses=2)
    address = reverse("admin:nexus_promotions_coupon_change", args=[coupon.pk])
    submit(pages, address, code="STOLEN", usage_limit="7")
    Coupon.objects.update(uses=3)
    submit(pages, address, batch="b")
    kept = Coupon.objects.get()
    assert (kept.code, kept.usage_limit, kept.uses, kept.batch) == (coupon.code, 7, 3, "b")
    assert "usage_limit" in errors_of(submit(pages, address, usage_limit="1"))
    assert Coupon.objects.get().usage_limit == 7


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "usable"),
        ({"usage_limit": 1, "uses": 1}, "used_up"),
        ({"valid_from": timezone.now() + timedelta(days=1)}, "scheduled"),
        ({"valid_until": timezone.now() - timedelta(days=1)}, "ended"),
        ({"is_active": False}, "off"),
    ],
)
def test_the_list_filters_by_state(fields: Any, state: str, pages: Client, promotion: Promotion) -> None:
    coupon = make_coupon(promotion=promotion, **fields)
    for other in ("usable", "used_up", "scheduled", "ended", "off"):
        found = list(pages.get(reverse(LIST), {"state": other}).context["cl"].result_list)
        assert found == ([coupon] if other == state else []), other
    assert (
        f">{'active' if state == 'usable' else state.replace('_', ' ')}<" in pages.get(reverse(LIST)).content.decode()
    )


def test_chosen_codes_are_switched_off(pages: Client, promotion: Promotion) -> None:
    first, second = make_coupon(promotion=promotion), make_coupon(promotion=promotion)
    pages.post(reverse(LIST), {"action": "switch_off", "_selected_action": [first.pk]})
    assert list(Coupon.objects.filter(is_active=True)) == [second]


def test_a_redemption_leads_to_its_order(pages: Client, rows: None) -> None:
    order, redemption = Order.objects.get(), Redemption.objects.get()
    address = reverse("admin:nexus_promotions_redemption_changelist")
    assert str(redemption.order) in pages.get(address).content.decode()
    Redemption.objects.update(order=order.public_id)
    link = reverse("admin:nexus_orders_order_change", args=[order.pk])
    assert f'<a href="{link}">N1</a>' in pages.get(address).content.decode()
    assert pages.get(address, {"q": str(uuid4())}).status_code == 200
