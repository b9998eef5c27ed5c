"""What booking, capturing and giving up money ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.actions import ActionForm, VersionedForm
from nexus_commerce.admin.formatting import format_money
from nexus_commerce.admin.money import MoneyField, read_amount, show_minor
from nexus_commerce.admin.payment_states import holds_money, outstanding, provider_of
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.payments.errors import CaptureRefused
from nexus_commerce.payments.models import Payment, Refund

__all__ = ["CaptureForm", "ConfirmRefundForm", "TakeForm", "VoidForm"]


class CaptureForm(ActionForm):
    """How much has come for a payment, in major units of its currency."""

    amount = MoneyField(label=_("Amount received"))
    note = forms.CharField(label=_("Note"), max_length=255, required=False)

    def __init__(self, data: Any = None, *, row: Payment) -> None:
        super().__init__(data, row=row)
        self.fields["amount"].widget.currency = row.currency
        self.initial["amount"] = show_minor(outstanding(row), row.currency)

    def clean_amount(self) -> int:
        return read_amount(self.cleaned_data["amount"], self.row.currency)

    def refuse(self, refusal: CommerceError) -> None:
        if isinstance(refusal, CaptureRefused):
            left = format_money(refusal.params["outstanding"], self.row.currency)
            self.add_error("amount", _("At most %(left)s are left to be paid.") % {"left": left})
        else:
            super().refuse(refusal)


class TakeForm(VersionedForm):
    """How much of what a provider holds is taken."""

    amount = MoneyField(label=_("Amount"))

    def __init__(self, data: Any = None, *, row: Payment) -> None:
        super().__init__(data, row=row)
        provider, field = provider_of(row), self.fields["amount"]
        field.widget.currency = row.currency
        self.initial["amount"] = show_minor(holds_money(row), row.currency)
        if provider is not None and not provider.can_capture_partially:
            field.disabled = True
            field.help_text = _("This provider takes all or nothing.")

    def consequences(self) -> list[object]:
        held = format_money(holds_money(self.row), self.row.currency)
        return [_("The provider holds %(held)s, and is asked at once to take the amount below.") % {"held": held}]

    def clean_amount(self) -> int:
        return read_amount(self.cleaned_data["amount"], self.row.currency)

    def refuse(self, refusal: CommerceError) -> None:
        if not isinstance(refusal, CaptureRefused):
            super().refuse(refusal)
        elif failure := refusal.params.get("failure_code"):
            self.add_error(None, _("The provider refused: %(why)s.") % {"why": failure.replace("_", " ")})
        else:
            left = format_money(refusal.params["outstanding"], self.row.currency)
            self.add_error("amount", _("At most %(left)s can be taken.") % {"left": left})


class VoidForm(VersionedForm):
    """Whether what a provider holds is given up."""

    def consequences(self) -> list[object]:
        said = {"held": format_money(holds_money(self.row), self.row.currency), "order": self.row.order}
        return [
            _("%(held)s that the provider holds are given up.") % said,
            _("That cannot be undone: the customer would have to pay again."),
            _("Order %(order)s stays as it is, without this money.") % said,
        ]


class ConfirmRefundForm(ActionForm):
    """That money went back outside the shop."""

    note = forms.CharField(
        label=_("Note"), max_length=255, required=False, help_text=_("Such as the reference of the transfer.")
    )

    def consequences(self) -> list[object]:
        refund: Refund = self.row
        said = {"amount": format_money(refund.amount, refund.payment.currency), "order": refund.payment.order}
        return [_("You have sent back %(amount)s for order %(order)s. It counts as refunded from now on.") % said]
