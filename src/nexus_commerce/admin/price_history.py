"""The history of prices and price lists in the admin: to read and to filter."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from django.contrib import admin
from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.base import ReadOnlyAdmin
from nexus_commerce.admin.formatting import article, money_column
from nexus_commerce.channels.models import Channel
from nexus_commerce.pricing.models import PriceChange, PriceListChange

__all__ = ["DirectionFilter", "PriceChangeAdmin", "PriceListChangeAdmin"]

NO_START: Final = Value(datetime(1, 1, 2, tzinfo=UTC))
EXACT: Final[Any] = DecimalField(max_digits=30, decimal_places=0)


class DirectionFilter(admin.SimpleListFilter):
    """Whether a price fell, rose, was new or went."""

    title = _("what happened")
    parameter_name = "direction"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("fell", _("Fell")), ("rose", _("Rose")), ("new", _("New")), ("gone", _("Taken away"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        # Compared for the same number of units, without dividing; as bigint the products could overflow.
        changes: Any = queryset.alias(
            now=Cast("amount", EXACT) * F("before_per"), was=Cast("before_amount", EXACT) * F("per")
        )
        conditions = {
            "fell": Q(now__lt=F("was")),
            "rose": Q(now__gt=F("was")),
            "new": Q(amount__isnull=False, before_amount__isnull=True),
            "gone": Q(amount__isnull=True),
        }
        wanted = conditions.get(self.value() or "")
        return queryset if wanted is None else changes.filter(wanted)


class HistoryAdmin(ReadOnlyAdmin):
    """What the two histories share."""

    date_hierarchy = "created_at"
    ordering = ["-created_at", "-id"]

    @admin.display(description=_("valid"), ordering="valid_from")
    def window(self, change: Any) -> str:
        ends = [f"{end:%Y-%m-%d %H:%M}" if end else "…" for end in (change.valid_from, change.valid_until)]
        return " – ".join(ends) if change.valid_from or change.valid_until else ""


@admin.register(PriceChange)
class PriceChangeAdmin(HistoryAdmin):
    """What prices became, beside what they were."""

    list_display = ["created_at", "article", "price_list", "terms", "before_amount_money", "amount_money", "window"]
    list_filter = [DirectionFilter, "price_list", "price_list__channels", "created_at"]
    list_select_related = ["price_list", "variant__product"]
    search_fields = ["variant__sku", "variant__product__name"]
    fieldsets = [
        (None, {"fields": ["created_at", "price_list", "variant", "min_quantity"]}),
        (_("What it became"), {"fields": ["before_amount_money", "amount_money", "per", "valid_from", "valid_until"]}),
    ]
    amount_money = money_column("amount", _("amount"), currency="price_list__currency")
    before_amount_money = money_column("before_amount", _("before"), currency="price_list__currency")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Add what the same price was before: the row before of the same list, variant, quantity and start."""
        same: Any = PriceChange.objects.annotate(start=Coalesce("valid_from", NO_START)).filter(
            variant=OuterRef("variant"),
            price_list=OuterRef("price_list"),
            min_quantity=OuterRef("min_quantity"),
            start=Coalesce(OuterRef("valid_from"), NO_START),
            pk__lt=OuterRef("pk"),
        )
        latest = same.order_by("-pk")
        return (
            super()
            .get_queryset(request)
            .annotate(
                before_amount=Subquery(latest.values("amount")[:1]), before_per=Subquery(latest.values("per")[:1])
            )
        )

    @admin.display(description=_("article"), ordering="variant__product__name")
    def article(self, change: Any) -> str:
        return article(change.variant)

    @admin.display(description=_("from"), ordering="min_quantity")
    def terms(self, change: Any) -> str:
        per = _(" · per %(units)d") % {"units": change.per} if change.per > 1 else ""
        return f"{change.min_quantity}{per}"


@admin.register(PriceListChange)
class PriceListChangeAdmin(HistoryAdmin):
    """Where, when and for whom lists applied."""

    list_display = [
        "created_at",
        "price_list",
        "is_active",
        "is_public",
        "channel_names",
        "country",
        "priority",
        "window",
    ]
    list_filter = ["price_list", "is_active", "is_public", "created_at"]
    list_select_related = ["price_list"]
    search_fields = ["price_list__name", "price_list__code"]
    fieldsets = [
        (None, {"fields": ["created_at", "price_list", "is_active", "is_public"]}),
        (_("Where and when"), {"fields": ["channel_names", "country", "priority", "valid_from", "valid_until"]}),
    ]

    def get_list_display(self, request: HttpRequest) -> Any:
        """Read the names of channels once for the page: the history keeps their keys."""
        names: dict[int, str] = {}

        @admin.display(description=_("channels"))
        def channels(change: Any) -> str:
            if not names:
                names.update(Channel.objects.values_list("pk", "name"))
            return named(change.channels, names)

        return [channels if column == "channel_names" else column for column in super().get_list_display(request)]

    @admin.display(description=_("channels"))
    def channel_names(self, change: Any) -> str:
        return named(change.channels, dict(Channel.objects.values_list("pk", "name")))


def named(keys: Iterable[int], names: Mapping[int, str]) -> str:
    """Return the names of channels, or the keys of those that are no more."""
    return ", ".join(names.get(key, f"#{key}") for key in keys)
