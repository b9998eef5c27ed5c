"""What was used of promotions, to look at: orders write it."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.base import ReadOnlyAdmin
from nexus_commerce.admin.formatting import money_column, state_badge
from nexus_commerce.orders.models import Order
from nexus_commerce.promotions.models import CustomerUsage, Redemption

__all__ = ["CustomerUsageAdmin", "RedemptionAdmin"]


@admin.register(Redemption)
class RedemptionAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "promotion", "coupon", "order_link", "amount_money", "state_label"]
    list_filter = ["state", "created_at"]
    list_select_related = ["promotion", "coupon"]
    search_fields = ["promotion__name", "=coupon__code", "order"]
    date_hierarchy = "created_at"
    fieldsets = [
        (None, {"fields": ["promotion", "coupon", "order_link", "amount_money", "state_label"]}),
        (_("Record"), {"fields": ["customer_key", "created_at", "updated_at", "public_id"]}),
    ]
    amount_money = money_column("amount", _("amount"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        orders = Order.objects.filter(public_id=OuterRef("order"))
        annotated: QuerySet[Any] = (
            super()
            .get_queryset(request)
            .annotate(
                order_pk=Subquery(orders.values("pk")[:1]),
                order_number=Subquery(orders.values("number")[:1]),
            )
        )
        return annotated

    @admin.display(description=_("order"))
    def order_link(self, redemption: Any) -> str:
        if redemption.order_pk is None:
            return str(redemption.order)
        address = reverse("admin:nexus_orders_order_change", args=[redemption.order_pk])
        return format_html('<a href="{}">{}</a>', address, redemption.order_number)

    @admin.display(description=_("state"), ordering="state")
    def state_label(self, redemption: Any) -> str:
        return state_badge(redemption.state)


@admin.register(CustomerUsage)
class CustomerUsageAdmin(ReadOnlyAdmin):
    list_display = ["promotion", "customer_key", "uses", "usage_limit"]
    list_select_related = ["promotion"]
    search_fields = ["promotion__name", "=customer_key"]
    fieldsets = [(None, {"fields": ["promotion", "customer_key", "uses", "usage_limit"]})]
