"""Pictures and files of products in the admin; they are added on the page of their product."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.base import CommerceAdmin, ReadOnlyInline
from nexus_commerce.admin.catalog.product_writing import describe_media
from nexus_commerce.admin.catalog.summaries import media_address, thumbnail
from nexus_commerce.admin.formatting import change_link
from nexus_commerce.catalog.models import Media, MediaRendition
from nexus_commerce.catalog.services import remove_image

__all__ = ["MediaAdmin"]


class RenditionInline(ReadOnlyInline):
    """The sizes that were made of a picture."""

    model = MediaRendition
    fields = ["size", "width", "height", "file"]


@admin.register(Media)
class MediaAdmin(CommerceAdmin):
    list_display = ["picture", "__str__", "product", "variant", "kind", "size", "position"]
    list_display_links = ["__str__"]
    list_filter = ["kind"]
    list_select_related = ["product", "variant"]
    search_fields = ["alt", "product__name", "variant__sku"]
    raw_id_fields = ["variant"]
    readonly_fields = ["preview", "product_link", "file", "kind", "size", "checksum", "source_url", "public_id"]
    inlines = [RenditionInline]
    fieldsets = [
        (None, {"fields": ["preview", "product_link", "variant", "alt", "position"]}),
        (_("File"), {"fields": ["file", "kind", "size", "source_url", "checksum", "public_id"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("renditions")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        describe_media(obj, form)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        remove_image(media=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for media in queryset:
            remove_image(media=media)

    @admin.display(description="")
    def picture(self, media: Any) -> str:
        return thumbnail(media_address(media))

    @admin.display(description=_("picture"))
    def preview(self, media: Any) -> str:
        return thumbnail(media_address(media), "nexus-preview")

    @admin.display(description=_("product"))
    def product_link(self, media: Any) -> str:
        return change_link(media.product)

    @admin.display(description=_("size"), ordering="width")
    def size(self, media: Any) -> str:
        return f"{media.width} × {media.height}" if media.width else ""
