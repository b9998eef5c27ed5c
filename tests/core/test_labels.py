"""Every row says what it is in a few words, without asking the database."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models
from pytest_django import DjangoAssertNumQueries

from nexus_commerce.cart.models import CartLine
from nexus_commerce.catalog.models import BundleItem, ProductCategory
from nexus_commerce.core.labels import label_of
from nexus_commerce.core.registry import MODELS
from nexus_commerce.inventory.models import Allocation, StockItem
from nexus_commerce.pricing.models import Price
from tests.extension.rows import write_rows

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


def model_of(key: str) -> Any:
    return apps.get_model(MODELS[key].label, key.split(".")[1])


@pytest.mark.parametrize("key", MODELS)
def test_every_model_says_what_its_row_is(key: str, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    model = model_of(key)
    assert model.__str__ is not models.Model.__str__
    write_rows()
    row = model._default_manager.order_by("pk").last()
    with django_assert_num_queries(0):
        text = str(row)
    assert 0 < len(text) <= 80
    assert "object (" not in text


TEXTS = [
    (BundleItem, ["variant"], "2 x NOVEL-HARD"),
    (ProductCategory, ["product", "category"], "Novel in Novels"),
    (CartLine, ["variant"], "2 x NOVEL-HARD"),
    (StockItem, ["variant", "location"], "NOVEL-HARD at Main"),
    (Allocation, ["stock_item__variant", "stock_item__location"], "1 x NOVEL-HARD at Main"),
    (Price, ["variant", "price_list"], "NOVEL-HARD from 1 in Euro"),
]


@pytest.mark.parametrize(("model", "loaded", "text"), TEXTS)
def test_a_text_is_readable_where_the_related_rows_are_loaded(model: Any, loaded: list[str], text: str) -> None:
    write_rows()
    assert str(model.objects.select_related(*loaded).get()) == text


def test_a_key_stands_for_what_is_not_loaded_and_a_dash_for_nothing() -> None:
    write_rows()
    line = CartLine.objects.get()
    assert label_of(line, "variant") == f"#{line.variant_id}"
    assert label_of(StockItem(), "variant") == "-"
