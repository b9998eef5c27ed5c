"""How the value of each kind of argument is read from JSON, and written to it.

A percentage is text (``"12.5"``), because a float would not be exact; an amount is an integer of minor units; codes
are a list of text; a table is a list of rows, each a list of values in the order of the columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from nexus_commerce.catalog.services.columns import refuse_unstorable
from nexus_commerce.conf.kinds import did_you_mean
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.core.money import MAX_MINOR
from nexus_commerce.promotions.rules import Argument

__all__ = ["MAX_ROWS", "MAX_TEXT", "is_empty", "read_argument", "write_argument"]

MAX_TEXT: Final = 255
MAX_ROWS: Final = 1000
MAX_PLACES: Final = 4


def is_empty(value: Any) -> bool:
    """Tell whether a value says nothing: None, no text, no rows. Zero and no say something."""
    return value is None or value in ("", ())


def read_argument(argument: Argument, value: Any, *, field: str) -> Any:
    """Return the value of an argument out of JSON. Raises ``InvalidInput`` naming ``field`` and what to give."""
    return READERS[argument.kind](argument, value, field)


def write_argument(argument: Argument, value: Any) -> Any:
    """Return the value as the JSON that ``read_argument`` reads."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if argument.kind == "table":
        columns = tuple(argument.columns.values())
        return [[write_argument(*pair) for pair in zip(columns, row, strict=True)] for row in value]
    return list(value) if isinstance(value, tuple) else value


def read_number(argument: Argument, value: Any, field: str) -> int:
    least = 0 if argument.least is None else argument.least
    greatest = MAX_MINOR if argument.greatest is None else argument.greatest
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= greatest:
        message = _("Give a whole number from %(least)s to %(greatest)s.")
        if argument.kind == "amount":
            message = _("Give the amount as a whole number of minor units from %(least)s to %(greatest)s.")
        raise InvalidInput(message, field=field, least=str(least), greatest=str(greatest))
    return value


def read_percent(argument: Argument, value: Any, field: str) -> Decimal:
    least, greatest = argument.least or 0, 100 if argument.greatest is None else argument.greatest
    number = decimal_of(value)
    if number is None or not least <= number <= greatest:
        message = _('Give a percentage from %(least)s to %(greatest)s as text, such as "12.5".')
        raise InvalidInput(message, field=field, least=str(least), greatest=str(greatest))
    if number != round(number, MAX_PLACES):
        message = _("Give at most %(places)s digits after the point.")
        raise InvalidInput(message, field=field, places=MAX_PLACES)
    return number


def decimal_of(value: Any) -> Decimal | None:
    """Return text or a whole number as a Decimal; None for anything else, a float above all."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal) or len(str(value)) > 32:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def read_codes(argument: Argument, value: Any, field: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or len(value) > MAX_ROWS:
        raise InvalidInput(_("Give a list of at most %(most)s texts."), field=field, most=MAX_ROWS)
    refuse_unstorable(field, value)
    for place, code in enumerate(value):
        if not isinstance(code, str) or not 0 < len(code.strip()) <= MAX_TEXT:
            message = _("Give a text of at most %(most)s characters.")
            raise InvalidInput(message, field=f"{field}.{place}", most=MAX_TEXT)
    return tuple(dict.fromkeys(code.strip() for code in value))


def read_choice(argument: Argument, value: Any, field: str) -> str:
    known = [choice for choice, _label in argument.choices]
    if not isinstance(value, str) or value not in known:
        message = _("Give one of %(choices)s. %(hint)s")
        hint = did_you_mean(str(value), known)
        raise InvalidInput(message, field=field, choices=", ".join(known), hint=hint)
    return value


def read_text(argument: Argument, value: Any, field: str) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise InvalidInput(_("Give a text of at most %(most)s characters."), field=field, most=MAX_TEXT)
    refuse_unstorable(field, value)
    return value.strip()


def read_flag(argument: Argument, value: Any, field: str) -> bool:
    if not isinstance(value, bool):
        raise InvalidInput(_("Give true or false."), field=field)
    return value


def read_table(argument: Argument, value: Any, field: str) -> tuple[tuple[Any, ...], ...]:
    if not isinstance(value, list | tuple) or len(value) > MAX_ROWS:
        raise InvalidInput(_("Give a list of at most %(most)s rows."), field=field, most=MAX_ROWS)
    return tuple(read_row(argument.columns, row, f"{field}.{place}") for place, row in enumerate(value))


def read_row(columns: Mapping[str, Argument], row: Any, field: str) -> tuple[Any, ...]:
    if not isinstance(row, list | tuple) or len(row) != len(columns):
        raise InvalidInput(_("Give a row as a list: %(columns)s."), field=field, columns=", ".join(columns))
    return tuple(
        read_argument(column, value, field=f"{field}.{name}")
        for (name, column), value in zip(columns.items(), row, strict=True)
    )


READERS: Final[Mapping[str, Callable[[Argument, Any, str], Any]]] = {
    "amount": read_number,
    "count": read_number,
    "percent": read_percent,
    "codes": read_codes,
    "choice": read_choice,
    "text": read_text,
    "flag": read_flag,
    "table": read_table,
}
