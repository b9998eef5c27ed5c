"""Payments, what their providers said, and refunds in the admin, to look at; money that came by hand is recorded."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.actions import ActionForm, ObjectActionsMixin, actor_of, object_action
from nexus_commerce.admin.base import FREE_DATA, ReadOnlyAdmin, ReadOnlyInline
from nexus_commerce.admin.formatting import change_link, format_money, money_column, state_badge
from nexus_commerce.admin.money import MoneyField, read_amount, show_minor
from nexus_commerce.conf import nexus_settings
from nexus_commerce.payments.models import Payment, PaymentEvent, Refund
from nexus_commerce.payments.services import capture_manually, get_provider

__all__ = ["CaptureForm", "PaymentAdmin", "PaymentEventAdmin", "RefundAdmin", "awaits_money"]


def awaits_money(payment: Payment) -> bool:
    """Return whether money for the payment is recorded by hand and some is still to come."""
    is_known = payment.provider in nexus_settings.PAYMENT_PROVIDERS
    return is_known and payment.captured < payment.amount and get_provider(alias=payment.provider).is_offline


class CaptureForm(ActionForm):
    """How much has come for a payment, in major units of its currency."""

    amount = MoneyField(label=_("Amount received"))
    note = forms.CharField(label=_("Note"), max_length=255, required=False)

    def __init__(self, data: Any = None, *, row: Payment) -> None:
        super().__init__(data, row=row)
        self.fields["amount"].widget.currency = row.currency
        self.initial["amount"] = show_minor(row.amount - row.captured, row.currency)

    def clean_amount(self) -> int:
        return read_amount(self.cleaned_data["amount"], self.row.currency)


class PaymentEventInline(ReadOnlyInline):
    """What the provider reported."""

    model = PaymentEvent
    fields = ["created_at", "type", "amount_money", "provider_event"]
    readonly_fields = ["amount_money"]
    amount_money = money_column("amount", _("amount"), currency="payment__currency")


class RefundInline(ReadOnlyInline):
    """What was given back."""

    model = Refund
    fields = ["created_at", "state", "amount_money", "reason", "actor"]
    readonly_fields = ["amount_money"]
    amount_money = money_column("amount", _("amount"), currency="payment__currency")


@admin.register(Payment)
class PaymentAdmin(ObjectActionsMixin, ReadOnlyAdmin):
    list_display = ["__str__", "order", "state_label", "amount_money", "captured_money", "refunded_money", "created_at"]
    list_filter = ["state", "provider", "currency"]
    list_select_related = ["order"]
    search_fields = ["order__number", "provider_ref", "public_id"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    inlines = [PaymentEventInline, RefundInline]
    object_actions = ["record_money"]
    fieldsets = [
        (None, {"fields": ["order_link", "provider", "provider_ref", "state_label", "failure_code"]}),
        (
            _("Amounts"),
            {
                "fields": [
                    "amount_money",
                    "authorized_money",
                    "captured_money",
                    "refunded_money",
                    "refund_pending_money",
                ]
            },
        ),
        (_("Record"), {"fields": ["expires_at", "created_at", "updated_at", "public_id", "version"]}),
        FREE_DATA,
    ]
    amount_money = money_column("amount", _("amount"))
    authorized_money = money_column("authorized", _("authorized"))
    captured_money = money_column("captured", _("captured"))
    refunded_money = money_column("refunded", _("refunded"))
    refund_pending_money = money_column("refund_pending", _("refunds under way"))

    @admin.display(description=_("state"), ordering="state")
    def state_label(self, payment: Any) -> str:
        return state_badge(payment.state)

    @admin.display(description=_("order"))
    def order_link(self, payment: Any) -> str:
        return change_link(payment.order)

    @object_action(_("Record money received"), form=CaptureForm, open_for=awaits_money)
    def record_money(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Book money that came outside the shop."""
        capture_manually(payment=obj, amount=data["amount"], actor=actor_of(request), note=data["note"])
        return _("%(amount)s recorded.") % {"amount": format_money(data["amount"], obj.currency)}


@admin.register(PaymentEvent)
class PaymentEventAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "payment", "type", "amount_money", "provider_event"]
    list_filter = ["provider", "type"]
    list_select_related = ["payment"]
    search_fields = ["provider_event", "payment__order__number"]
    date_hierarchy = "created_at"
    fieldsets = [
        (None, {"fields": ["created_at", "payment", "provider", "provider_event", "type", "amount_money", "data"]})
    ]
    amount_money = money_column("amount", _("amount"), currency="payment__currency")


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "payment", "state_label", "amount_money", "reason", "actor"]
    list_filter = ["state"]
    list_select_related = ["payment"]
    search_fields = ["payment__order__number", "provider_ref", "public_id"]
    date_hierarchy = "created_at"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "payment",
                    "state_label",
                    "amount_money",
                    "reason",
                    "actor",
                    "provider_ref",
                    "created_at",
                    "public_id",
                ]
            },
        )
    ]
    amount_money = money_column("amount", _("amount"), currency="payment__currency")

    @admin.display(description=_("state"), ordering="state")
    def state_label(self, refund: Any) -> str:
        return state_badge(refund.state)
