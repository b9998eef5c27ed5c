"""What stands on the page of an order: lines, adjustments, addresses, payments and history, all to read."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.base import ReadOnlyInline
from nexus_commerce.admin.formatting import EMPTY, change_link, format_money, money_column, state_badge
from nexus_commerce.admin.payment_states import payment_name, what_is_asked
from nexus_commerce.orders.models import (
    OrderAddress,
    OrderDiscount,
    OrderEvent,
    OrderFee,
    OrderLine,
    OrderShipping,
    OrderTax,
)
from nexus_commerce.payments.models import Payment

__all__ = [
    "OrderAddressInline",
    "OrderDiscountInline",
    "OrderEventInline",
    "OrderFeeInline",
    "OrderLineInline",
    "OrderPaymentInline",
    "OrderShippingInline",
    "OrderTaxInline",
]


class OrderLineInline(ReadOnlyInline):
    """What was bought, as it was then."""

    model = OrderLine
    fields = ["what", "quantity_units", "unit_price_money", "discount_total_money", "tax_total_money", "total_money"]
    readonly_fields: ClassVar[Any] = fields
    unit_price_money = money_column("unit_price", _("unit price"), currency="order__currency")
    discount_total_money = money_column("discount_total", _("discounts"), currency="order__currency")
    tax_total_money = money_column("tax_total", _("tax"), currency="order__currency")
    total_money = money_column("total", _("total"), currency="order__currency")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("order", "variant")

    @admin.display(description=_("article"))
    def what(self, line: Any) -> str:
        options = ", ".join(f"{entry['option']}: {entry['value']}" for entry in line.options)
        wishes = ", ".join(f"{key}: {value}" for key, value in line.personalization.items())
        notes = format_html_join(
            "", '<br><span class="nexus-quiet">{}</span>', [(text,) for text in (options, wishes) if text]
        )
        sku = change_link(line.variant, line.sku)
        return format_html('{}<br><span class="nexus-quiet">{}</span>{}', line.product_name, sku, notes)

    @admin.display(description=_("quantity"))
    def quantity_units(self, line: Any) -> str:
        gone = [
            (line.canceled_quantity, _("canceled")),
            (line.shipped_quantity, _("shipped")),
            (line.returned_quantity, _("returned")),
            (line.refunded_quantity, _("refunded")),
        ]
        notes = format_html_join("", '<br><span class="nexus-quiet">{} {}</span>', [pair for pair in gone if pair[0]])
        return format_html("{} {}{}", line.quantity, "" if line.unit == "piece" else line.unit, notes)


class OrderShippingInline(ReadOnlyInline):
    """Shipping charges."""

    model = OrderShipping
    fields = ["name", "method", "amount_money", "discount_total_money", "tax_total_money"]
    readonly_fields = ["amount_money", "discount_total_money", "tax_total_money"]
    amount_money = money_column("amount", _("amount"), currency="order__currency")
    discount_total_money = money_column("discount_total", _("discounts"), currency="order__currency")
    tax_total_money = money_column("tax_total", _("tax"), currency="order__currency")


class OrderFeeInline(ReadOnlyInline):
    """Fees."""

    model = OrderFee
    fk_name = "order"
    fields = ["name", "code", "amount_money", "tax_total_money"]
    readonly_fields = ["amount_money", "tax_total_money"]
    amount_money = money_column("amount", _("amount"), currency="order__currency")
    tax_total_money = money_column("tax_total", _("tax"), currency="order__currency")


class OrderDiscountInline(ReadOnlyInline):
    """What promotions took off."""

    model = OrderDiscount
    fields = ["name", "coupon_code", "line", "amount_money"]
    readonly_fields = ["amount_money"]
    amount_money = money_column("amount", _("amount"), currency="order__currency")


class OrderTaxInline(ReadOnlyInline):
    """Taxes, by rate."""

    model = OrderTax
    fields = ["name", "rate", "tax_class", "zone", "base_money", "amount_money"]
    readonly_fields = ["base_money", "amount_money"]
    base_money = money_column("base", _("base"), currency="order__currency")
    amount_money = money_column("amount", _("amount"), currency="order__currency")


class OrderAddressInline(ReadOnlyInline):
    """Where it goes and who pays."""

    model = OrderAddress
    fields = ["kind", "as_text", "phone", "vat_number"]
    readonly_fields = ["as_text"]

    @admin.display(description=_("address"))
    def as_text(self, address: Any) -> str:
        lines = [
            f"{address.first_name} {address.last_name}".strip(),
            address.company,
            address.line1,
            address.line2,
            address.line3,
            f"{address.postal_code} {address.city}".strip(),
            f"{address.region} {address.country}".strip(),
        ]
        return format_html_join("", "{}<br>", [(line,) for line in lines if line])


class OrderPaymentInline(ReadOnlyInline):
    """The payments of an order."""

    model = Payment
    fields = [
        "link",
        "state_label",
        "amount_money",
        "authorized_money",
        "captured_money",
        "refunded_money",
        "asked",
        "facts",
    ]
    readonly_fields: ClassVar[Any] = fields
    amount_money = money_column("amount", _("amount"))
    authorized_money = money_column("authorized", _("authorized"))
    captured_money = money_column("captured", _("captured"))
    refunded_money = money_column("refunded", _("refunded"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("events")

    @admin.display(description=_("payment"))
    def link(self, payment: Any) -> str:
        ref = payment.provider_ref or str(payment.public_id)[:8].upper()
        return format_html(
            '{}<br><span class="nexus-quiet nexus-ref">{}</span>', change_link(payment, payment_name(payment)), ref
        )

    @admin.display(description=_("state"))
    def state_label(self, payment: Any) -> str:
        if not payment.failure_code:
            return state_badge(payment.state)
        return format_html(
            '{}<br><span class="nexus-quiet">{}</span>', state_badge(payment.state), payment.failure_code
        )

    @admin.display(description=_("what the provider is asked"))
    def asked(self, payment: Any) -> str:
        return what_is_asked(payment)

    @admin.display(description=_("facts"))
    def facts(self, payment: Any) -> str:
        """Show what is known of the payment, oldest first, with totals so far."""
        rows = [
            (event.type.replace("_", " "), format_money(event.amount, payment.currency) if event.amount else "")
            for event in payment.events.all()
        ]
        return format_html_join("", '<span class="nexus-line">{} {}</span><br>', rows) or EMPTY


class OrderEventInline(ReadOnlyInline):
    """What happened to an order, oldest first."""

    model = OrderEvent
    fields = ["created_at", "type", "change", "actor", "note"]
    readonly_fields = ["change"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("order")

    @admin.display(description=_("change"))
    def change(self, event: Any) -> str:
        states = [state_badge(state) for state in dict.fromkeys([event.from_state, event.to_state]) if state]
        moved = event.data.get("captured", event.data.get("amount"))
        amount = format_money(moved, event.order.currency) if isinstance(moved, int) else ""
        return format_html("{} {}", format_html_join(" → ", "{}", [(state,) for state in states]), amount)
