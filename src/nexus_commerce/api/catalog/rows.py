"""The ordinary path of a product reply: the rows themselves, for serializers and fields that need them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Model, prefetch_related_objects
from rest_framework.request import Request

from nexus_commerce.api.catalog.serializers import card_json, detail_json
from nexus_commerce.api.exposed import exposed_values
from nexus_commerce.api.registry import api_class
from nexus_commerce.api.serializers import OutputSerializer
from nexus_commerce.catalog.models import Category, Product, Variant
from nexus_commerce.conf.api_classes import API_CLASSES
from nexus_commerce.listing.cards import Card
from nexus_commerce.listing.categories import CategoryDetail
from nexus_commerce.listing.details import ProductDetail
from nexus_commerce.listing.exposed import others

__all__ = ["category_json", "product_page_json", "products_json"]


def products_json(cards: Sequence[Card], request: Request, currency: str) -> list[dict[str, Any]]:
    """Return the products of a page as JSON.

    The library's serializer is not asked: the listing's dicts are what it would say. A host's own, or an exposed field
    that is no column, gets the rows: two statements more and one for each product type and relation.
    """
    key = "catalog.ProductSerializer"
    if _is_plain(key, Product):
        return [card_json(card.values, currency) for card in cards]
    rows = _load(Product, [card.product_id for card in cards])
    writer = api_class(key)(context={"request": request, "currency": currency})
    return [_written(writer, rows[card.product_id], card.values) for card in cards]


def product_page_json(detail: ProductDetail, request: Request, currency: str) -> dict[str, Any]:
    """Return a product page as JSON; see :func:`products_json`."""
    key = "catalog.ProductDetailSerializer"
    if _is_plain(key, Product) and not others(Variant):
        return detail_json(detail.values, currency)
    writer: OutputSerializer = api_class(key)(context={"request": request, "currency": currency})
    page = _written(writer, _load(Product, [detail.product_id])[detail.product_id], detail.values)
    if names := others(Variant):
        rows = _load(Variant, detail.variant_ids)
        for pk, variant in zip(detail.variant_ids, page["variants"], strict=True):
            values = exposed_values(rows[pk], "public", currency)
            variant.update({name: values[name] for name in names})
    return page


def category_json(detail: CategoryDetail, request: Request) -> dict[str, Any]:
    """Return a category page as JSON; see :func:`products_json`."""
    key = "catalog.CategorySerializer"
    if _is_plain(key, Category):
        return detail.values
    row = _load(Category, [detail.category_id])[detail.category_id]
    return _written(api_class(key)(context={"request": request}), row, detail.values)


def _is_plain(key: str, model: type[Model]) -> bool:
    cls = api_class(key)
    return f"{cls.__module__}.{cls.__qualname__}" == API_CLASSES[key] and not others(model)


def _written(writer: OutputSerializer, row: Any, values: dict[str, Any]) -> dict[str, Any]:
    row.card = values
    return writer.to_representation(row)


def _load(model: type[Model], keys: Sequence[int]) -> dict[int, Any]:
    """Return the rows by key, each of its own type, with the relations that its type exposes."""
    rows = model._default_manager.in_bulk(keys)
    by_type = defaultdict(list)
    for row in rows.values():
        by_type[type(row)].append(row)
    for kind, of_kind in by_type.items():
        if names := others(kind):
            prefetch_related_objects(of_kind, *names)
    return rows
