"""Filters of the list of products."""

from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from nexus_commerce.catalog.models import Category, Product

__all__ = ["CategoryFilter", "ProductTypeFilter"]


class ProductTypeFilter(admin.SimpleListFilter):
    """Narrow products to one product type."""

    title = _("product type")
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        types = [model for model in model_admin.get_child_models() if model is not Product]
        return [(model._meta.label_lower, model._meta.verbose_name) for model in types]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        app_label, _dot, model_name = str(self.value()).partition(".")
        chosen = ContentType.objects.filter(app_label=app_label, model=model_name)
        return queryset.filter(polymorphic_ctype__in=chosen)


class CategoryFilter(admin.SimpleListFilter):
    """Narrow products to a category and what is below it."""

    title = _("category")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        rows = Category.objects.order_by("tree_id", "lft").values_list("pk", "name", "level")
        return [(str(pk), f"{'– ' * level}{name}") for pk, name, level in rows]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        if not chosen:
            return queryset
        is_key = chosen.isdecimal() and len(chosen) < 19
        return queryset.filter(ancestors__category=int(chosen)) if is_key else queryset.none()
