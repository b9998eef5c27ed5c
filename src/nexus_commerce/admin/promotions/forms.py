"""The form of a promotion: its columns, and a row for each condition and effect."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.money import MoneyField, MoneyForm
from nexus_commerce.admin.promotions.code_fields import codes_media
from nexus_commerce.admin.promotions.code_sources import currencies_in_use, is_currency
from nexus_commerce.admin.promotions.rule_forms import KINDS, RuleFormSet, rule_formset
from nexus_commerce.core.errors import CommerceError, InvalidInput
from nexus_commerce.promotions.models import Promotion
from nexus_commerce.promotions.services import clean_promotion

__all__ = ["PromotionForm"]

BASES = [("", _("As the channel's prices")), ("net", _("Net: without tax")), ("gross", _("Gross: with tax"))]


class PromotionForm(MoneyForm):
    """Holds the rows in ``rules``, by kind.

    ``is_draft`` shows what was typed without checking it, while rows are added and removed on the server; ``fresh`` are
    the rows that were just added. ``is_trial`` checks everything but is never saved.
    """

    budget = MoneyField(
        label=_("Budget"), required=False, help_text=_("The most that it may take off in all, in its currency.")
    )
    basis = forms.ChoiceField(
        label=_("Basis of amounts"),
        choices=BASES,
        required=False,
        help_text=_("Whether the amounts below are with or without tax."),
    )
    money_fields: ClassVar[Sequence[str]] = ("budget",)
    is_draft: ClassVar[bool] = False
    is_trial: ClassVar[bool] = False
    fresh: ClassVar[Mapping[str, Sequence[int]]] = {}

    class Meta:
        model = Promotion
        fields = "__all__"
        labels: ClassVar[dict[str, Any]] = {"upsell_message": gettext_lazy("Hint"), "stops_others": _("Stops others")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "currency" in self.fields:
            self.offer_currencies()
        self.rules: dict[str, RuleFormSet] = {
            kind: rule_formset(
                kind,
                data=self.data if self.is_bound and f"{kind}-TOTAL_FORMS" in self.data else None,
                initial=getattr(self.instance, kind),
                currency=self.shown_currency(),
                is_draft=self.is_draft,
                fresh=self.fresh.get(kind, ()),
            )
            for kind in KINDS
        }

    def offer_currencies(self) -> None:
        """Ask for the currency by a choice of those that channels and price lists have."""
        given = self.fields["currency"]
        codes = sorted({*currencies_in_use(), *filter(None, [self.instance.currency])})
        self.fields["currency"] = forms.ChoiceField(
            choices=[("", gettext("Any: it has no amounts")), *((code, code) for code in codes)],
            required=False,
            label=given.label,
            help_text=gettext("Amounts below are in this currency; the promotion applies to carts in it."),
        )

    def known_currency(self) -> str:
        return str(self.instance.currency)

    def chosen_currency(self) -> str:
        return str(self.cleaned_data.get("currency", self.known_currency()))

    def shown_currency(self) -> str:
        """Return the currency that amounts are typed in; empty where none is chosen."""
        if self.is_bound:
            typed = str(self.data.get(self.add_prefix("currency"), self.known_currency()))
            return typed if is_currency(typed) else ""
        return str(self.initial.get("currency") or self.known_currency())

    def full_clean(self) -> None:
        if not self.is_draft:
            super().full_clean()
            return
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data = {}

    def clean(self) -> Any:
        cleaned = super().clean()
        typed = self.data.get(self.add_prefix("budget"))
        if typed and "currency" in self.fields and not self.chosen_currency():
            message = gettext("Choose the currency of the budget.")
            self.add_error("currency", ValidationError(message, code="required"))
        return cleaned

    def _post_clean(self) -> None:
        """Ask the service that will write the promotion, once everything by itself is right."""
        super()._post_clean()
        if self.errors or self.refusal is not None or not self.rules_are_valid():
            return
        for kind, rows in self.rules.items():
            if rows.is_bound:
                setattr(self.instance, kind, rows.as_json())
        try:
            clean_promotion(self.instance, ["name", *self.columns()])
        except InvalidInput as refusal:
            self.show_refusal(refusal)

    def show_refusal(self, refusal: CommerceError) -> None:
        """Show what a service refused where it belongs: what it says of a rule stands in its row."""
        rows = self.rules_of(refusal)
        if rows is None:
            super().show_refusal(refusal)
        else:
            rows.add_refusal(refusal, (refusal.field or "").split(".")[1:])

    def rules_of(self, refusal: CommerceError) -> RuleFormSet | None:
        """Return the rows that a refusal speaks of."""
        return self.rules.get((refusal.field or "").partition(".")[0])

    def rules_are_valid(self) -> bool:
        """Return whether every row is; all are asked, so that all can say what is wrong."""
        answers = [not rows.is_bound or rows.is_valid() for rows in self.rules.values()]
        return all(answers)

    @property
    def is_right(self) -> bool:
        """Whether nothing on the form is wrong."""
        return not self.is_draft and super().is_valid() and self.rules_are_valid()

    def is_valid(self) -> bool:
        return not self.is_trial and self.is_right

    @cached_property
    def changed_data(self) -> list[str]:
        changed = list(super().changed_data)
        if not self.is_draft and self.rules_are_valid():
            changed += [kind for kind, rows in self.rules.items() if rows.is_bound and self.has_new(kind)]
        return changed

    def has_new(self, kind: str) -> bool:
        """Return whether the rules of one kind differ from the stored ones."""
        stored = Promotion.objects.filter(pk=self.instance.pk).values_list(kind, flat=True).first()
        return bool(getattr(self.instance, kind) != (stored or []))

    def columns(self) -> dict[str, Any]:
        """Return the columns of the promotion that the form asks for, with what was filled in."""
        known = {field.name for field in self.instance._meta.concrete_fields}
        return {name: value for name, value in self.cleaned_data.items() if name in known}

    def new_columns(self) -> dict[str, Any]:
        """Return all columns, rules among them, as the services take them."""
        return {**self.columns(), **{kind: getattr(self.instance, kind) for kind in KINDS}}

    def changed_columns(self) -> dict[str, Any]:
        """Return those of them that were changed."""
        return {name: value for name, value in self.new_columns().items() if name in self.changed_data}

    @property
    def media(self) -> forms.Media:
        return super().media + codes_media() + forms.Media(js=["nexus_commerce/promotions.js"])
