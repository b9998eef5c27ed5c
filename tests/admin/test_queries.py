"""A list costs the same number of queries however many rows it shows, and so does the page of a product or order."""

from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from nexus_commerce.catalog.models import Category, Media, Physical
from nexus_commerce.catalog.services import add_variant
from nexus_commerce.core.registry import MODELS
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.orders.models import Order, OrderEvent, OrderLine
from nexus_commerce.pricing.models import PriceList
from nexus_commerce.testing.factories import make_channel, make_price, make_product, make_stock, make_variant

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

REGISTERED = sorted(
    key for key, entry in MODELS.items() if apps.get_model(entry.label, key.split(".")[1]) in admin.site._registry
)


def statements(pages: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert pages.get(address, {"archived": "all"} if "changelist" in address else {}).status_code == 200
    return len(captured)


def multiply(row: Any, times: int) -> None:
    """Write copies of a row, each unique, pointing at variants of their own where the variant must differ."""
    unique = {field.name for field in row._meta.concrete_fields if field.unique and not field.primary_key}
    for constraint in row._meta.constraints:
        unique |= set(getattr(constraint, "fields", ()))
    for number in range(times):
        copy = type(row)(**{f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key})
        for field in row._meta.concrete_fields:
            if field.name in unique:
                _make_unique(copy, field, number)
        copy.save()


def make_event() -> OutboxEvent:
    return OutboxEvent.objects.create(type="order.placed", aggregate="order", aggregate_id=uuid4(), version=1)


def _make_unique(copy: Any, field: Any, number: int) -> None:
    if field.related_model is not None:
        target = getattr(copy, field.name)
        if target is not None and field.related_model._meta.model_name == "variant":
            setattr(copy, field.name, make_variant())
        elif target is not None and field.related_model._meta.model_name == "outboxevent":
            setattr(copy, field.name, make_event())
        elif target is not None and field.related_model._meta.model_name in {"product", "order", "cart"}:
            setattr(copy, field.name, None if field.null else target)
    elif field.get_internal_type() == "UUIDField":
        setattr(copy, field.name, uuid4())
    elif field.get_internal_type() in {"CharField", "SlugField"}:
        setattr(copy, field.name, f"{getattr(copy, field.name) or ''}{number}"[: field.max_length])
    elif field.get_internal_type() == "BooleanField":
        setattr(copy, field.name, False)
    elif "Integer" in field.get_internal_type():
        setattr(copy, field.name, number + 100)


LISTS = [
    key
    for key in REGISTERED
    if key not in {"catalog.Category", "catalog.Bundle", "catalog.Digital", "catalog.Physical"}
]


@pytest.mark.parametrize("key", LISTS)
def test_a_list_costs_the_same_for_any_number_of_rows(key: str, pages: Client, rows: None) -> None:
    model = apps.get_model(MODELS[key].label, key.split(".")[1])
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    statements(pages, address)
    before = statements(pages, address)
    if key == "catalog.Product":
        channel = make_channel()
        for _number in range(6):
            make_product(channel=channel, amount=900, stock=4)
    else:
        multiply(model._default_manager.order_by("pk").last(), 6)
    assert statements(pages, address) <= before + (1 if key == "catalog.Product" else 0)


def test_the_tree_costs_the_same_for_any_number_of_categories(pages: Client, rows: None) -> None:
    address = reverse("admin:nexus_catalog_category_changelist")
    statements(pages, address)
    before = statements(pages, address)
    parent = Category.objects.get(name="Novels")
    for number in range(6):
        parent = Category.objects.create(name=f"c{number}", parent=parent)
    assert statements(pages, address) == before


def test_the_list_of_products_is_cheap(pages: Client, rows: None) -> None:
    address = reverse("admin:nexus_catalog_product_changelist")
    statements(pages, address)
    assert statements(pages, address) <= 19


def test_a_product_costs_the_same_for_any_number_of_variants_and_pictures(pages: Client, rows: None) -> None:
    product = Physical.objects.get()
    option = product.options.get()
    channel = make_channel()
    price_list = PriceList.objects.get()
    address = reverse("admin:nexus_catalog_physical_change", args=[product.pk])

    def grow(number: int) -> None:
        variant = add_variant(product=product, sku=f"N-{number}", options={option.name: f"v{number}"})
        make_price(variant=variant, amount=100, price_list=price_list)
        make_stock(variant=variant, quantity=1, channel=channel)
        Media.objects.create(product=product, alt=str(number))

    grow(0)
    statements(pages, address)
    before = statements(pages, address)
    for number in range(1, 5):
        grow(number)
    assert statements(pages, address) == before


def test_an_order_costs_the_same_for_any_number_of_lines(pages: Client, rows: None) -> None:
    order = Order.objects.get()
    address = reverse("admin:nexus_orders_order_change", args=[order.pk])
    statements(pages, address)
    before = statements(pages, address)
    multiply(OrderLine.objects.get(), 5)
    multiply(order.payments.get(), 3)
    for _number in range(5):
        OrderEvent.objects.create(order=order, type="note")
    assert statements(pages, address) == before
