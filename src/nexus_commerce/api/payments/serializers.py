"""How payments and refunds are shown to staff, and what staff say of them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from nexus_commerce.api.fields import MoneyField, PublicIdField, TextField, WholeNumberField, money_json
from nexus_commerce.api.orders.serializers import PaymentSerializer
from nexus_commerce.api.serializers import InputSerializer, OutputSerializer
from nexus_commerce.core.fields import MAX_QUANTITY
from nexus_commerce.payments.models import Payment, Refund

__all__ = [
    "CaptureSerializer",
    "ReasonSerializer",
    "RefundInputSerializer",
    "RefundSerializer",
    "StaffPaymentSerializer",
]

MAX_LINES = 1000


class StaffPaymentSerializer(PaymentSerializer):
    """A payment as staff see it."""

    order_id = serializers.UUIDField()
    authorized = MoneyField(help_text="What the provider holds or held in all; zero where it captures at once.")
    refund_pending = MoneyField(help_text="What is being given back.")
    provider_ref = serializers.CharField(allow_null=True, help_text="The provider's own name for the payment.")
    operation = serializers.CharField(
        help_text="What the provider is being asked, `capture` or `void`; empty where it has answered."
    )
    failure_code = serializers.CharField(help_text="The provider's word for why it failed; may be empty.")
    version = serializers.IntegerField(help_text="Grows with every change; also the ETag.")

    def represent(self, instance: Payment) -> dict[str, Any]:
        """Return the payment with what its provider calls it."""
        return {
            **super().represent(instance),
            "order_id": instance.order.public_id,
            "authorized": money_json(instance.authorized, instance.currency),
            "refund_pending": money_json(instance.refund_pending, instance.currency),
            "provider_ref": instance.provider_ref,
            "operation": instance.operation,
            "failure_code": instance.failure_code,
            "version": instance.version,
        }


class RefundLineSerializer(serializers.Serializer[Any]):
    """What a refund gives back for an order line."""

    line = serializers.UUIDField(help_text="The id of the order line.")
    quantity = serializers.IntegerField()
    amount = MoneyField()


class RefundSerializer(OutputSerializer):
    """Money given back."""

    exposes = Refund
    audience = "owner"

    id = serializers.UUIDField()
    payment_id = serializers.UUIDField()
    state = serializers.CharField(help_text="`pending`, `succeeded` or `failed`.")
    target = serializers.CharField(help_text="`payment`, where the money came from, or `store_credit`.")
    amount = MoneyField()
    shipping_amount = MoneyField(help_text="The part of it that is for shipping charges.")
    lines = RefundLineSerializer(many=True)
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()

    def represent(self, instance: Refund) -> dict[str, Any]:
        """Return the refund; payment and lines are loaded."""
        currency = instance.payment.currency
        return {
            "id": instance.public_id,
            "payment_id": instance.payment.public_id,
            "state": instance.state,
            "target": instance.target,
            "amount": money_json(instance.amount, currency),
            "shipping_amount": money_json(instance.shipping_amount, currency),
            "lines": [
                {
                    "line": row.order_line.public_id,
                    "quantity": row.quantity,
                    "amount": money_json(row.amount, currency),
                }
                for row in instance.lines.all()
            ],
            "reason": instance.reason,
            "created_at": instance.created_at,
        }


class CaptureSerializer(InputSerializer):
    """How much is captured."""

    amount = MoneyField(required=False, help_text="Without it, all that is left.")
    note = TextField(max_length=255, required=False, allow_blank=True)


class ReasonSerializer(InputSerializer):
    """Why something is done."""

    reason = TextField(max_length=255, required=False, allow_blank=True)


class RefundUnitsSerializer(InputSerializer):
    """Units of an order line that are given back."""

    line = PublicIdField(help_text="The id of the order line.")
    quantity = WholeNumberField(min_value=1, max_value=MAX_QUANTITY)


class RefundInputSerializer(InputSerializer):
    """What is given back: units, shipping, an extra amount, or everything that is left."""

    lines = serializers.ListField(child=RefundUnitsSerializer(), required=False, max_length=MAX_LINES)
    shipping = MoneyField(required=False, help_text="How much of the shipping charges.")
    extra = MoneyField(required=False, help_text="An amount for nothing in particular, such as for goodwill.")
    everything = serializers.BooleanField(default=False, help_text="All that is left; the rest is not looked at then.")
    target = serializers.ChoiceField(choices=["payment", "store_credit"], default="payment")
    payment = PublicIdField(required=False, help_text="The payment it goes back to; else the refund policy chooses.")
    reason = TextField(max_length=255, help_text="Why; it is kept with the refund.")
