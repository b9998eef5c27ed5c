"""The forms of shipping methods and rates: amounts in major units, and only what the kind needs explained."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.base import CommerceForm
from nexus_commerce.admin.money import MoneyField, MoneyForm
from nexus_commerce.admin.tiers import TiersField, read_tiers, rows_needed, show_tiers
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.shipping.models import ShippingMethod, ShippingRate, ShippingTier
from nexus_commerce.shipping.services import carrier_aliases
from nexus_commerce.shipping.services.setup import check_method
from nexus_commerce.tax.models import TaxClass

__all__ = ["BASES", "KINDS", "MethodForm", "RateForm", "RateFormSet"]

if TYPE_CHECKING:
    FormSetBase = BaseInlineFormSet[Any, Any, Any]
else:
    FormSetBase = BaseInlineFormSet

KINDS: Final = {
    "flat": _("A flat amount"),
    "weight": _("By weight"),
    "value": _("By the value of the goods"),
    "tiered": _("By tiers"),
    "pickup": _("Pickup"),
    "carrier": _("A carrier's live rate"),
}
BASES: Final = {"weight": _("Weight (g)"), "value": _("Value of the goods"), "quantity": _("Quantity")}


class MethodForm(CommerceForm):
    """A shipping method. Its kinds and the like are choices here, not on the model: a host may add to them."""

    kind = forms.ChoiceField(
        label=_("Charged"),
        initial="flat",
        help_text=_(
            "A flat amount and pickup: the amount. By weight: the amount and one for each started step. By the value: "
            "the amount and a percentage. By tiers: that of the tier reached. A carrier: its quote and the amount."
        ),
    )
    tier_basis = forms.ChoiceField(label=_("Tiers by"), initial="weight", help_text=_("For tiers only."))
    step = forms.IntegerField(
        label=_("Step (g)"), initial=1000, min_value=1, help_text=_("By weight only: each started step costs.")
    )
    carrier = forms.ChoiceField(
        label=_("Carrier"), required=False, help_text=_("For carriers only: one of the settings of the project.")
    )
    tax_class = forms.ChoiceField(
        label=_("Tax class"), required=False, help_text=_("Empty: in proportion to the goods.")
    )

    class Meta:
        model = ShippingMethod
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("kind", KINDS)
        self.offer("tier_basis", BASES)
        self.offer("carrier", {"": "---------"} | {alias: alias for alias in carrier_aliases()})
        classes = TaxClass.objects.order_by("code").values_list("code", "name")
        self.offer("tax_class", {"": "---------"} | dict(classes))

    def offer(self, name: str, choices: dict[str, Any]) -> None:
        """Offer choices for a field, and what the row has, where that is none of them."""
        field: Any = self.fields.get(name)
        if field is not None:
            present = getattr(self.instance, name)
            field.choices = list((choices | ({} if present in choices else {present: present})).items())

    def _post_clean(self) -> None:
        super()._post_clean()
        try:
            check_method(self.instance)
        except InvalidInput as refused:
            self.add_error(refused.field if refused.field in self.fields else None, str(refused))


class RateFormSet(FormSetBase):
    """The rates of a method; each form knows the method as it was typed above."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "method": self.instance}


class RateForm(MoneyForm):
    """What a method costs in one currency, its tiers among it."""

    amount = MoneyField(label=_("Amount"), required=False)
    step_amount = MoneyField(label=_("For each step"), required=False, help_text=_("By weight only."))
    free_from = MoneyField(label=_("Free from"), required=False, help_text=_("Value of the goods, after discounts."))
    min_value = MoneyField(label=_("Least value"), required=False, help_text=_("Offered from this value of goods on."))
    max_value = MoneyField(label=_("Greatest value"), required=False, help_text=_("Offered up to this value of goods."))
    percent = forms.DecimalField(
        label=_("Percent"),
        initial=0,
        min_value=0,
        max_value=100,
        decimal_places=6,
        help_text=_("Of the value of the goods. By value only."),
    )
    tiers = TiersField(
        label=_("Tiers"), help_text=_("For tiers only. A tier holds from its start on, up to the next one.")
    )
    money_fields: ClassVar[Sequence[str]] = ("amount", "step_amount", "free_from", "min_value", "max_value")

    class Meta:
        model = ShippingRate
        fields = ["currency", *("amount", "step_amount", "percent", "free_from", "min_value", "max_value")]

    def __init__(self, *args: Any, method: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.method = method
        if not self.instance.pk:
            self.initial.update({"amount": "", "step_amount": ""})
        self.build_tiers()

    def build_tiers(self) -> None:
        """Make as many rows as there are tiers, and some more."""
        stored = []
        if self.instance.pk:
            stored = [(tier.starts_at, tier.amount) for tier in self.instance.tiers.all()]
        label, hint = self.fields["tiers"].label, self.fields["tiers"].help_text
        rows = rows_needed(len(stored), self.data, self.add_prefix("tiers"))
        self.fields["tiers"] = TiersField(rows=rows, label=label, help_text=hint)
        self.initial["tiers"] = show_tiers(
            stored, basis=stored_basis(self.method), currency=self.known_currency(), rows=rows
        )

    def known_currency(self) -> str:
        return str(self.instance.currency) if self.instance.pk else ""

    def chosen_currency(self) -> str:
        return str(self.cleaned_data.get("currency") or "")

    def clean(self) -> Any:
        cleaned = super().clean()
        for name in ("amount", "step_amount"):
            cleaned[name] = cleaned.get(name) or 0
        low, high = cleaned.get("min_value"), cleaned.get("max_value")
        if low is not None and high is not None and low > high:
            self.add_error("max_value", _("This must not be less than the least value."))
        currency = self.chosen_currency()
        if currency and "tiers" in cleaned:
            self.read_rows(cleaned, currency)
        return cleaned

    def read_rows(self, cleaned: dict[str, Any], currency: str) -> None:
        """Read the tiers, which a method by tiers needs."""
        try:
            cleaned["tiers"] = read_tiers(cleaned["tiers"], basis=self.method.tier_basis, currency=currency)
        except ValidationError as wrong:
            self.add_error("tiers", wrong)
            return
        if self.method.kind == "tiered" and not cleaned["tiers"]:
            self.add_error("tiers", _("Give at least one tier."))

    def _save_m2m(self) -> None:
        super()._save_m2m()  # type: ignore[misc]
        if "tiers" not in self.changed_data:
            return
        ShippingTier.objects.filter(rate=self.instance).delete()
        ShippingTier.objects.bulk_create(
            ShippingTier(rate=self.instance, starts_at=start, amount=amount)
            for start, amount in sorted(self.cleaned_data["tiers"].items())
        )


def stored_basis(method: Any) -> str:
    """Return what the stored tiers count; the form above may just be changing it."""
    return str(getattr(method, "nexus_stored_basis", method.tier_basis))
