"""Options and variants on the page of their product, and what a bundle holds on the page of its variant."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.base import CommerceForm, ExposedInline, TabularInline
from nexus_commerce.admin.catalog.variant_forms import VariantRowForm, option_names, options_of, with_options
from nexus_commerce.admin.formatting import EMPTY, format_money, list_link
from nexus_commerce.catalog.models import BundleItem, Option, Variant
from nexus_commerce.inventory.models import StockItem
from nexus_commerce.pricing.models import Price

__all__ = ["BundleItemInline", "OptionInline", "OptionRowForm", "VariantInline"]


class OptionRowForm(CommerceForm):
    """An option and its values, as one line of text."""

    value_list = forms.CharField(
        label=_("Values"),
        max_length=4000,
        widget=forms.TextInput({"size": 50}),
        help_text=_("Separated by commas: S, M, L"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["value_list"] = ", ".join(value.value for value in self.instance.values.all())

    def values(self) -> list[str]:
        """Return the values in the order typed."""
        return [value.strip() for value in self.cleaned_data["value_list"].split(",") if value.strip()]


class OptionInline(ExposedInline, TabularInline):
    """What the variants of a product differ in."""

    model = Option
    form = OptionRowForm
    extra = 0
    fields = ["name", "value_list", "position"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("values")


class VariantInline(ExposedInline, TabularInline):
    """The variants of a product that are in use, with its options, prices and stock."""

    model = Variant
    form = VariantRowForm
    extra = 0
    can_delete = False
    show_change_link = True
    fields = ["sku", "barcode", "track_stock", "prices_link", "stock"]
    readonly_fields = ["prices_link", "stock"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        variants = super().get_queryset(request).filter(archived_at__isnull=True)
        return variants.prefetch_related("option_values", "prices__price_list", "stock_items")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else 1

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        sku, *others = super().get_fields(request, obj)
        shown = others if obj else [name for name in others if name not in self.readonly_fields]
        return [sku, *option_names(self.known_options(request, obj)), *shown]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        kwargs["form"] = with_options(self.form, self.known_options(request, obj))
        return super().get_formset(request, obj, **kwargs)

    def known_options(self, request: HttpRequest, product: Any) -> list[Option]:
        """Return the options of the product, read once a request."""
        known: list[Option] | None = getattr(request, "nexus_options", None)
        if known is None:
            known = options_of(product)
            request.nexus_options = known  # type: ignore[attr-defined]
        return known

    @admin.display(description=_("prices"))
    def prices_link(self, variant: Any) -> str:
        if not variant.pk:
            return ""
        prices = [format_money(price.amount, price.price_list.currency) for price in variant.prices.all()]
        text = ", ".join(prices[:3]) + (" …" if len(prices) > 3 else "")
        return list_link(Price, text or _("none"), variant__id__exact=variant.pk)

    @admin.display(description=_("available"))
    def stock(self, variant: Any) -> str:
        if not variant.pk or not variant.track_stock:
            return EMPTY
        units = sum(item.available for item in variant.stock_items.all())
        return list_link(StockItem, units, variant__id__exact=variant.pk)


class BundleItemInline(ExposedInline, TabularInline):
    """What one unit of a bundle's variant holds."""

    model = BundleItem
    fk_name = "bundle"
    extra = 0
    fields = ["variant", "quantity", "position"]
    autocomplete_fields = ["variant"]


def contents_of(variants: Any) -> str:
    """Return what the variants of a bundle hold, a line each."""
    rows = [
        (f"{item.quantity} × {item.variant.product.name} ({item.variant.sku})",)
        for variant in variants
        for item in variant.bundle_items.all()
    ]
    return format_html_join("", "{}<br>", rows) or EMPTY
