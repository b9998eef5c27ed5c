"""Orders in the admin: a snapshot to read. What is done with them stands in ``order_actions``."""

from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.base import FREE_DATA, ReadOnlyAdmin
from nexus_commerce.admin.formatting import change_link, format_money, money_column, state_badge, table
from nexus_commerce.admin.fulfillment import OrderShipmentInline, to_ship_panel
from nexus_commerce.admin.mails import MailPreviewsMixin
from nexus_commerce.admin.order_actions import OrderActionsMixin
from nexus_commerce.admin.order_filters import (
    AttentionFilter,
    FulfillmentFilter,
    PaymentFilter,
    ReviewFilter,
    StateFilter,
)
from nexus_commerce.admin.order_inlines import (
    OrderAddressInline,
    OrderDiscountInline,
    OrderEventInline,
    OrderFeeInline,
    OrderLineInline,
    OrderPaymentInline,
    OrderShippingInline,
    OrderTaxInline,
)
from nexus_commerce.admin.order_panels import load_money, money_notices, refunds_of, refunds_panel
from nexus_commerce.orders.models import Order

__all__ = ["OrderAdmin"]


ADJUSTMENTS = {
    OrderDiscountInline: "discounts",
    OrderShippingInline: "shipping_charges",
    OrderFeeInline: "fees",
    OrderTaxInline: "taxes",
    OrderShipmentInline: "shipments",
}
"""The inlines that only orders with such rows show, and the names of the rows."""


@admin.register(Order)
class OrderAdmin(MailPreviewsMixin, OrderActionsMixin, ReadOnlyAdmin):
    list_display = ["number", "placed_at", "buyer", "total_money", "all_states", "line_units"]
    list_filter = [
        AttentionFilter,
        StateFilter,
        PaymentFilter,
        FulfillmentFilter,
        ReviewFilter,
        "channel",
        "placed_at",
    ]
    list_select_related = ["channel", "customer"]
    search_fields = ["number", "email", "lines__sku", "public_id"]
    date_hierarchy = "placed_at"
    inlines = [OrderLineInline, *ADJUSTMENTS, OrderAddressInline, OrderPaymentInline, OrderEventInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("states", "placed_at", "channel"),
                    ("customer_link", "email"),
                    ("note", "shipping_method"),
                    ("totals", "money"),
                ]
            },
        ),
        (_("To be sent"), {"fields": ["to_ship"]}),
        (_("Refunds"), {"fields": ["refunds"]}),
        (
            _("Record"),
            {
                "classes": ["collapse"],
                "fields": [
                    ("paid_at", "completed_at", "canceled_at", "expires_at"),
                    ("language", "time_zone"),
                    ("prices_include_tax", "display_tax"),
                    "coupon_codes",
                    "policies",
                    "explanation",
                    ("public_id", "version", "defaults_version"),
                ],
            },
        ),
        FREE_DATA,
    ]
    total_money = money_column("total", _("total"))

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(line_count=Count("lines"))

    def notices(self, request: HttpRequest, obj: Any) -> Any:
        """Tell why the order waits for people, and what nobody knows yet of its money."""
        return list(money_notices(obj))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out the refunds of an order that has none."""
        groups = super().get_fieldsets(request, obj)
        if obj is not None:
            load_money(obj)
        has_refunds = obj is not None and bool(refunds_of(obj))
        return groups if has_refunds else [group for group in groups if group[1]["fields"] != ["refunds"]]

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the kinds of adjustments that the order has."""
        given = super().get_inlines(request, obj)
        return [one for one in given if one not in ADJUSTMENTS or (obj and getattr(obj, ADJUSTMENTS[one]).exists())]

    @admin.display(description=_("customer"), ordering="email")
    def buyer(self, order: Any) -> str:
        who = order.email or str(order.customer or "")
        return format_html('{}<div class="nexus-quiet">{}</div>', who, order.channel)

    @admin.display(description=_("customer"))
    def customer_link(self, order: Any) -> str:
        return change_link(order.customer)

    @admin.display(description=_("states"))
    def states(self, order: Any) -> str:
        labels = [state_badge(state) for state in (order.state, order.payment_state, order.fulfillment_state)]
        return format_html_join(" ", "{}", [(label,) for label in labels])

    @admin.display(description=_("states"), ordering="state")
    def all_states(self, order: Any) -> str:
        """Show how the order stands, how far it is paid and sent, and why it is in review."""
        if order.state != "review":
            return self.states(order)
        reason = order.review_reason.replace("_", " ")
        return format_html('{} <span class="nexus-quiet">{}</span>', self.states(order), reason)

    @admin.display(description=_("lines"), ordering="line_count")
    def line_units(self, order: Any) -> int:
        return int(order.line_count)

    @admin.display(description=_("goods"))
    def to_ship(self, order: Any) -> str:
        return to_ship_panel(order)

    @admin.display(description=_("refunds"))
    def refunds(self, order: Any) -> str:
        return refunds_panel(order)

    @admin.display(description=_("money"))
    def money(self, order: Any) -> str:
        """Show what is held, came and went back; what is zero is left out, but what came."""
        rows = [
            (_("Held by providers"), order.authorized),
            (_("Paid"), order.captured),
            (_("Refunded"), order.refunded),
            (_("Refunds under way"), order.refund_pending),
        ]
        shown = [
            (label, format_money(amount, order.currency))
            for label, amount in rows
            if amount or amount == order.captured
        ]
        return table(shown, css="nexus-facts nexus-money-facts")

    @admin.display(description=_("totals"))
    def totals(self, order: Any) -> str:
        """Show the figures that add up to the total; zeros but the first and last are left out."""
        rows = [
            (_("Discounts"), -order.discount_total),
            (_("Shipping"), order.shipping_total),
            (_("Fees"), order.fee_total),
            (_("Tax, included") if order.prices_include_tax else _("Tax"), order.tax_total),
        ]
        shown = [(_("Subtotal"), order.subtotal), *(row for row in rows if row[1]), (_("Total"), order.total)]
        money = [(label, format_money(amount, order.currency)) for label, amount in shown]
        return table(money, css="nexus-facts nexus-totals")
