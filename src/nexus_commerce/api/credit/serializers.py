"""How gift cards and store credit are shown to those who have them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from nexus_commerce.api.fields import MoneyField, TextField, money_json
from nexus_commerce.api.serializers import InputSerializer, OutputSerializer, QuerySerializer
from nexus_commerce.payments.models import CreditAccount, CreditEntry

__all__ = [
    "CreditEntrySerializer",
    "CreditFilter",
    "GiftCardBalanceSerializer",
    "GiftCardCodeSerializer",
    "StoreCreditSerializer",
]


class GiftCardCodeSerializer(InputSerializer):
    """The code of a gift card, as it was typed."""

    code = TextField(max_length=100, help_text="In any case, with or without spaces and dashes.")


class GiftCardBalanceSerializer(OutputSerializer):
    """What a gift card is worth now."""

    balance = MoneyField()
    currency = serializers.CharField()
    expires_at = serializers.DateTimeField(allow_null=True, help_text="Null where the card does not expire.")

    def represent(self, instance: CreditAccount) -> dict[str, Any]:
        """Return the balance, and until when it can be spent."""
        return {
            "balance": money_json(instance.balance, instance.currency),
            "currency": instance.currency,
            "expires_at": instance.expires_at,
        }


class CreditFilter(QuerySerializer):
    """The page of a customer's store credit."""


class CreditEntrySerializer(serializers.Serializer[Any]):
    """A change of a balance."""

    amount = MoneyField(help_text="Less than zero where credit was spent.")
    reason = serializers.CharField(help_text="`issued`, `redeemed`, `released`, `refunded` or `adjusted`.")
    order = serializers.UUIDField(allow_null=True, help_text="The order that it was about.")
    created_at = serializers.DateTimeField()


class StoreCreditSerializer(OutputSerializer):
    """The store credit of a customer in one currency, with its latest entries, the newest first."""

    exposes = CreditAccount
    audience = "owner"

    id = serializers.UUIDField()
    balance = MoneyField()
    currency = serializers.CharField()
    is_active = serializers.BooleanField(help_text="Whether it can be spent; the shop can block it.")
    expires_at = serializers.DateTimeField(allow_null=True)
    entries = CreditEntrySerializer(many=True)

    def represent(self, instance: CreditAccount) -> dict[str, Any]:
        """Return the account with those of its entries that were loaded."""
        return {
            "id": instance.public_id,
            "balance": money_json(instance.balance, instance.currency),
            "currency": instance.currency,
            "is_active": instance.is_active,
            "expires_at": instance.expires_at,
            "entries": [entry_json(entry, instance.currency) for entry in self.context["entries"].get(instance.pk, [])],
        }


def entry_json(entry: CreditEntry, currency: str) -> dict[str, Any]:
    """Return an entry; who made it, and why, is the shop's own business."""
    payment = entry.payment
    return {
        "amount": money_json(entry.amount, currency),
        "reason": entry.reason,
        "order": payment.order.public_id if payment is not None else None,
        "created_at": entry.created_at,
    }
