"""Model fields and validators that every domain shares."""

from collections.abc import Iterable
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.money import MAX_MINOR, is_known_currency

__all__ = [
    "MAX_QUANTITY",
    "CurrencyField",
    "MinorUnitsField",
    "amount_bounds",
    "at_most",
    "country_validator",
    "window_order",
]

MAX_QUANTITY: Final = 1_000_000
"""The largest quantity of one line; constraints in the database hold the same bound."""

country_validator = RegexValidator(r"^[A-Z]{2}\Z", _("Give an ISO 3166-1 alpha-2 code, such as DE."), code="country")


def validate_currency(value: str) -> None:
    """Accept upper-case ISO 4217 codes only."""
    if not is_known_currency(value):
        raise ValidationError(_("Give an ISO 4217 code, such as EUR."), code="currency")


class CurrencyField(models.CharField):  # type: ignore[type-arg]
    """An ISO 4217 code. It has no ``choices``, so a new currency never makes a migration."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 3
        kwargs.setdefault("validators", [validate_currency])
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("max_length")
        kwargs.pop("validators", None)
        return name, path, args, kwargs


class MinorUnitsField(models.BigIntegerField):  # type: ignore[type-arg]
    """An amount in integers of the minor unit of the row's (or its parent aggregate's) currency."""


def amount_bounds(name: str, fields: Iterable[str]) -> models.CheckConstraint:
    """Make the CHECK that keeps the amounts in ``fields`` from zero to 10^15 minor units. One that is NULL passes."""
    condition = models.Q()
    for field in fields:
        condition &= models.Q((f"{field}__gte", 0), (f"{field}__lte", MAX_MINOR))
    return models.CheckConstraint(name=name, condition=condition)


def at_most(name: str, *parts: str, limit: str) -> models.CheckConstraint:
    """Make the CHECK that the columns ``parts`` are not negative and together not above the column ``limit``."""
    together: Any = models.F(parts[0])
    for part in parts[1:]:
        together += models.F(part)
    condition = models.Q((f"{limit}__gte", together))
    for part in parts:
        condition &= models.Q((f"{part}__gte", 0))
    return models.CheckConstraint(name=name, condition=condition)


def window_order(name: str, start: str, end: str) -> models.CheckConstraint:
    """Make the CHECK of a half-open window ``[start, end)``: where both ends are set, the start comes first."""
    condition = models.Q((f"{start}__isnull", True)) | models.Q((f"{end}__isnull", True))
    return models.CheckConstraint(name=name, condition=condition | models.Q((f"{start}__lt", models.F(end))))
