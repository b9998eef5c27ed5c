"""Stock in the admin: what is on hand changes by an action that asks for a reason, never by typing over a figure."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.actions import ActionForm, ObjectActionsMixin, actor_of, object_action
from nexus_commerce.admin.base import (
    FREE_DATA,
    CommerceAdmin,
    CommerceForm,
    save_exposed,
    without_fields,
)
from nexus_commerce.admin.formatting import article, list_link
from nexus_commerce.admin.stock_rows import AllocationAdmin, ReservationAdmin, StockMovementAdmin
from nexus_commerce.inventory.models import Allocation, Reservation, StockItem, StockLocation, StockMovement
from nexus_commerce.inventory.services import receive_stock, set_on_hand, set_stock_limits

__all__ = [
    "AllocationAdmin",
    "ReservationAdmin",
    "StockItemAdmin",
    "StockLocationAdmin",
    "StockMovementAdmin",
]

REASONS = [
    ("received", _("Received from a supplier")),
    ("counted", _("Counted")),
    ("damaged", _("Damaged")),
    ("lost", _("Lost or stolen")),
    ("returned", _("Returned by a customer")),
    ("corrected", _("Correction of a mistake")),
]
FIGURES = [
    "on_hand",
    "allocated",
    "reserved",
    "available_units",
    "movements_link",
    "allocations_link",
    "reservations_link",
]
LIMITS = ["backorder_limit", "low_stock_level"]
AVAILABLE = F("on_hand") + F("backorder_limit") - F("allocated") - F("reserved")


class StockChangeForm(ActionForm):
    """What a change of stock needs: how much, which way, and why."""

    way = forms.ChoiceField(
        label=_("Change"),
        choices=[("add", _("Add")), ("take", _("Take away")), ("set", _("Set to the counted figure"))],
    )
    quantity = forms.IntegerField(label=_("Quantity"), min_value=0, max_value=10**12)
    reason = forms.ChoiceField(label=_("Reason"), choices=REASONS)
    note = forms.CharField(label=_("Note"), max_length=255, required=False)


@admin.register(StockLocation)
class StockLocationAdmin(CommerceAdmin):
    list_display = ["name", "code", "country", "priority", "is_active", "items_link"]
    list_filter = ["is_active", "country"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["channels"]
    fieldsets = [(None, {"fields": ["name", "code", "country", "channels", "priority", "is_active"]}), FREE_DATA]

    @admin.display(description=_("stock"))
    def items_link(self, location: Any) -> str:
        return list_link(StockItem, _("Show"), location__id__exact=location.pk)


class AvailabilityFilter(admin.SimpleListFilter):
    """Narrow stock to what is running out."""

    title = _("availability")
    parameter_name = "availability"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("out", _("Sold out")), ("low", _("At or below the low-stock level"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
        if self.value() == "out":
            return queryset.filter(available_units__lte=0)
        if self.value() == "low":
            return queryset.filter(available_units__lte=F("low_stock_level"))
        return queryset


class StockItemForm(CommerceForm):
    """A stock item; a new one may start with units on hand."""

    quantity = forms.IntegerField(
        label=_("On hand at the start"), min_value=0, max_value=10**12, required=False, initial=0
    )


@admin.register(StockItem)
class StockItemAdmin(ObjectActionsMixin, CommerceAdmin):
    form = StockItemForm
    list_display = [
        "article",
        "location",
        "on_hand_units",
        "allocated_units",
        "reserved_units",
        "available_units",
    ]
    list_filter = ["location", AvailabilityFilter]
    list_select_related = ["location", "variant__product"]
    search_fields = ["variant__sku", "variant__barcode", "variant__product__name"]
    ordering = ["variant__product__name", "variant__sku", "location"]
    autocomplete_fields = ["variant", "location"]
    object_actions = ["change_stock"]
    fieldsets = [
        (None, {"fields": ["variant", "location"]}),
        (_("Stock"), {"fields": ["quantity", *FIGURES]}),
        (_("Limits"), {"fields": [*LIMITS]}),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(available_units=AVAILABLE)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == "variant__product__id__exact" or super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return without_fields(super().get_fieldsets(request, obj), ["quantity"] if obj else FIGURES)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        given = super().get_readonly_fields(request, obj)
        fixed = ["variant", "location"] if obj else []
        return [*given, *fixed, *FIGURES]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        limits = {name: form.cleaned_data[name] for name in LIMITS if name in form.changed_data}
        if change:
            saved = set_stock_limits(stock_item=obj, **limits)
            obj.version = saved.version
            save_exposed(obj, form)
            return
        for name in LIMITS:
            setattr(obj, name, obj._meta.get_field(name).get_default())
        super().save_model(request, obj, form, change)
        set_stock_limits(stock_item=obj, **limits)
        if quantity := form.cleaned_data.get("quantity"):
            receive_stock(variant=obj.variant, location=obj.location, quantity=quantity, actor=actor_of(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A stock item keeps the movements that explain it."""
        return False

    @object_action(_("Change stock"), form=StockChangeForm)
    def change_stock(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Add, take away or set what is on hand."""
        given = {"variant": obj.variant, "location": obj.location, "reason": data["reason"], "note": data["note"]}
        if data["way"] == "set":
            item = set_on_hand(quantity=data["quantity"], actor=actor_of(request), **given)
        else:
            quantity = data["quantity"] if data["way"] == "add" else -data["quantity"]
            item = receive_stock(quantity=quantity, actor=actor_of(request), **given)
        return _("There are %(units)d on hand now.") % {"units": item.on_hand}

    @admin.display(description=_("article"), ordering="variant__product__name")
    def article(self, item: Any) -> str:
        return article(item.variant)

    @admin.display(description=_("on hand"), ordering="on_hand")
    def on_hand_units(self, item: Any) -> int:
        return int(item.on_hand)

    @admin.display(description=_("allocated"), ordering="allocated")
    def allocated_units(self, item: Any) -> int:
        return int(item.allocated)

    @admin.display(description=_("reserved"), ordering="reserved")
    def reserved_units(self, item: Any) -> int:
        return int(item.reserved)

    @admin.display(description=_("available"), ordering="available_units")
    def available_units(self, item: Any) -> str:
        low = item.available <= (item.low_stock_level or 0)
        return format_html('<span class="{}">{}</span>', "nexus-low" if low else "", item.available)

    @admin.display(description=_("movements"))
    def movements_link(self, item: Any) -> str:
        return list_link(StockMovement, _("Show"), stock_item__id__exact=item.pk)

    @admin.display(description=_("promised to orders"))
    def allocations_link(self, item: Any) -> str:
        return list_link(Allocation, _("Show"), stock_item__id__exact=item.pk, open="yes")

    @admin.display(description=_("held for checkouts"))
    def reservations_link(self, item: Any) -> str:
        return list_link(Reservation, _("Show"), stock_item__id__exact=item.pk)
