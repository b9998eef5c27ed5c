"""What the admin asks for when gift cards are issued and balances are corrected."""

import csv
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.actions import ActionForm
from nexus_commerce.admin.money import MoneyField, read_amount
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.money import Money, is_known_currency
from nexus_commerce.payments.models import CreditAccount

__all__ = ["AdjustForm", "IssueForm", "ReasonForm", "codes_file"]


def new_key() -> str:
    """Return the key of a form: sent twice, it does what it does once."""
    return uuid4().hex


class IssueForm(ActionForm):
    """How many gift cards, over how much."""

    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=10_000, initial=1)
    amount = MoneyField(label=_("Amount of each"))
    currency = forms.CharField(label=_("Currency"), max_length=3, help_text=_("An ISO 4217 code, such as EUR."))
    expires_at = forms.SplitDateTimeField(
        label=_("Expires"),
        required=False,
        widget=AdminSplitDateTime,
        help_text=_("Empty: as the shop's policy says."),
    )
    note = forms.CharField(label=_("Note"), max_length=255, required=False)
    key = forms.CharField(label="", max_length=32, initial=new_key, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, row: Any = None) -> None:
        super().__init__(data, row=row)
        channel = Channel.objects.filter(is_active=True).order_by("pk").first()
        self.initial["currency"] = channel.currency if channel else ""

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        currency = str(cleaned.get("currency", "")).upper()
        if not is_known_currency(currency):
            raise ValidationError({"currency": _("Give an ISO 4217 code, such as EUR.")}, code="currency")
        cleaned["currency"] = currency
        if "amount" in cleaned:
            try:
                cleaned["amount"] = read_amount(cleaned["amount"], currency)
            except ValidationError as wrong:
                self.add_error("amount", wrong)
        return cleaned


class AdjustForm(ActionForm):
    """By how much a balance is corrected, and why."""

    direction = forms.TypedChoiceField(
        label=_("What to do"), choices=[(1, _("Add")), (-1, _("Take off"))], coerce=int, widget=forms.RadioSelect
    )
    amount = MoneyField(label=_("Amount"))
    note = forms.CharField(label=_("Reason"), max_length=255)
    key = forms.CharField(label="", max_length=32, initial=new_key, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, row: CreditAccount) -> None:
        super().__init__(data, row=row)
        self.fields["amount"].widget.currency = row.currency

    def clean_amount(self) -> int:
        return read_amount(self.cleaned_data["amount"], self.row.currency)


class ReasonForm(ActionForm):
    """Why something is done."""

    note = forms.CharField(label=_("Reason"), max_length=255)


def codes_file(issued: Sequence[tuple[CreditAccount, str]]) -> HttpResponse:
    """Return gift cards with their codes as a CSV file, which is made this once."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="gift-cards.csv"'
    writer = csv.writer(response)
    writer.writerow(["code", "amount", "currency", "expires_at"])
    for card, code in issued:
        expires = card.expires_at.isoformat() if card.expires_at else ""
        writer.writerow([code, str(Money(card.balance, card.currency).amount), card.currency, expires])
    return response
