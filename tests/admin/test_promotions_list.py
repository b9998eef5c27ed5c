"""Who sees which promotions, in which state, and what the pages cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from nexus_commerce.admin.promotions.states import STATES, TONES
from nexus_commerce.catalog.models import Product, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.promotions.registry import condition_classes, effect_classes
from nexus_commerce.testing.factories import make_coupon, make_promotion
from tests.admin.promotion_pages import page_of
from tests.admin.rule_samples import filled

pytestmark = pytest.mark.django_db

LIST = "admin:nexus_promotions_promotion_changelist"


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "active"),
        ({"is_active": False}, "off"),
        ({"valid_from": timezone.now() + timedelta(days=1)}, "scheduled"),
        ({"valid_until": timezone.now() - timedelta(days=1)}, "ended"),
        ({"usage_limit": 2, "uses": 2}, "used_up"),
        ({"usage_limit": 2, "uses": 1}, "active"),
        ({"budget": 100, "spent": 100}, "used_up"),
        ({"archived_at": timezone.now(), "is_active": False}, "archived"),
    ],
)
def test_the_list_tells_and_filters_states(fields: Any, state: str, pages: Client, channel: Channel) -> None:
    promotion = make_promotion(channel=channel, **fields)
    shown = pages.get(reverse(LIST), {"state": "all"}).context["cl"].result_list
    assert [row.state for row in shown] == [state]
    content = pages.get(reverse(LIST), {"state": "all"}).content.decode()
    assert f'<span class="nexus-badge nexus-{TONES.get(state, "plain")}">{STATES[state]}</span>' in content
    for other in ("active", "scheduled", "ended", "used_up", "off", "archived"):
        found = pages.get(reverse(LIST), {"state": other}).context["cl"].result_list
        assert list(found) == ([promotion] if other == state else []), other
    assert len(pages.get(reverse(LIST)).context["cl"].result_list) == (state != "archived")


def staff_with(*permissions: str) -> Client:
    user = get_user_model().objects.create_user(username="-".join(permissions)[:30], password="x", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def test_who_may_only_look_reads_words(channel: Channel) -> None:
    promotion = make_promotion(filled(effect_classes()["line_percent"]), channel=channel)  # type: ignore[arg-type]
    viewer = staff_with("view_promotion")
    page = viewer.get(page_of(promotion))
    assert page.status_code == 200
    assert b"Percentage off matching lines" in page.content
    assert b"_rows" not in page.content
    assert viewer.post(page_of(promotion), {"name": "Mine"}).status_code == 403
    assert viewer.get(page_of(promotion, "preview")).status_code == 200
    assert viewer.post(page_of(promotion, "archive")).status_code == 403


def test_strangers_see_nothing(powerless: Client, channel: Channel) -> None:
    promotion = make_promotion(channel=channel)
    search = reverse("admin:nexus_promotions_promotion_choices", args=["product"])
    download = reverse("admin:nexus_promotions_coupon_download")
    for address in (
        page_of(promotion),
        page_of(promotion, "preview"),
        page_of(promotion, "make_codes"),
        search,
        download,
    ):
        assert powerless.get(address).status_code == 403, address


def test_the_script_is_sent_the_fields_of_a_row(pages: Client, channel: Channel) -> None:
    def ask(kind: str, **query: str) -> Any:
        return pages.get(reverse("admin:nexus_promotions_promotion_row", args=[kind]), query)

    row = ask("effects", code="order_amount", place="3", currency="USD").content.decode()
    assert 'name="effects-3-code" value="order_amount"' in row
    assert 'name="effects-3-args-amount"' in row
    assert '<span class="nexus-unit">USD</span>' in row
    assert ask("effects", code="order_amount", place="3", currency="<b>").status_code == 200
    for kind, code, place in (("effects", "x", "3"), ("effects", "order_amount", "x"), ("others", "order_amount", "3")):
        assert ask(kind, code=code, place=place).status_code == 404
    address = reverse("admin:nexus_promotions_promotion_row", args=["effects"])
    assert staff_with("view_promotion").get(address).status_code == 403


def choices(pages: Client, of: str, **query: str) -> Any:
    return pages.get(reverse("admin:nexus_promotions_promotion_choices", args=[of]), query)


def test_the_search_finds_what_codes_name(pages: Client, rows: None) -> None:
    found = choices(pages, "variant", term="novel hard").json()
    assert [entry["text"] for entry in found["results"]] == ["Novel · NOVEL-HARD"]
    assert found["results"][0]["id"] == str(Variant.objects.get(sku="NOVEL-HARD").public_id)
    assert choices(pages, "country", term="germ").json()["results"] == [{"id": "DE", "text": "Germany (DE)"}]
    assert choices(pages, "country", page="2").json()["pagination"] == {"more": True}
    assert choices(pages, "country", page="x").status_code == 200
    assert [entry["id"] for entry in choices(pages, "currency").json()["results"]] == ["EUR"]
    assert choices(pages, "nonsense").status_code == 404
    Product.objects.update(archived_at=timezone.now())
    assert choices(pages, "product").json()["results"] == []


def statements(pages: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert pages.get(address).status_code == 200
    return len(captured)


@pytest.mark.hosts
def test_the_pages_cost_a_bounded_number_of_queries(pages: Client, rows: None) -> None:
    classes = {**condition_classes(), **effect_classes()}
    plain = make_promotion(filled(classes["line_percent"]))  # type: ignore[arg-type]
    make_coupon(promotion=plain)
    full = make_promotion(*[filled(cls) for cls in effect_classes().values() if cls.code != "buy_get"])  # type: ignore[arg-type]
    statements(pages, page_of(plain))
    once = statements(pages, page_of(plain))
    assert once <= 16
    assert statements(pages, page_of(full)) <= once
    assert statements(pages, reverse(LIST)) <= 12
    for number in range(6):
        make_promotion(filled(classes["line_percent"]), name=str(number))  # type: ignore[arg-type]
    assert statements(pages, reverse(LIST)) <= 12
