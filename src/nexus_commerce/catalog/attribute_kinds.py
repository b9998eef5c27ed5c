"""The kinds of run-time attributes: each is a small class that turns an outside value into the JSON that is stored.

A host adds one with::

    @register_kind
    class Color(AttributeKind):
        code = "color"

        def clean(self, value, choices): ...
"""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Final

from django.utils.translation import gettext_lazy as _

from nexus_commerce.catalog.errors import InvalidAttribute

__all__ = ["AttributeKind", "attribute_kind", "attribute_kinds", "register_kind"]

MAX_INTEGER: Final = 2**53 - 1
"""The largest integer that every reader of JSON keeps exactly."""
MAX_TEXT: Final = 10_000

_KINDS: dict[str, "AttributeKind"] = {}


class AttributeKind:
    """One kind of value. ``takes_choices`` says whether its attributes name the values to choose from."""

    code: ClassVar[str]
    takes_choices: ClassVar[bool] = False

    def clean(self, value: Any, choices: Sequence[Any]) -> Any:
        """Return ``value`` as the JSON to store, one form for equal values. Raises ``InvalidAttribute``."""
        raise NotImplementedError


def register_kind(kind: type[AttributeKind]) -> type[AttributeKind]:
    """Add a kind, or replace the one of the same code."""
    _KINDS[kind.code] = kind()
    return kind


def attribute_kind(code: str) -> AttributeKind:
    """Return the kind of this code. Raises ``InvalidAttribute`` naming the known ones."""
    if code not in _KINDS:
        raise InvalidAttribute(
            _("There is no kind '%(kind)s'. Use one of: %(known)s."), field="kind", kind=code, known=", ".join(_KINDS)
        )
    return _KINDS[code]


def attribute_kinds() -> list[str]:
    """Return the codes of every known kind."""
    return list(_KINDS)


@register_kind
class Text(AttributeKind):
    """Text of 1 to 10,000 characters, without space around it."""

    code = "text"

    def clean(self, value: Any, choices: Sequence[Any]) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > MAX_TEXT:
            raise InvalidAttribute(_("Give text of 1 to 10,000 characters."))
        return value.strip()


@register_kind
class Integer(AttributeKind):
    """A whole number that every reader of JSON keeps exactly."""

    code = "integer"

    def clean(self, value: Any, choices: Sequence[Any]) -> int:
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,16}", value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) > MAX_INTEGER:
            raise InvalidAttribute(_("Give a whole number, at most 9007199254740991."))
        return value


@register_kind
class DecimalNumber(AttributeKind):
    """A decimal number, stored as text without needless zeros so that no digit is lost."""

    code = "decimal"

    def clean(self, value: Any, choices: Sequence[Any]) -> str:
        text = format(value, "f") if isinstance(value, Decimal) else value
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15:
            text = str(value)
        if not isinstance(text, str) or not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,10})?", text):
            raise InvalidAttribute(
                _('Give a decimal number as text, such as "12.5": at most 15 digits before the point and 10 after.')
            )
        number = Decimal(text)
        return format(number.normalize(), "f") if number else "0"


@register_kind
class Boolean(AttributeKind):
    """Yes or no."""

    code = "boolean"

    def clean(self, value: Any, choices: Sequence[Any]) -> bool:
        if not isinstance(value, bool):
            raise InvalidAttribute(_("Give true or false."))
        return value


@register_kind
class Date(AttributeKind):
    """A day of the calendar, stored as ISO 8601."""

    code = "date"

    def clean(self, value: Any, choices: Sequence[Any]) -> str:
        if type(value) is date:
            return value.isoformat()
        try:
            if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
                raise ValueError
            return date.fromisoformat(value).isoformat()
        except ValueError as exc:
            raise InvalidAttribute(_("Give a date as YYYY-MM-DD.")) from exc


@register_kind
class Choice(AttributeKind):
    """One of the attribute's values."""

    code = "choice"
    takes_choices = True

    def clean(self, value: Any, choices: Sequence[Any]) -> Any:
        for choice in choices:
            if type(choice) is type(value) and choice == value:
                return choice
        raise InvalidAttribute(_("Give one of: %(choices)s."), choices=", ".join(map(str, choices)))


@register_kind
class Choices(AttributeKind):
    """Some of the attribute's values, each once, stored in the order of the definition."""

    code = "choices"
    takes_choices = True

    def clean(self, value: Any, choices: Sequence[Any]) -> list[Any]:
        if not isinstance(value, list | tuple) or not value:
            raise InvalidAttribute(_("Give a list of values."))
        chosen = [_KINDS["choice"].clean(part, choices) for part in value]
        return [choice for choice in choices if choice in chosen]
