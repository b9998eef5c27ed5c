"""What giving money back for an order asks: for what, from which payment, to where; and what that comes to."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.formatting import format_money
from nexus_commerce.admin.money import MoneyField, read_amount
from nexus_commerce.admin.order_forms import ReasonForm
from nexus_commerce.admin.payment_states import payment_name, provider_of
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.orders.models import Order, OrderLine
from nexus_commerce.payments.errors import RefundRefused
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.services import RefundRequest, is_tender, paid_for_line, price_refund

__all__ = ["RefundForm", "left_to_refund"]


def left_to_refund(order: Order) -> int:
    """Return how much of an order can still be given back, in minor units."""
    left: int = order.captured - order.refunded - order.refund_pending
    return max(0, left)


if TYPE_CHECKING:
    PaymentFieldBase = forms.ModelChoiceField[Payment]
else:
    PaymentFieldBase = forms.ModelChoiceField


class PaymentField(PaymentFieldBase):
    """A payment of which something is left."""

    def label_from_instance(self, obj: Any) -> str:
        left = format_money(obj.refundable, obj.currency)
        return str(_("%(payment)s: %(left)s left") % {"payment": payment_name(obj), "left": left})


class RefundForm(ReasonForm):
    """What is given back. Priced by the services, shown, and confirmed before anything happens."""

    submit_label = _("Show what it comes to")

    everything = forms.BooleanField(label=_("Everything that is left"), required=False)
    shipping = MoneyField(label=_("Shipping charges"), required=False)
    extra = MoneyField(
        label=_("Extra amount"), required=False, help_text=_("For nothing in particular, such as for goodwill.")
    )
    target = forms.ChoiceField(label=_("To"), choices=[("payment", _("Where the money came from"))], initial="payment")
    payment = PaymentField(
        label=_("Payment"),
        queryset=Payment.objects.none(),
        required=False,
        empty_label=_("As the shop's policy says"),
    )

    def __init__(self, data: Any = None, *, row: Order) -> None:
        super().__init__(data, row=row)
        self.order = row
        self.lines: dict[str, OrderLine] = {f"units_{line.pk}": line for line in row.lines.all()}
        units = {name: self.units_field(line) for name, line in self.lines.items() if units_left(line)}
        reason = self.fields.pop("reason")
        self.fields = {**pick(self.fields, "version", "everything"), **units, **self.fields, "reason": reason}
        choices: Any = self.fields["payment"]
        choices.queryset = row.payments.filter(captured__gt=0)
        left = format_money(left_to_refund(row), row.currency)
        self.fields["everything"].help_text = _("%(left)s: nothing else below is looked at then.") % {"left": left}
        for name in ("shipping", "extra"):
            self.fields[name].widget.currency = row.currency
        if row.customer_id or row.email:
            target: Any = self.fields["target"]
            target.choices = [*target.choices, ("store_credit", _("Store credit of the customer"))]

    def units_field(self, line: OrderLine) -> forms.IntegerField:
        """Return the field for the units of a line."""
        left, of_money = units_left(line), paid_for_line(line, self.order) - line.refunded_amount
        said = {"sku": line.sku, "left": left, "of": line.quantity}
        said["money"] = format_money(of_money, self.order.currency)
        return forms.IntegerField(
            label=line.variant_name or line.product_name,
            min_value=0,
            max_value=left,
            required=False,
            help_text=_("%(sku)s, %(left)s left of %(of)s, %(money)s") % said,
        )

    def clean_shipping(self) -> int:
        return self.minor("shipping")

    def clean_extra(self) -> int:
        return self.minor("extra")

    def minor(self, name: str) -> int:
        """Return an amount that was typed in minor units; 0 for none."""
        typed = self.cleaned_data[name]
        return read_amount(typed, self.order.currency) if typed else 0

    def clean(self) -> dict[str, Any]:
        """Price what is asked for under ``request``, and see that the payments hold as much."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        request = RefundRequest(
            units=self.units(), shipping=cleaned["shipping"], extra=cleaned["extra"], everything=cleaned["everything"]
        )
        cleaned["request"] = request
        try:
            self.priced = price_refund(order=self.order, request=request)
        except CommerceError as refusal:
            self.refuse(refusal)
            return cleaned
        if self.priced.total <= 0:
            raise ValidationError(_("Choose what is given back."))
        self.shares = self.shared(self.priced.total)
        return cleaned

    def units(self) -> dict[UUID, int]:
        """Return the units that were chosen, by the public ids of their lines."""
        chosen = {line.public_id: self.cleaned_data.get(name) for name, line in self.lines.items()}
        return {line: units for line, units in chosen.items() if units}

    def shared(self, total: int) -> Sequence[tuple[Payment, int]]:
        """Return how much goes back to which payment, by the chosen one or the shop's policy."""
        chosen = self.cleaned_data["payment"]
        payments = [row for row in ([chosen] if chosen else self.order.payments.all()) if row.refundable > 0]
        shares: Sequence[tuple[Payment, int]] = nexus_settings.REFUND_POLICY().spread(payments=payments, amount=total)
        if sum(amount for _payment, amount in shares) != total:
            self.say_what_is_left("payment" if chosen else None, sum(row.refundable for row in payments))
        return shares

    def say_what_is_left(self, field: str | None, amount: int) -> None:
        """Say how much can be given back at most."""
        left = format_money(amount, self.order.currency)
        self.add_error(field, _("At most %(left)s can be refunded.") % {"left": left})

    def refuse(self, refusal: CommerceError) -> None:
        if not isinstance(refusal, RefundRefused):
            super().refuse(refusal)
            return
        names = {str(line.public_id): name for name, line in self.lines.items()}
        field = names.get(str(refusal.params.get("line")), refusal.field)
        self.say_what_is_left(field if field in self.fields else None, refusal.params["refundable"])

    def confirmation(self) -> str:
        """Return all that is confirmed: what is given back, how it is priced, where it goes, and of which version."""
        cleaned = self.cleaned_data
        chosen = cleaned["payment"]
        units = ",".join(f"{line}={units}" for line, units in sorted(self.units().items()))
        parts = [cleaned["version"], self.priced.total, cleaned["everything"], units, cleaned["shipping"]]
        return "|".join(map(str, [*parts, cleaned["extra"], cleaned["target"], chosen.pk if chosen else ""]))

    def confirm_label(self) -> Any:
        return _("Refund %(amount)s") % {"amount": format_money(self.priced.total, self.order.currency)}

    def preview(self) -> str:
        """Return the amounts of lines, shipping and what is left, and where they go, as a table."""
        priced, currency = self.priced, self.order.currency
        rows = [(f"{count} × {line.product_name}", amount) for line, (count, amount) in priced.lines.items()]
        rest = priced.total - priced.shipping - sum(amount for _name, amount in rows)
        other = _("Other") if self.cleaned_data["everything"] else _("Extra amount")
        more = [(_("Shipping"), priced.shipping), (other, rest)]
        shown = [(what, format_money(amount, currency)) for what, amount in (*rows, *more) if amount]
        context = {
            "rows": shown,
            "total": format_money(priced.total, currency),
            "ways": [
                self.way(payment) % {"amount": format_money(amount, currency), "payment": payment_name(payment)}
                for payment, amount in self.shares
            ],
        }
        return render_to_string("admin/nexus_commerce/refund_preview.html", context)

    def way(self, payment: Payment) -> Any:
        """Return in words how money comes back to where it is to go."""
        if self.cleaned_data["target"] == "store_credit":
            return _("%(amount)s become store credit at once.")
        if is_tender(payment.provider):
            return _("%(amount)s go back to the balance they came from (%(payment)s), at once.")
        provider = provider_of(payment)
        if provider is not None and provider.is_offline:
            return _("%(amount)s wait until you have sent them outside the shop and confirmed that (%(payment)s).")
        return _("%(amount)s go back through the provider (%(payment)s), which is asked at once.")


def units_left(line: OrderLine) -> int:
    """Return how many units of a line were not refunded yet."""
    left: int = line.quantity - line.refunded_quantity
    return left


def pick(fields: dict[str, forms.Field], *names: str) -> dict[str, forms.Field]:
    """Return the named fields, in this order."""
    return {name: fields[name] for name in names}
