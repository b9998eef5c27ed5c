"""Payments in the admin: what is known of each and from whom, and what staff ask of their providers."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.actions import ObjectActionsMixin, actor_of, object_action
from nexus_commerce.admin.base import FREE_DATA, ReadOnlyAdmin, ReadOnlyInline
from nexus_commerce.admin.formatting import change_link, format_money, money_column, state_badge
from nexus_commerce.admin.order_panels import payment_notices, refund_notice
from nexus_commerce.admin.payment_forms import CaptureForm, TakeForm, VoidForm
from nexus_commerce.admin.payment_states import (
    awaits_money,
    has_not_answered,
    is_online,
    may_be_captured,
    may_be_voided,
    what_is_asked,
)
from nexus_commerce.checkout.services import finalize
from nexus_commerce.payments.models import Payment, PaymentEvent, ProviderNotice, Refund
from nexus_commerce.payments.services import (
    capture_manually,
    capture_payment,
    carry_out_refund,
    fetch_payment,
    void_payment,
)

__all__ = ["PaymentAdmin", "PaymentEventAdmin", "ProviderNoticeAdmin"]

NO_ANSWER = _("The provider has not answered. It will be asked again by itself; nothing has to be repeated.")


class PaymentEventInline(ReadOnlyInline):
    """What is known of a payment: the totals so far, each fact once."""

    model = PaymentEvent
    fields = ["created_at", "type", "amount_money", "provider_event"]
    readonly_fields = ["amount_money"]
    amount_money = money_column("amount", _("amount"), currency="payment__currency")


class NoticeInline(ReadOnlyInline):
    """Messages of the provider about a payment; each had it asked."""

    model = ProviderNotice
    fields = ["created_at", "type", "provider_event"]


class RefundInline(ReadOnlyInline):
    """What was given back."""

    model = Refund
    fields = ["link", "created_at", "state_label", "target", "amount_money", "reason", "actor"]
    readonly_fields = ["amount_money"]
    amount_money = money_column("amount", _("amount"), currency="payment__currency")

    @admin.display(description=_("refund"))
    def link(self, refund: Any) -> str:
        return change_link(refund, str(refund.public_id)[:8].upper())

    @admin.display(description=_("state"))
    def state_label(self, refund: Any) -> str:
        return state_badge(refund.state)


@admin.register(Payment)
class PaymentAdmin(ObjectActionsMixin, ReadOnlyAdmin):
    list_display = ["__str__", "order", "state_label", "amount_money", "captured_money", "refunded_money", "created_at"]
    list_filter = ["state", "provider", "currency", "operation"]
    list_select_related = ["order"]
    search_fields = ["order__number", "provider_ref", "public_id"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    inlines = [PaymentEventInline, RefundInline, NoticeInline]
    object_actions = ["record_money", "capture", "void", "ask_again"]
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
        (_("Being asked"), {"fields": [("asked", "locked_until")]}),
        (_("Record"), {"fields": ["expires_at", "created_at", "updated_at", "public_id", "version"]}),
        FREE_DATA,
    ]
    amount_money = money_column("amount", _("amount"))
    authorized_money = money_column("authorized", _("authorized"))
    captured_money = money_column("captured", _("captured"))
    refunded_money = money_column("refunded", _("refunded"))
    refund_pending_money = money_column("refund_pending", _("refunds under way"))

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("order")

    def notices(self, request: HttpRequest, obj: Any) -> Any:
        """Tell what is under way, and what nobody knows yet."""
        waiting = obj.refunds.filter(state="pending")
        return [*payment_notices(obj), *(refund_notice(refund) for refund in waiting)]

    @admin.display(description=_("state"), ordering="state")
    def state_label(self, payment: Any) -> str:
        return state_badge(payment.state)

    @admin.display(description=_("order"))
    def order_link(self, payment: Any) -> str:
        return change_link(payment.order)

    @admin.display(description=_("what the provider is asked"))
    def asked(self, payment: Any) -> str:
        return what_is_asked(payment)

    @object_action(_("Record money received"), form=CaptureForm, open_for=awaits_money)
    def record_money(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Book money that came outside the shop."""
        capture_manually(payment=obj, amount=data["amount"], actor=actor_of(request), note=data["note"])
        return _("%(amount)s recorded.") % {"amount": format_money(data["amount"], obj.currency)}

    @object_action(_("Capture"), form=TakeForm, open_for=may_be_captured, atomic=False)
    def capture(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Take what the provider holds, or a part of it."""
        row = capture_payment(payment=obj, amount=data["amount"], actor=actor_of(request))
        if has_not_answered([row]):
            return self.message_user(request, NO_ANSWER, messages.WARNING)
        return _("%(amount)s were taken.") % {"amount": format_money(data["amount"], obj.currency)}

    @object_action(_("Void"), form=VoidForm, open_for=may_be_voided, atomic=False)
    def void(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Give up what the provider holds."""
        row = void_payment(payment=obj, actor=actor_of(request))
        if has_not_answered([row]):
            return self.message_user(request, NO_ANSWER, messages.WARNING)
        if row.captured:
            text = _("The provider has taken the money meanwhile: refund it.")
            return self.message_user(request, text, messages.WARNING)
        return _("The payment is voided.")

    @object_action(_("Ask the provider again"), open_for=is_online, atomic=False)
    def ask_again(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Find out how a payment and its refunds stand, and bring the order on by that."""
        report = fetch_payment(payment=obj)
        order = finalize(order=obj.order.public_id, payment=obj, report=report, actor=actor_of(request)).order
        waiting = [carry_out_refund(refund=row, actor=actor_of(request)) for row in obj.refunds.filter(state="pending")]
        if report is None or has_not_answered([], waiting):
            return self.message_user(request, NO_ANSWER, messages.WARNING)
        payment, said = Payment.objects.get(pk=obj.pk), {"order": order, "state": order.state}
        said["payment"] = payment.state.replace("_", " ")
        return _("The provider has answered: the payment is %(payment)s. Order %(order)s is %(state)s.") % said


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


@admin.register(ProviderNotice)
class ProviderNoticeAdmin(ReadOnlyAdmin):
    """Messages of providers; those about no payment of the shop are worth a look."""

    list_display = ["created_at", "provider", "type", "payment", "provider_ref", "provider_event"]
    list_filter = [("payment", admin.EmptyFieldListFilter), "provider", "type"]
    list_select_related = ["payment"]
    search_fields = ["provider_event", "provider_ref", "payment__order__number"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    fieldsets = [
        (None, {"fields": ["created_at", "provider", "type", "payment", "provider_ref", "provider_event", "public_id"]})
    ]
