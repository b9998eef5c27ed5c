"""The category tree in the admin."""

from typing import Any

from django import http
from django.contrib import admin, messages
from django.db.models import Count
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from mptt.admin import DraggableMPTTAdmin

from nexus_commerce.admin.base import FREE_DATA, CommerceAdmin, CommerceForm
from nexus_commerce.admin.catalog.slugs import SlugFormMixin, SlugInline
from nexus_commerce.admin.formatting import list_link
from nexus_commerce.catalog.models import Category, Product
from nexus_commerce.catalog.services import create_category, delete_category, move_category, update_category
from nexus_commerce.core.errors import CommerceError

__all__ = ["CategoryAdmin", "CategoryForm"]


class CategoryForm(SlugFormMixin, CommerceForm):
    """The columns of a category and its slug."""

    def changed_columns(self) -> dict[str, Any]:
        """Return the columns that were changed, but for the place in the tree."""
        columns = {field.name for field in self.instance._meta.concrete_fields} - {"parent"}
        return {name: self.cleaned_data[name] for name in self.changed_data if name in columns}


@admin.register(Category)
class CategoryAdmin(CommerceAdmin, DraggableMPTTAdmin):
    """The tree, to be dragged about; every move goes through the service that locks it."""

    form = CategoryForm
    list_display = ["tree_actions", "indented_title", "slug", "product_count", "is_visible"]
    list_display_links = ["indented_title"]
    list_per_page = 2000
    mptt_level_indent = 24
    expand_tree_by_default = True
    search_fields = ["name", "slugs__slug"]
    inlines = [SlugInline]
    actions = None
    fieldsets = [
        (None, {"fields": ["name", "parent", "slug", "is_visible", "image", "description"]}),
        (_("Search engines"), {"classes": ["collapse"], "fields": ["seo_title", "seo_description"]}),
        FREE_DATA,
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        categories = super().get_queryset(request).prefetch_related("slugs")
        return categories.annotate(products_below=Count("descendant_products", distinct=True))

    def get_ordering(self, request: HttpRequest) -> Any:
        return ["tree_id", "lft"]

    @admin.display(description=_("name"))
    def indented_title(self, category: Any) -> str:
        indent = category.level * self.mptt_level_indent
        return format_html('<div style="margin-inline-start:{}px">{}</div>', indent, category.name)

    @admin.display(description=_("slug"))
    def slug(self, category: Any) -> str:
        return next((slug.slug for slug in category.slugs.all() if slug.is_current), "")

    @admin.display(description=_("products"), ordering="products_below")
    def product_count(self, category: Any) -> str:
        return list_link(Product, category.products_below, category=category.pk)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        columns, parent = form.changed_columns(), form.cleaned_data["parent"]
        if change:
            saved = Category.objects.get(pk=obj.pk)
            update_category(category=saved, slug=form.changed_slug(), **columns)
            if "parent" in form.changed_data:
                move_category(category=saved, parent=parent)
        else:
            saved = create_category(parent=parent, slug=form.cleaned_data["slug"], **columns)
        obj.__dict__.update(saved.__dict__)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_category(category=obj)

    def _move_node(self, request: HttpRequest) -> http.HttpResponse:
        """Move what was dragged; called by the page's script, which shows the messages on its next load."""
        rows = {str(row.pk): row for row in Category.objects.filter(pk__in=_keys(request))}
        moved, target = (rows.get(request.POST.get(name, "")) for name in ("cut_item", "pasted_on"))
        position = request.POST.get("position")
        if moved is None or target is None or position not in ("last-child", "left", "right"):
            return self._refuse(request, _("Objects have disappeared, try again."))
        if not self.has_change_permission(request, moved):
            return self._refuse(request, _("No permission"))
        try:
            move_category(category=moved, **_place(moved, target, position))
        except CommerceError as refusal:
            return self._refuse(request, str(refusal))
        self.log_change(request, moved, [{"changed": {"fields": ["parent"]}}])
        self.message_user(request, _("%(name)s was moved.") % {"name": moved})
        return http.HttpResponse("OK, moved.")

    def _refuse(self, request: HttpRequest, reason: Any) -> http.HttpResponse:
        self.message_user(request, reason, messages.ERROR)
        return http.HttpResponse("FAIL")


def _keys(request: HttpRequest) -> list[int]:
    given = [request.POST.get(name, "") for name in ("cut_item", "pasted_on")]
    return [int(key) for key in given if key.isdecimal() and len(key) < 19]


def _place(moved: Category, target: Category, position: str) -> dict[str, Category | None]:
    if position == "last-child":
        return {"parent": target}
    if position == "left":
        return {"parent": target.parent, "before": target}
    following = target.get_next_sibling()
    if following is not None and following.pk == moved.pk:
        following = following.get_next_sibling()
    return {"parent": target.parent, "before": following}
