"""Amounts in forms: typed and shown in major units with the currency's digits, kept in minor units."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import localize_input, sanitize_separators
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from nexus_commerce.admin.base import CommerceForm
from nexus_commerce.core.money import Money, exponent

__all__ = ["MoneyField", "MoneyForm", "MoneyInput", "read_amount", "show_minor"]


class MoneyInput(forms.TextInput):
    """A text input with the currency's code behind it, where the currency is known."""

    currency = ""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "size": 12, "class": "nexus-money", **(attrs or {})})

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        shown = super().render(*args, **kwargs)
        return format_html('{} <span class="nexus-unit">{}</span>', shown, self.currency) if self.currency else shown


class MoneyField(forms.CharField):
    """A decimal amount as typed; :class:`MoneyForm` turns it into minor units once the currency is known."""

    widget = MoneyInput

    def to_python(self, value: Any) -> str:
        return str(sanitize_separators(super().to_python(value)))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return Decimal(self.to_python(initial) or "NaN") != Decimal(self.to_python(data) or "NaN") and bool(
                initial or data
            )
        except InvalidOperation:
            return True


class MoneyForm(CommerceForm):
    """A model form whose ``money_fields`` are :class:`MoneyField`: major units on the page, minor units in the row."""

    money_fields: ClassVar[Sequence[str]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        currency = self.known_currency()
        for name in self.money_fields:
            if currency and name in self.fields:
                self.fields[name].widget.currency = currency
                self.initial[name] = show_minor(getattr(self.instance, name), currency)

    def known_currency(self) -> str:
        """Return the currency of the row as it is stored; empty while it has none."""
        raise NotImplementedError

    def chosen_currency(self) -> str:
        """Return the currency of the row as the form was filled in; empty where that is not valid."""
        return self.known_currency()

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        currency = self.chosen_currency()
        for name in self.money_fields:
            if name in cleaned:
                cleaned[name] = self._minor(name, cleaned[name], currency)
        return cleaned

    def _minor(self, name: str, typed: str, currency: str) -> int | None:
        if not typed or not currency:
            return None
        try:
            return read_amount(typed, currency)
        except ValidationError as wrong:
            self.add_error(name, wrong)
            return None


def show_minor(minor: int | None, currency: str) -> str:
    """Return an amount as it is typed in the active language; empty for none."""
    return "" if minor is None else str(localize_input(Money(minor, currency).amount))


def read_amount(typed: str, currency: str) -> int:
    """Return a typed amount, from zero up, in minor units. Raises ``ValidationError`` with an example to follow."""
    try:
        money = Money.parse(typed, currency)
    except ValueError as exc:
        raise ValidationError(amount_hint(currency), code="money") from exc
    if money.minor < 0:
        raise ValidationError(amount_hint(currency), code="money")
    return money.minor


def amount_hint(currency: str) -> str:
    """Return what an amount of the currency must look like."""
    example = localize_input(Decimal(1250).scaleb(-exponent(currency)))
    return _("Give an amount in %(currency)s, such as %(example)s.") % {"currency": currency, "example": example}
