"""What explains the figures of a stock item, in the admin: its movements, reservations and allocations."""

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.base import ReadOnlyAdmin
from nexus_commerce.inventory.models import Allocation, Reservation, StockMovement

__all__ = ["AllocationAdmin", "ReservationAdmin", "StockMovementAdmin"]


class OfStockItemAdmin(ReadOnlyAdmin):
    """Rows that belong to a stock item."""

    list_select_related = ["stock_item__variant", "stock_item__location"]
    search_fields = ["stock_item__variant__sku"]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == "stock_item__id__exact" or super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    @admin.display(description=_("variant"), ordering="stock_item__variant__sku")
    def variant(self, row: Any) -> str:
        return str(row.stock_item.variant)

    @admin.display(description=_("location"), ordering="stock_item__location__name")
    def location(self, row: Any) -> str:
        return str(row.stock_item.location)


@admin.register(StockMovement)
class StockMovementAdmin(OfStockItemAdmin):
    list_display = ["created_at", "variant", "location", "quantity_units", "reason", "note", "actor"]
    list_filter = ["reason", "stock_item__location", "created_at"]
    date_hierarchy = "created_at"
    fieldsets = [
        (
            None,
            {"fields": ["created_at", "variant", "location", "quantity", "reason", "note", "actor", "reference"]},
        )
    ]

    @admin.display(description=_("quantity"), ordering="quantity")
    def quantity_units(self, movement: Any) -> str:
        return f"{movement.quantity:+d}"


class ExpiryFilter(admin.SimpleListFilter):
    """Narrow reservations to those that hold, or to those that wait for the sweep, by the database's clock."""

    title = _("expiry")
    parameter_name = "expiry"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("alive", _("Held")), ("expired", _("Expired"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
        if self.value() == "alive":
            return queryset.filter(expires_at__gt=Now())
        if self.value() == "expired":
            return queryset.filter(expires_at__lte=Now())
        return queryset


@admin.register(Reservation)
class ReservationAdmin(OfStockItemAdmin):
    list_display = ["variant", "location", "quantity", "holder", "expires_at", "created_at"]
    list_filter = [ExpiryFilter, "stock_item__location"]
    search_fields = ["stock_item__variant__sku", "holder"]
    fieldsets = [
        (None, {"fields": ["variant", "location", "quantity", "holder", "line", "expires_at", "created_at"]}),
    ]


class OpenFilter(admin.SimpleListFilter):
    """Narrow allocations to those of which units have neither left nor been released."""

    title = _("state")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("yes", _("Open")), ("no", _("Done"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
        if self.value() == "yes":
            return queryset.filter(open_units__gt=0)
        if self.value() == "no":
            return queryset.filter(open_units=0)
        return queryset


@admin.register(Allocation)
class AllocationAdmin(OfStockItemAdmin):
    list_display = ["variant", "location", "quantity", "consumed", "released", "open_units", "order", "created_at"]
    list_filter = [OpenFilter, "stock_item__location"]
    search_fields = ["stock_item__variant__sku", "order"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "variant",
                    "location",
                    "quantity",
                    "consumed",
                    "released",
                    "open_units",
                    "order",
                    "line",
                    "created_at",
                    "updated_at",
                ]
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(open_units=F("quantity") - F("consumed") - F("released"))

    @admin.display(description=_("open"), ordering="open_units")
    def open_units(self, allocation: Any) -> int:
        return int(allocation.open_units)
