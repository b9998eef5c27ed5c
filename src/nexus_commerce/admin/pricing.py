"""Price lists and prices in the admin. Amounts are typed in major units, written by the services."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.base import FREE_DATA, CommerceAdmin, save_exposed
from nexus_commerce.admin.formatting import article, list_link
from nexus_commerce.admin.money import MoneyField, MoneyForm
from nexus_commerce.core.fields import MAX_QUANTITY
from nexus_commerce.pricing.models import Price, PriceChange, PriceList, PriceListChange
from nexus_commerce.pricing.services import change_price_list, create_price_list, remove_price, set_price

__all__ = ["PriceAdmin", "PriceForm", "PriceListAdmin", "PriceRowForm"]

TERMS = ("amount", "per", "compare_at", "floor", "min_quantity", "valid_from", "valid_until")
KEY = ["price_list", "variant", "min_quantity", "valid_from"]


@admin.register(PriceList)
class PriceListAdmin(CommerceAdmin):
    """A price list, written by the services; its prices are on a page of their own, for there may be many."""

    list_display = [
        "name",
        "code",
        "currency",
        "channel_names",
        "country",
        "customer_group",
        "priority",
        "prices_link",
        "is_active",
    ]
    list_filter = ["is_active", "currency", "channels", "customer_group"]
    list_select_related = ["customer_group"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["channels", "customer_group"]
    readonly_fields = ["prices_link", "history_link"]
    prepopulated_fields = {"code": ["name"]}
    fieldsets = [
        (None, {"fields": ["name", "code", "currency", "is_active", "prices_link", "history_link"]}),
        (
            _("For whom and when"),
            {"fields": ["channels", "country", "customer_group", "priority", ("valid_from", "valid_until")]},
        ),
        FREE_DATA,
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        lists = super().get_queryset(request).prefetch_related("channels")
        return lists.annotate(price_count=Count("prices", distinct=True))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep the currency of a list that has prices: they are amounts of it."""
        given = super().get_readonly_fields(request, obj)
        return [*given, "currency"] if obj and obj.price_count else given

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    @admin.display(description=_("channels"))
    def channel_names(self, price_list: Any) -> str:
        return ", ".join(channel.name for channel in price_list.channels.all())

    @admin.display(description=_("prices"), ordering="price_count")
    def prices_link(self, price_list: Any) -> str:
        if not price_list.pk:
            return ""
        count = list_link(Price, price_list.price_count, price_list__id__exact=price_list.pk)
        add = reverse("admin:nexus_pricing_price_add")
        return format_html('{} · <a href="{}?price_list={}">{}</a>', count, add, price_list.pk, _("Add price"))

    @admin.display(description=_("history"))
    def history_link(self, price_list: Any) -> str:
        if not price_list.pk:
            return ""
        prices = list_link(PriceChange, _("Prices"), price_list__id__exact=price_list.pk)
        own = list_link(PriceListChange, _("Where and when it applied"), price_list__id__exact=price_list.pk)
        return format_html("{} · {}", prices, own)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write columns and channels as one change."""
        columns = {field.name for field in obj._meta.concrete_fields}.intersection(form.changed_data)
        values = {name: form.cleaned_data[name] for name in columns}
        channels = form.cleaned_data.get("channels")
        if change:
            change_price_list(price_list=obj, channels=channels, **values)
        else:
            needed = {name: form.cleaned_data[name] for name in ("code", "name", "currency")}
            saved = create_price_list(channels=channels or (), **{**values, **needed})
            obj.pk, obj._state.adding = saved.pk, False


class PriceRowForm(MoneyForm):
    """The amounts of a price, as the list of prices edits them."""

    amount = MoneyField(label=_("Amount"))
    compare_at = MoneyField(label=_("Compare-at price"), required=False)
    money_fields: ClassVar[Sequence[str]] = ("amount", "compare_at")

    class Meta:
        model = Price
        fields = ["amount", "compare_at"]

    def known_currency(self) -> str:
        return self.instance.price_list.currency if self.instance.price_list_id else ""

    def chosen_currency(self) -> str:
        chosen = self.cleaned_data.get("price_list")
        return chosen.currency if chosen else self.known_currency()

    def clean(self) -> Any:
        """Say on the form that a floor is above the price: the list of prices shows no error of a service."""
        cleaned = super().clean()
        amount, floor = cleaned.get("amount"), cleaned.get("floor", self.instance.floor)
        if amount is not None and floor is not None and floor > amount:
            self.add_error("floor" if "floor" in self.fields else "amount", _("The floor must not be above the price."))
        return cleaned


class PriceForm(PriceRowForm):
    """A whole price."""

    floor = MoneyField(label=_("Price floor"), required=False, help_text=_("The least that discounts may leave."))
    min_quantity = forms.IntegerField(label=_("From quantity"), min_value=1, max_value=MAX_QUANTITY, initial=1)
    per = forms.IntegerField(label=_("Per units"), min_value=1, max_value=MAX_QUANTITY, initial=1)
    money_fields = ("amount", "compare_at", "floor")


@admin.register(Price)
class PriceAdmin(CommerceAdmin):
    """Prices are set through ``pricing.services``, so that their history is kept."""

    form = PriceForm
    list_display = ["article", "price_list", "terms", "amount", "compare_at", "window"]
    list_editable = ["amount", "compare_at"]
    list_filter = ["price_list", "price_list__currency"]
    list_select_related = ["price_list", "variant__product"]
    search_fields = ["variant__sku", "variant__product__name"]
    ordering = ["variant__product__name", "variant__sku", "price_list", "min_quantity"]
    autocomplete_fields = ["price_list", "variant"]
    readonly_fields = ["history_link"]
    fieldsets = [
        (None, {"fields": ["price_list", "variant", ("amount", "per"), "compare_at", "floor", "history_link"]}),
        (_("From which quantity and when"), {"fields": ["min_quantity", ("valid_from", "valid_until")]}),
    ]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == "variant__product__id__exact" or super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep what tells a price from the others: to sell at another quantity or time is another price."""
        return [*super().get_readonly_fields(request, obj), *(KEY if obj else [])]

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, **{"form": PriceRowForm, **kwargs})

    @admin.display(description=_("article"), ordering="variant__product__name")
    def article(self, price: Any) -> str:
        return article(price.variant)

    @admin.display(description=_("from"), ordering="min_quantity")
    def terms(self, price: Any) -> str:
        per = _(" · per %(units)d") % {"units": price.per} if price.per > 1 else ""
        return f"{price.min_quantity}{per}"

    @admin.display(description=_("valid"), ordering="valid_from")
    def window(self, price: Any) -> str:
        ends = [f"{end:%Y-%m-%d %H:%M}" if end else "…" for end in (price.valid_from, price.valid_until)]
        return " – ".join(ends) if price.valid_from or price.valid_until else ""

    @admin.display(description=_("history"))
    def history_link(self, price: Any) -> str:
        if not price.pk:
            return ""
        return list_link(PriceChange, _("All prices of the variant so far"), variant__id__exact=price.variant_id)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        terms = {name: getattr(obj, name) for name in TERMS}
        saved = set_price(price_list=obj.price_list, variant=obj.variant, **terms)
        obj.pk, obj._state.adding = saved.pk, False
        save_exposed(obj, form)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        remove_price(price=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for price in queryset.select_related("price_list"):
            remove_price(price=price)
