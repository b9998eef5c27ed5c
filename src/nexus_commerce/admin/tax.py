"""Tax classes, zones and rates in the admin."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.areas import AreaInline, describe_areas
from nexus_commerce.admin.base import FREE_DATA, CommerceAdmin, CommerceForm, ExposedInline, TabularInline
from nexus_commerce.admin.formatting import EMPTY, table
from nexus_commerce.tax.errors import TaxRatesOverlap
from nexus_commerce.tax.models import TaxClass, TaxRate, TaxZone, TaxZoneArea
from nexus_commerce.tax.services import check_overlap, record_tax_change, set_default_tax_class

__all__ = ["TaxClassAdmin", "TaxZoneAdmin"]

if TYPE_CHECKING:
    RateFormSetBase = BaseInlineFormSet[Any, Any, Any]
else:
    RateFormSetBase = BaseInlineFormSet


class TaxClassForm(CommerceForm):
    """A tax class; a new default takes the place of the old one, so that one is no error."""

    def _get_validation_exclusions(self) -> set[str]:
        return {*super()._get_validation_exclusions(), "is_default"}  # type: ignore[misc]


@admin.register(TaxClass)
class TaxClassAdmin(CommerceAdmin):
    """A class keeps its code once it is made: products, shipping methods and fees name it."""

    form = TaxClassForm
    list_display = ["name", "code", "is_default", "present_rates"]
    search_fields = ["name", "code"]
    prepopulated_fields = {"code": ["name"]}
    fieldsets = [(None, {"fields": ["name", "code", "is_default"]}), FREE_DATA]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("rates__zone")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *(["code"] if obj else [])]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    @admin.display(description=_("rates in force"))
    def present_rates(self, tax_class: Any) -> str:
        rates = in_force(tax_class.rates.all(), timezone.now())
        return "; ".join(f"{rate.zone}: {percent(rate)}" for rate in rates) or EMPTY

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        is_new_default = obj.is_default and "is_default" in form.changed_data
        if is_new_default:
            obj.is_default = False
        super().save_model(request, obj, form, change)
        if is_new_default:
            set_default_tax_class(tax_class=obj)
        else:
            record_tax_change(tax_class=obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        record_tax_change(tax_class=obj)
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for tax_class in queryset:
            record_tax_change(tax_class=tax_class)
        super().delete_queryset(request, queryset)


class TaxZoneAreaInline(AreaInline):
    """Where a zone is."""

    model = TaxZoneArea


class RateForm(forms.ModelForm):  # type: ignore[type-arg]
    """A rate of a zone."""

    rate = forms.DecimalField(label=_("Rate (%)"), min_value=0, max_value=100, max_digits=9, decimal_places=6)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # Without the zeros that the column adds; 100 is not to become 1E+2.
            self.initial["rate"] = Decimal(f"{self.instance.rate.normalize():f}")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = data.get("valid_from"), data.get("valid_until")
        if start and end and start >= end:
            self.add_error("valid_until", str(_("The end must be later than the start.")))
        return data


class RateFormSet(RateFormSetBase):
    """The rates of a zone, of which two of one name and class never apply at one time."""

    def clean(self) -> None:
        super().clean()
        by_class: dict[Any, list[Any]] = defaultdict(list)
        for form in self.forms:
            if form.is_valid() and form.cleaned_data and not form.cleaned_data.get("DELETE"):
                by_class[form.instance.tax_class_id].append(form.instance)
        try:
            for rates in by_class.values():
                check_overlap(rates)
        except TaxRatesOverlap as refused:
            raise ValidationError(str(refused)) from refused


class RateInline(ExposedInline, TabularInline):
    """All rates of a zone, past and future ones among them."""

    model = TaxRate
    form = RateForm
    formset = RateFormSet
    extra = 0
    fields = ["tax_class", "name", "rate", "valid_from", "valid_until"]
    ordering = ["tax_class__code", "name", "valid_from"]

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None:
            field.choices = list(field.choices)  # Read once, not for each row.
            for link in ("add", "change", "delete", "view"):
                setattr(field.widget, f"can_{link}_related", False)
        return field

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("zone")


@admin.register(TaxZone)
class TaxZoneAdmin(CommerceAdmin):
    """A zone with its areas and rates, and what applies there now."""

    list_display = [
        "name",
        "code",
        "area_names",
        "rate_names",
        "priority",
        "allows_reverse_charge",
        "is_active",
    ]
    list_filter = ["is_active", "allows_reverse_charge"]
    search_fields = ["name", "code", "=areas__country", "areas__region", "areas__postcodes"]
    readonly_fields = ["applies"]
    prepopulated_fields = {"code": ["name"]}
    inlines = [TaxZoneAreaInline, RateInline]
    fieldsets = [
        (None, {"fields": ["name", "code", "is_active", ("priority", "allows_reverse_charge"), "applies"]}),
        FREE_DATA,
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("areas", "rates__tax_class")

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    @admin.display(description=_("areas"))
    def area_names(self, zone: Any) -> str:
        return describe_areas(zone.areas.all()) or EMPTY

    @admin.display(description=_("rates in force"))
    def rate_names(self, zone: Any) -> str:
        by_class: dict[str, list[str]] = defaultdict(list)
        for rate in in_force(zone.rates.all(), timezone.now()):
            by_class[str(rate.tax_class)].append(percent(rate))
        return ", ".join(f"{name}: {' + '.join(rates)}" for name, rates in sorted(by_class.items())) or EMPTY

    @admin.display(description=_("applies now"))
    def applies(self, zone: Any) -> str:
        """Show for each class what applies at this moment, and what is to come."""
        if not zone.pk:
            return EMPTY
        by_class: dict[str, list[Any]] = defaultdict(list)
        for rate in zone.rates.all():
            by_class[str(rate.tax_class)].append(rate)
        now = timezone.now()
        return table([(name, describe_rates(rates, now)) for name, rates in sorted(by_class.items())])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not change or form.has_changed() or any(formset.has_changed() for formset in formsets):
            record_tax_change(zone=form.instance)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        record_tax_change(zone=obj)
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for zone in queryset:
            record_tax_change(zone=zone)
        super().delete_queryset(request, queryset)


def in_force(rates: Any, now: datetime) -> list[Any]:
    """Return the rates of loaded ones that apply at a moment."""
    return [
        rate
        for rate in rates
        if (rate.valid_from is None or rate.valid_from <= now) and (rate.valid_until is None or now < rate.valid_until)
    ]


def percent(rate: Any) -> str:
    """Return a rate as people of the active language write it."""
    return f"{number_format(Decimal(f'{rate.rate.normalize():f}'))} %"


def describe_rates(rates: list[Any], now: datetime) -> SafeString:
    """Return what applies of one class now, and below what will."""
    present = " + ".join(f"{rate.name} ({percent(rate)})" for rate in in_force(rates, now)) or str(_("nothing"))
    to_come = sorted((rate.valid_from, rate) for rate in rates if rate.valid_from and rate.valid_from > now)
    lines = [
        (date_format(timezone.localtime(start), "SHORT_DATETIME_FORMAT"), rate.name, percent(rate))
        for start, rate in to_come
    ]
    return format_html("{}{}", present, format_html_join("", '<div class="nexus-quiet">{}: {} ({})</div>', lines))
