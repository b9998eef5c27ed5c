"""Variants in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.actions import ObjectActionsMixin, object_action
from nexus_commerce.admin.base import FREE_DATA, CommerceAdmin, without_fields
from nexus_commerce.admin.catalog.attribute_fields import AttributeInput, attribute_inputs, in_pairs, with_attributes
from nexus_commerce.admin.catalog.product_writing import kept_rows
from nexus_commerce.admin.catalog.variant_forms import VariantForm, option_names, options_of, with_options
from nexus_commerce.admin.catalog.variant_inlines import BundleItemInline
from nexus_commerce.admin.filters import ArchivedFilter
from nexus_commerce.admin.formatting import change_link, list_link
from nexus_commerce.catalog.models import Bundle, BundleItem, Variant
from nexus_commerce.catalog.services import BundlePart, add_variant, archive_variant, set_bundle_items, update_variant
from nexus_commerce.inventory.models import StockItem
from nexus_commerce.pricing.models import Price, PriceChange

__all__ = ["VariantAdmin"]


def is_bundle(variant: Variant) -> bool:
    """Return whether a variant is one of a bundle."""
    content_type = variant.product.polymorphic_ctype
    model = content_type.model_class() if content_type else None
    return model is not None and issubclass(model, Bundle)


@admin.register(Variant)
class VariantAdmin(ObjectActionsMixin, CommerceAdmin):
    """A variant in full; most of the work is done on the page of its product."""

    form = VariantForm
    list_display = ["sku", "product_name", "option_text", "barcode", "track_stock", "updated_at"]
    list_filter = [ArchivedFilter, "track_stock", "unit"]
    list_select_related = ["product"]
    search_fields = ["sku", "barcode", "product__name", "name"]
    autocomplete_fields = ["product"]
    readonly_fields = ["product_link", "elsewhere", "archived_at", "created_at", "public_id"]
    inlines = [BundleItemInline]
    object_actions = ["archive"]
    fieldsets = [
        (None, {"fields": ["product", "product_link", "sku", "barcode", "name", "elsewhere"]}),
        (
            _("Selling"),
            {
                "fields": [
                    ("track_stock", "tax_class"),
                    ("unit", "quantity_step"),
                    ("min_quantity", "max_quantity"),
                    "position",
                ]
            },
        ),
        (_("Weight and size"), {"classes": ["collapse"], "fields": ["weight", ("length", "width", "height")]}),
        (_("Record"), {"classes": ["collapse"], "fields": ["archived_at", "created_at", "public_id"]}),
        FREE_DATA,
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("option_values")

    def inputs_for(self, request: HttpRequest, obj: Any) -> list[AttributeInput]:
        """Return the attributes that the form asks for, read once a request; none before the product is known."""
        known: list[AttributeInput] | None = getattr(request, "nexus_inputs", None)
        if known is None:
            known = []
            if obj:
                model: Any = obj.product.polymorphic_ctype.model_class()
                categories = obj.product.ancestors.values_list("category_id", flat=True)
                known = attribute_inputs(product_type=model, category_ids=categories, on_variant=True)
            request.nexus_inputs = known  # type: ignore[attr-defined]
        return known

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = with_options(self.form, options_of(obj.product if obj else None))
        kwargs.setdefault("form", with_attributes(form, self.inputs_for(request, obj)))
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        given = list(super().get_fieldsets(request, obj))
        if names := [entry.name for entry in self.inputs_for(request, obj)]:
            given.insert(1, (_("Attributes"), {"fields": in_pairs(names)}))
        if names := option_names(options_of(obj.product if obj else None)):
            given.insert(1, (_("Options"), {"fields": names}))
        unused = ["product"] if obj else ["product_link", "elsewhere", "archived_at", "created_at", "public_id"]
        return [group for group in without_fields(given, unused) if group[1]["fields"]]

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        given = super().get_inlines(request, obj)
        return [one for one in given if one is not BundleItemInline or (obj and is_bundle(obj))]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        columns = form.changed_columns()
        if change:
            saved = update_variant(
                variant=Variant.objects.select_related("product").get(pk=obj.pk),
                options=form.changed_options(),
                attributes=form.changed_attributes() or None,
                **columns,
            )
        else:
            saved = add_variant(product=obj.product, sku=columns.pop("sku"), **columns)
        obj.__dict__.update(saved.__dict__)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is not BundleItem:
            super().save_formset(request, form, formset, change)
            return
        formset.save(commit=False)
        if formset.has_changed():
            rows = sorted(kept_rows(formset), key=lambda row: row.position or 0)
            items = [BundlePart(row.variant, row.quantity) for row in rows]
            set_bundle_items(bundle=form.instance, items=items)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Variants are archived: orders point at what was sold."""
        return False

    @object_action(_("Archive"), open_for=lambda variant: variant.archived_at is None)
    def archive(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Take a variant out of sale."""
        archive_variant(variant=obj)
        return _("%(name)s is archived.") % {"name": obj}

    @admin.display(description=_("product"), ordering="product__name")
    def product_name(self, variant: Any) -> str:
        return str(variant.product.name)

    @admin.display(description=_("product"))
    def product_link(self, variant: Any) -> str:
        return change_link(variant.product)

    @admin.display(description=_("options"))
    def option_text(self, variant: Any) -> str:
        return ", ".join(value.value for value in variant.option_values.all())

    @admin.display(description=_("prices and stock"))
    def elsewhere(self, variant: Any) -> str:
        prices = list_link(Price, _("Prices"), variant__id__exact=variant.pk)
        history = list_link(PriceChange, _("Price history"), variant__id__exact=variant.pk)
        stock = list_link(StockItem, _("Stock"), variant__id__exact=variant.pk)
        return format_html("{} · {} · {}", prices, history, stock)
