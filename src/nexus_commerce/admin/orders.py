"""Orders in the admin: a snapshot to read, with the actions that exist as services."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.actions import ObjectActionsMixin, actor_of, object_action
from nexus_commerce.admin.base import FREE_DATA, ReadOnlyAdmin
from nexus_commerce.admin.formatting import change_link, format_money, money_column, state_badge, table
from nexus_commerce.admin.fulfillment import OrderShipmentInline, has_goods_to_send, to_ship_panel
from nexus_commerce.admin.mails import MailPreviewsMixin
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
from nexus_commerce.admin.payments import CaptureForm, awaits_money
from nexus_commerce.admin.shipment_forms import NewShipmentForm
from nexus_commerce.fulfillment.services import create_shipment, ship_order
from nexus_commerce.orders.flows import order_flow
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import change_state
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.services import capture_manually

__all__ = ["OrderAdmin", "OrderCaptureForm"]


def payment_to_record(order: Order) -> Payment | None:
    """Return the first payment of an order whose money is recorded by hand and still to come."""
    return next((payment for payment in order.payments.all() if awaits_money(payment)), None)


def may_complete(order: Order) -> bool:
    """Return whether the flow lets the order be completed."""
    return "completed" in order_flow().transitions.get(order.state, ())


class OrderCaptureForm(CaptureForm):
    """How much has come for an order, in major units of its currency."""

    def __init__(self, data: Any = None, *, row: Order) -> None:
        payment = payment_to_record(row)
        assert payment is not None, "The action is closed for orders that await no money."
        super().__init__(data, row=payment)


ADJUSTMENTS = {
    OrderDiscountInline: "discounts",
    OrderShippingInline: "shipping_charges",
    OrderFeeInline: "fees",
    OrderTaxInline: "taxes",
    OrderShipmentInline: "shipments",
}
"""The inlines that only orders with such rows show, and the names of the rows."""


@admin.register(Order)
class OrderAdmin(MailPreviewsMixin, ObjectActionsMixin, ReadOnlyAdmin):
    list_display = [
        "number",
        "placed_at",
        "channel",
        "buyer",
        "state_label",
        "payment_label",
        "fulfillment_label",
        "line_units",
        "total_money",
    ]
    list_filter = ["state", "payment_state", "fulfillment_state", "channel", "placed_at"]
    list_select_related = ["channel", "customer"]
    search_fields = ["number", "email", "lines__sku", "public_id"]
    date_hierarchy = "placed_at"
    inlines = [OrderLineInline, *ADJUSTMENTS, OrderAddressInline, OrderPaymentInline, OrderEventInline]
    object_actions = ["record_money", "send_goods", "complete_order"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("states", "placed_at", "channel"),
                    ("customer_link", "email"),
                    ("note", "shipping_method"),
                    ("totals", "captured_money", "refunded_money"),
                ]
            },
        ),
        (_("To be sent"), {"fields": ["to_ship"]}),
        (
            _("Record"),
            {
                "classes": ["collapse"],
                "fields": [
                    ("paid_at", "completed_at", "canceled_at"),
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
    captured_money = money_column("captured", _("paid"))
    refunded_money = money_column("refunded", _("refunded"))

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(line_count=Count("lines"))

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the kinds of adjustments that the order has."""
        given = super().get_inlines(request, obj)
        return [one for one in given if one not in ADJUSTMENTS or (obj and getattr(obj, ADJUSTMENTS[one]).exists())]

    @object_action(
        _("Record money received"),
        form=OrderCaptureForm,
        open_for=lambda order: payment_to_record(order) is not None,
        permission="nexus_payments.change_payment",
    )
    def record_money(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Book money that came outside the shop on the order's open payment."""
        payment = payment_to_record(obj)
        assert payment is not None, "The form was made for it."
        capture_manually(payment=payment, amount=data["amount"], actor=actor_of(request), note=data["note"])
        return _("%(amount)s recorded.") % {"amount": format_money(data["amount"], obj.currency)}

    @object_action(
        _("Send goods"),
        form=NewShipmentForm,
        open_for=has_goods_to_send,
        permission="nexus_fulfillment.add_shipment",
    )
    def send_goods(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Pack units of an order, and send them where they leave now."""
        leaves_now = data["leaves_now"]
        if leaves_now and not request.user.has_perm("nexus_fulfillment.change_shipment"):
            raise PermissionDenied
        said = {name: data[name] for name in ("units", "location", "carrier")}
        fields = {name: data[name] for name in ("tracking_number", "tracking_url", "note")}
        make = ship_order if leaves_now else create_shipment
        make(order=obj, **said, fields=fields, actor=actor_of(request))
        return _("The goods were sent.") if leaves_now else _("The shipment waits to be packed and sent.")

    @object_action(_("Complete"), open_for=may_complete)
    def complete_order(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Mark an order as done."""
        change_state(order=obj, state="completed", actor=actor_of(request))
        return _("Order %(number)s is completed.") % {"number": obj.number}

    @admin.display(description=_("customer"), ordering="email")
    def buyer(self, order: Any) -> str:
        return order.email or str(order.customer or "")

    @admin.display(description=_("customer"))
    def customer_link(self, order: Any) -> str:
        return change_link(order.customer)

    @admin.display(description=_("state"), ordering="state")
    def state_label(self, order: Any) -> str:
        return state_badge(order.state)

    @admin.display(description=_("payment"), ordering="payment_state")
    def payment_label(self, order: Any) -> str:
        return state_badge(order.payment_state)

    @admin.display(description=_("fulfillment"), ordering="fulfillment_state")
    def fulfillment_label(self, order: Any) -> str:
        return state_badge(order.fulfillment_state)

    @admin.display(description=_("states"))
    def states(self, order: Any) -> str:
        labels = [self.state_label(order), self.payment_label(order), self.fulfillment_label(order)]
        return format_html_join(" ", "{}", [(label,) for label in labels])

    @admin.display(description=_("lines"), ordering="line_count")
    def line_units(self, order: Any) -> int:
        return int(order.line_count)

    @admin.display(description=_("goods"))
    def to_ship(self, order: Any) -> str:
        return to_ship_panel(order)

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
