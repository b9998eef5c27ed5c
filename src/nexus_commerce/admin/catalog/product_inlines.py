"""What belongs to a product, on its page. Each kind of row is saved through its service."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.base import ExposedInline, TabularInline
from nexus_commerce.admin.catalog.summaries import media_address, thumbnail
from nexus_commerce.catalog.models import Media, ProductCategory, ProductListing, ProductRelation

__all__ = ["ListingInline", "MediaInline", "PlacementInline", "RelationInline"]


class ListingInline(ExposedInline, TabularInline):
    """The channels that a product is for sale in."""

    model = ProductListing
    extra = 0
    fields = ["channel", "is_visible", "visible_from", "visible_until"]


class PlacementInline(ExposedInline, TabularInline):
    """The categories of a product."""

    model = ProductCategory
    extra = 0
    fields = ["category", "is_primary"]
    autocomplete_fields = ["category"]


class RelationInline(ExposedInline, TabularInline):
    """What is shown beside a product."""

    model = ProductRelation
    fk_name = "product"
    extra = 0
    fields = ["related", "kind", "position"]
    autocomplete_fields = ["related"]


class MediaInline(ExposedInline, TabularInline):
    """The pictures of a product."""

    model = Media
    extra = 0
    fields = ["preview", "file", "alt", "position"]
    readonly_fields = ["preview"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("renditions")

    @admin.display(description=_("picture"))
    def preview(self, media: Any) -> str:
        return thumbnail(media_address(media), "nexus-preview") if media.pk else ""
