"""Refunds in the admin: what was given back and for what; those of money that came outside the shop are confirmed."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.actions import ObjectActionsMixin, actor_of, object_action
from nexus_commerce.admin.base import ReadOnlyAdmin, ReadOnlyInline
from nexus_commerce.admin.formatting import change_link, format_money, money_column, state_badge
from nexus_commerce.admin.order_panels import refund_notice
from nexus_commerce.admin.payment_forms import ConfirmRefundForm
from nexus_commerce.admin.payment_states import awaits_confirmation
from nexus_commerce.payments.models import Refund, RefundLine
from nexus_commerce.payments.services import confirm_refund

__all__ = ["RefundAdmin"]


class RefundLineInline(ReadOnlyInline):
    """What a refund gives back for goods."""

    model = RefundLine
    fields = ["article", "quantity", "amount_money"]
    readonly_fields: ClassVar[Any] = fields
    amount_money = money_column("amount", _("amount"), currency="refund__payment__currency")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("order_line", "refund__payment")

    @admin.display(description=_("article"))
    def article(self, row: Any) -> str:
        line = row.order_line
        return format_html('{}<br><span class="nexus-quiet">{}</span>', line.product_name, line.sku)


@admin.register(Refund)
class RefundAdmin(ObjectActionsMixin, ReadOnlyAdmin):
    list_display = ["created_at", "order_link", "payment", "state_label", "amount_money", "target", "reason", "actor"]
    list_filter = ["state", "target", "payment__provider"]
    list_select_related = ["payment__order"]
    search_fields = ["payment__order__number", "provider_ref", "public_id"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    inlines = [RefundLineInline]
    object_actions = ["confirm"]
    fieldsets = [
        (None, {"fields": [("order_link", "payment_link"), ("state_label", "failure_code"), ("reason", "actor")]}),
        (_("Amounts"), {"fields": [("amount_money", "shipping_amount_money"), "target"]}),
        (_("Record"), {"fields": [("created_at", "updated_at"), "provider_ref", "attempts", "public_id"]}),
    ]
    amount_money = money_column("amount", _("amount"), currency="payment__currency")
    shipping_amount_money = money_column("shipping_amount", _("of it for shipping"), currency="payment__currency")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("payment__order")

    def notices(self, request: HttpRequest, obj: Any) -> Any:
        """Tell what a refund waits for."""
        return [refund_notice(obj)] if obj.state == "pending" else []

    @object_action(_("Confirm that the money was sent"), form=ConfirmRefundForm, open_for=awaits_confirmation)
    def confirm(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Say that money of an offline payment went back."""
        confirm_refund(refund=obj, actor=actor_of(request), note=data["note"])
        return _("%(amount)s count as refunded.") % {"amount": format_money(obj.amount, obj.payment.currency)}

    @admin.display(description=_("order"), ordering="payment__order__number")
    def order_link(self, refund: Any) -> str:
        return change_link(refund.payment.order)

    @admin.display(description=_("payment"))
    def payment_link(self, refund: Any) -> str:
        return change_link(refund.payment)

    @admin.display(description=_("state"), ordering="state")
    def state_label(self, refund: Any) -> str:
        return state_badge(refund.state)
