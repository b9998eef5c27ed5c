"""Collections and tags in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.base import FREE_DATA, CommerceAdmin, ExposedInline, TabularInline
from nexus_commerce.admin.formatting import list_link
from nexus_commerce.catalog.models import Collection, CollectionProduct, Product, Tag
from nexus_commerce.catalog.services.columns import clean_html

__all__ = ["CollectionAdmin", "TagAdmin"]


class CollectionProductInline(ExposedInline, TabularInline):
    """The products of a collection, in order."""

    model = CollectionProduct
    extra = 0
    fields = ["product", "position"]
    autocomplete_fields = ["product"]


@admin.register(Collection)
class CollectionAdmin(CommerceAdmin):
    list_display = ["name", "code", "is_visible", "product_count"]
    list_filter = ["is_visible"]
    search_fields = ["name", "code"]
    prepopulated_fields = {"code": ["name"]}
    inlines = [CollectionProductInline]
    fieldsets = [(None, {"fields": ["name", "code", "is_visible", "description"]}), FREE_DATA]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(entry_count=Count("entries"))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.description = clean_html(obj.description)
        super().save_model(request, obj, form, change)

    @admin.display(description=_("products"), ordering="entry_count")
    def product_count(self, collection: Any) -> int:
        return int(collection.entry_count)


@admin.register(Tag)
class TagAdmin(CommerceAdmin):
    list_display = ["name", "product_count"]
    search_fields = ["name"]
    fieldsets = [(None, {"fields": ["name"]})]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(tagged=Count("products"))

    @admin.display(description=_("products"), ordering="tagged")
    def product_count(self, tag: Any) -> str:
        return list_link(Product, tag.tagged, tags__id__exact=tag.pk)
