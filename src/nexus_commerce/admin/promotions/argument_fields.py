"""Form fields for the arguments of conditions and effects, one maker for each kind of argument.

Each field shows the value as it is stored in JSON in a form that people can read, and its ``clean`` returns that JSON.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.utils.formats import localize_input
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from nexus_commerce.admin.money import MoneyField, read_amount, show_minor
from nexus_commerce.admin.promotions.code_fields import codes_field
from nexus_commerce.admin.promotions.code_sources import CODE_SOURCES
from nexus_commerce.admin.promotions.table_fields import TableField
from nexus_commerce.promotions.arguments import MAX_TEXT, write_argument
from nexus_commerce.promotions.rules import Argument

__all__ = ["FIELD_MAKERS", "make_field", "shown_value"]


class AmountField(MoneyField):
    """An amount in major units of a currency; minor units in the end. Empty is None, or zero in a table."""

    def __init__(self, *, currency: str, least: int = 0, empty: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.currency, self.least, self.empty = currency, least, empty
        self.widget.currency = currency

    def prepare_value(self, value: Any) -> Any:
        return show_minor(value, self.currency) if isinstance(value, int) and self.currency else value

    def clean(self, value: Any) -> int | None:
        typed = super().clean(value)
        if not typed:
            return self.empty
        if not self.currency:
            raise ValidationError(_("Choose the currency of the promotion first."), code="currency")
        minor = read_amount(typed, self.currency)
        if minor < self.least:
            least = show_minor(self.least, self.currency)
            raise ValidationError(_("Give at least %(least)s.") % {"least": least}, code="least")
        return minor


class PercentInput(forms.TextInput):
    """A short text input with the sign behind it."""

    def __init__(self) -> None:
        super().__init__({"inputmode": "decimal", "size": 8, "class": "nexus-money"})

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        return format_html('{} <span class="nexus-unit">%</span>', super().render(*args, **kwargs))


class PercentField(forms.DecimalField):
    """A percentage; text in the end, because JSON has no exact numbers."""

    def __init__(self, *, empty: str | None = None, **kwargs: Any) -> None:
        super().__init__(widget=PercentInput(), max_digits=7, decimal_places=4, localize=True, **kwargs)
        self.empty = empty

    def prepare_value(self, value: Any) -> Any:
        return localize_input(value) if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return self.empty if number is None else write_argument(PERCENT, number)


PERCENT = Argument("percent", "")


class CountField(forms.IntegerField):
    """A whole number. Empty is None, or zero in a table."""

    def __init__(self, *, empty: int | None = None, **kwargs: Any) -> None:
        super().__init__(widget=forms.NumberInput({"class": "nexus-count"}), **kwargs)
        self.empty = empty

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return self.empty if number is None else number


def amount_field(argument: Argument, currency: str, **kwargs: Any) -> forms.Field:
    """Make an input of an amount."""
    empty = 0 if kwargs.pop("in_table") else None
    return AmountField(currency=currency, least=int(argument.least or 0), empty=empty, **kwargs)


def count_field(argument: Argument, currency: str, **kwargs: Any) -> forms.Field:
    """Make an input of a whole number."""
    empty = 0 if kwargs.pop("in_table") else None
    return CountField(min_value=argument.least or 0, max_value=argument.greatest, empty=empty, **kwargs)


def percent_field(argument: Argument, currency: str, **kwargs: Any) -> forms.Field:
    """Make an input of a percentage."""
    empty = "0" if kwargs.pop("in_table") else None
    greatest = 100 if argument.greatest is None else argument.greatest
    return PercentField(min_value=argument.least or 0, max_value=greatest, empty=empty, **kwargs)


def several_codes_field(argument: Argument, currency: str, **kwargs: Any) -> forms.Field:
    """Make a search in what the codes name."""
    kwargs.pop("in_table")
    return codes_field(argument.of, CODE_SOURCES.get(argument.of), **kwargs)


def choice_field(argument: Argument, currency: str, **kwargs: Any) -> forms.Field:
    """Make a choice of one of some values."""
    kwargs.pop("in_table")
    return forms.ChoiceField(choices=[(code, gettext(label)) for code, label in argument.choices], **kwargs)


def text_field(argument: Argument, currency: str, **kwargs: Any) -> forms.Field:
    """Make an input of one line."""
    kwargs.pop("in_table")
    return forms.CharField(max_length=MAX_TEXT, widget=AdminTextInputWidget, **kwargs)


def flag_field(argument: Argument, currency: str, **kwargs: Any) -> forms.Field:
    """Make a box to check."""
    kwargs.pop("in_table")
    return forms.BooleanField(**{**kwargs, "required": False})


def table_field(argument: Argument, currency: str, **kwargs: Any) -> forms.Field:
    """Make rows of inputs."""
    kwargs.pop("in_table")
    columns = {name: make_field(column, currency, in_table=True) for name, column in argument.columns.items()}
    return TableField(columns, **kwargs)


FIELD_MAKERS: dict[str, Callable[..., forms.Field]] = {
    "amount": amount_field,
    "count": count_field,
    "percent": percent_field,
    "codes": several_codes_field,
    "choice": choice_field,
    "text": text_field,
    "flag": flag_field,
    "table": table_field,
}
"""What makes the form field of a kind of argument."""


def make_field(argument: Argument, currency: str, *, in_table: bool = False) -> forms.Field:
    """Return the form field of an argument, whose amounts are in ``currency``.

    In a table what is empty is zero, for every cell of a row has a value.
    """
    return FIELD_MAKERS[argument.kind](
        argument,
        currency,
        label=translated(argument.label),
        help_text=translated(argument.help),
        required=argument.is_required or (argument.kind == "choice" and bool(argument.choices)),
        in_table=in_table,
    )


def shown_value(argument: Argument, stored: Any) -> Any:
    """Return a stored value as its field shows it: percentages are Decimals, so that they are told from typed text."""
    if argument.kind == "percent" and isinstance(stored, str | int):
        return Decimal(stored)
    if argument.kind == "table" and isinstance(stored, list | tuple):
        columns = argument.columns.values()
        return [[shown_value(column, cell) for column, cell in zip(columns, row, strict=True)] for row in stored]
    return stored


def translated(text: str) -> str:
    """Return the label of a rule, which knows no languages, in the active one."""
    return gettext(text) if text else ""
