"""Shipping zones and methods in the admin. A method, its rates and their tiers stand on one page."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.areas import AreaInline, describe_areas
from nexus_commerce.admin.base import FREE_DATA, CommerceAdmin, ExposedInline, StackedInline
from nexus_commerce.admin.formatting import EMPTY, format_money
from nexus_commerce.admin.shipping_forms import KINDS, MethodForm, RateForm, RateFormSet
from nexus_commerce.shipping.models import ShippingMethod, ShippingRate, ShippingZone, ShippingZoneArea
from nexus_commerce.shipping.services import record_shipping_change

__all__ = ["ShippingMethodAdmin", "ShippingZoneAdmin"]


class ShippingZoneAreaInline(AreaInline):
    """Where a zone is."""

    model = ShippingZoneArea

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Show an empty area on the page of a new zone."""
        return 0 if obj else 1


class TellsOfChanges(CommerceAdmin):
    """Tells of each change of a method or zone as the services do, once all of its rows are written."""

    told_as = ""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        record_shipping_change(**{self.told_as: form.instance})

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        record_shipping_change(**{self.told_as: obj})
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            self.delete_model(request, row)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else super().get_prepopulated_fields(request, obj)


@admin.register(ShippingZone)
class ShippingZoneAdmin(TellsOfChanges):
    told_as = "zone"
    list_display = ["name", "code", "area_names", "method_names"]
    search_fields = ["name", "code", "areas__country"]
    prepopulated_fields = {"code": ["name"]}
    inlines = [ShippingZoneAreaInline]
    fieldsets = [(None, {"fields": ["name", "code"]}), FREE_DATA]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("areas", "methods")

    @admin.display(description=_("areas"))
    def area_names(self, zone: Any) -> str:
        return describe_areas(zone.areas.all()) or EMPTY

    @admin.display(description=_("methods"))
    def method_names(self, zone: Any) -> str:
        return ", ".join(method.name for method in zone.methods.all()) or EMPTY


class RateInline(ExposedInline, StackedInline):
    """What a method costs, in each currency."""

    model = ShippingRate
    form = RateForm
    formset = RateFormSet
    extra = 0
    fields = [
        "currency",
        ("amount", "step_amount", "percent"),
        "free_from",
        ("min_value", "max_value"),
        "tiers",
    ]

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Show an empty rate where there is none yet."""
        return 0 if obj is not None and obj.rates.exists() else 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("tiers")


@admin.register(ShippingMethod)
class ShippingMethodAdmin(TellsOfChanges):
    told_as = "method"
    form = MethodForm
    list_display = ["name", "code", "kind_name", "prices", "zone_names", "channel_names", "position", "is_active"]
    list_editable = ["position", "is_active"]
    list_filter = ["is_active", "channels", "zones"]
    search_fields = ["name", "code"]
    prepopulated_fields = {"code": ["name"]}
    autocomplete_fields = ["channels", "zones", "pickup_location"]
    inlines = [RateInline]
    fieldsets = [
        (None, {"fields": ["name", "code", "description", ("position", "is_active")]}),
        (_("Where"), {"fields": ["channels", "zones", ("min_weight", "max_weight")]}),
        (_("What it costs"), {"fields": ["kind", ("step", "tier_basis"), "tax_class"]}),
        (
            _("Who and when"),
            {"fields": [("carrier", "carrier_service"), "pickup_location", ("min_days", "max_days")]},
        ),
        FREE_DATA,
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("rates__tiers", "zones", "channels")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Remember what the stored tiers count, for the form may be changing it."""
        found: Any = super().get_object(request, object_id, from_field)
        if found is not None:
            found.nexus_stored_basis = found.tier_basis
        return found

    @admin.display(description=_("charged"), ordering="kind")
    def kind_name(self, method: Any) -> str:
        name = str(KINDS.get(method.kind, method.kind))
        return f"{name} ({method.carrier})" if method.kind == "carrier" else name

    @admin.display(description=_("prices"))
    def prices(self, method: Any) -> str:
        lines = [(price_text(method, rate),) for rate in method.rates.all()]
        return format_html_join("", '<div class="nexus-line">{}</div>', lines) or EMPTY

    @admin.display(description=_("zones"))
    def zone_names(self, method: Any) -> str:
        return ", ".join(zone.name for zone in method.zones.all()) or str(_("everywhere"))

    @admin.display(description=_("channels"))
    def channel_names(self, method: Any) -> str:
        return ", ".join(channel.name for channel in method.channels.all()) or str(_("all"))


def price_text(method: Any, rate: Any) -> str:
    """Return what a rate costs, in a few signs."""
    if method.kind == "tiered":
        amounts = [tier.amount for tier in rate.tiers.all()] or [0]
        parts = [" – ".join(format_money(amount, rate.currency) for amount in (min(amounts), max(amounts)))]
    else:
        parts = [format_money(rate.amount, rate.currency)]
    if method.kind == "weight":
        parts.append(f"+ {format_money(rate.step_amount, rate.currency)} / {method.step} g")
    if method.kind == "value":
        parts.append(f"+ {rate.percent.normalize():f} %")
    if rate.free_from is not None:
        parts.append(str(_("(free from %(value)s)") % {"value": format_money(rate.free_from, rate.currency)}))
    return " ".join(parts)
