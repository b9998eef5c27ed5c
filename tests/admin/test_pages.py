"""Every model of the library has its pages, for those who may see them."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from nexus_commerce.admin import ReadOnlyAdmin
from nexus_commerce.admin.base import exposed_fields
from nexus_commerce.catalog.models import Physical
from nexus_commerce.core.registry import MODELS

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

WITHOUT_A_PAGE = {
    "shipping.ShippingTier": "fields of its rate, on the page of the method",
    "access.RateCount": "hashes of who tried, and how often: nothing that anybody could read or act on",
    "catalog.ProductAncestor": "derived from placements and the tree; the list of products filters by it",
}

ADDED_BY_SERVICE = {"events.WebhookEndpoint", "payments.CreditAccount"}
"""Written by services alone like others that are read-only here, and added through one."""


def model(key: str) -> Any:
    return apps.get_model(MODELS[key].label, key.split(".")[1])


def shown() -> set[type[Any]]:
    """Return the models that have a page, or stand on one."""
    found = set()
    for registered, model_admin in admin.site._registry.items():
        found.add(registered)
        found |= {inline.model for inline in model_admin.inlines}
    return found


REGISTERED = sorted(key for key in MODELS if model(key) in admin.site._registry)


def test_every_model_is_in_the_admin() -> None:
    missing = {key for key in MODELS if model(key) not in shown()}
    assert missing == set(WITHOUT_A_PAGE)


def address(key: str, page: str, *args: Any) -> str:
    meta = model(key)._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("key", REGISTERED)
def test_the_list_shows_the_rows(key: str, pages: Client, rows: None) -> None:
    response = pages.get(address(key, "changelist"), follow=True)
    assert response.status_code == 200
    assert response.context["cl"].result_count >= 1


@pytest.mark.parametrize("key", REGISTERED)
def test_the_page_of_each_row_opens(key: str, pages: Client, rows: None) -> None:
    for row in model(key)._default_manager.all():
        response = pages.get(address(key, "change", row.pk))
        assert response.status_code == 200, row


@pytest.mark.parametrize("key", REGISTERED)
def test_a_row_is_added_where_that_makes_sense(key: str, pages: Client, rows: None) -> None:
    model_admin = admin.site._registry[model(key)]
    is_read_only = isinstance(model_admin, ReadOnlyAdmin) and key not in ADDED_BY_SERVICE
    may_add = not is_read_only and key not in {"catalog.Option", "catalog.Media"}
    response = pages.get(address(key, "add"))
    assert response.status_code == (200 if may_add else 403)


@pytest.mark.parametrize("key", REGISTERED)
def test_nobody_sees_what_they_have_no_permission_for(key: str, powerless: Client, rows: None) -> None:
    row = model(key)._default_manager.first()
    for page in (address(key, "changelist"), address(key, "add"), address(key, "change", row.pk)):
        assert powerless.get(page).status_code == 403, page


def test_the_index_opens(pages: Client, rows: None) -> None:
    assert pages.get(reverse("admin:index")).status_code == 200


def test_a_type_that_is_none_is_not_found(pages: Client) -> None:
    assert pages.get(reverse("admin:nexus_catalog_product_add"), {"ct_id": "x"}).status_code == 404


def test_add_asks_for_the_product_type(pages: Client, rows: None) -> None:
    response = pages.get(reverse("admin:nexus_catalog_product_add"))
    content = response.content.decode()
    for product_type in (Physical, model("catalog.Digital"), model("catalog.Bundle")):
        assert str(product_type._meta.verbose_name) in content


@pytest.mark.parametrize(
    "key",
    [key for key in REGISTERED if isinstance(admin.site._registry[model(key)], ReadOnlyAdmin)],
)
def test_what_services_own_is_not_written_here(key: str, pages: Client, rows: None) -> None:
    row = model(key)._default_manager.first()
    before = model(key)._default_manager.filter(pk=row.pk).values().get()
    assert pages.post(address(key, "add"), {}).status_code == (200 if key in ADDED_BY_SERVICE else 403)
    assert pages.post(address(key, "delete", row.pk), {"post": "yes"}).status_code == 403
    written = pages.post(address(key, "change", row.pk), {"state": "x", "amount": "1"})
    assert written.status_code == (200 if any(exposed_fields(model(key)).values()) else 403)
    pages.post(address(key, "changelist"), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    after = model(key)._default_manager.filter(pk=row.pk).values().get()
    kept = set(before) - {"delivery_slot", "updated_at", "version"}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("catalog.Product", {"q": "NOVEL-HARD"}),
        ("catalog.Product", {"q": "nov"}),
        ("catalog.Product", {"type": "nexus_catalog.physical"}),
        ("catalog.Product", {"type": "nonsense"}),
        ("catalog.Product", {"category": "x"}),
        ("catalog.Product", {"category": "9" * 30}),
        ("inventory.StockItem", {"availability": "low"}),
        ("inventory.StockItem", {"availability": "out"}),
        ("customers.Customer", {"archived": "all"}),
        ("orders.Order", {"q": "N1"}),
        ("orders.Order", {"attention": "any"}),
        ("orders.Order", {"attention": "x", "state": "x", "payment_state": "paid", "review_reason": "surplus"}),
        ("events.OutboxEvent", {"state": "pending"}),
    ],
)
def test_searches_and_filters_answer(key: str, words: dict[str, str], pages: Client, rows: None) -> None:
    assert pages.get(address(key, "changelist"), words).status_code == 200
