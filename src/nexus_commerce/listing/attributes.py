"""Filters by the attributes that merchants define at run time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from nexus_commerce.catalog.attribute_kinds import attribute_kind
from nexus_commerce.catalog.errors import InvalidAttribute
from nexus_commerce.catalog.models import Attribute, Variant
from nexus_commerce.core.errors import InvalidInput

__all__ = ["AttributeFilter", "filterable_attributes", "read_attribute_filters"]

MAX_VALUES: Final = 20
RANGES: Final = ("integer", "decimal", "date")
"""The kinds that have a least and a greatest value."""
_BOOLEANS: Final = {"true": True, "false": False}


class AttributeFilter(NamedTuple):
    """A filter by one attribute: any of ``values``, or from ``least`` to ``greatest``, both included.

    ``path`` are the keys to the value in the JSON column: the code, and the language of a localized attribute.
    ``values`` are as they are stored; bounds are numbers, or days as text.
    """

    path: tuple[str, ...]
    on_variant: bool
    values: tuple[Any, ...] = ()
    least: Decimal | str | None = None
    greatest: Decimal | str | None = None

    def condition(self, number: int, using: str) -> tuple[Any, Callable[[], Any], dict[str, Any]]:
        """Return the key, the condition and its parameters."""
        name = f"attribute{number}"
        params: dict[str, Any] = {f"{name}_path": _json_path(self.path), f"{name}_keys": _text_path(self.path)}
        for at, value in enumerate(self.values):
            params[f"{name}_value{at}"] = value
            params[f"{name}_scalar{at}"] = _nest(self.path, value)
            params[f"{name}_listed{at}"] = _nest(self.path, [value])
        numeric = isinstance(self.least if self.least is not None else self.greatest, Decimal)
        for bound in ("least", "greatest"):
            value = getattr(self, bound)
            params[f"{name}_{bound}"] = str(value) if value is not None else None
        key = (name, self.on_variant, len(self.values), self.least is None, self.greatest is None, numeric)
        return key, lambda: self._on_owner(name, numeric), params

    def _on_owner(self, name: str, numeric: bool) -> Any:
        found = self._matches(name, numeric)
        if not self.on_variant:
            return found
        return Exists(Variant.objects.filter(found, product=OuterRef("pk"), archived_at=None).order_by())

    def _matches(self, name: str, numeric: bool) -> Q:
        if self.values:
            found = Q()
            for at in range(len(self.values)):
                found |= Q(Holds(name, at))
            return found
        found = Q()
        if self.least is not None:
            found &= Q(Compares(name, ">=", "least", numeric))
        if self.greatest is not None:
            found &= Q(Compares(name, "<=", "greatest", numeric))
        return found


class Holds(Func):
    """Whether the JSON column ``attributes`` has a value at a path, alone or in a list."""

    def __init__(self, name: str, at: int) -> None:
        super().__init__(F("attributes"), output_field=BooleanField())
        self.name, self.at = name, at

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Return a containment, which a GIN index answers."""
        column, params = compiler.compile(self.get_source_expressions()[0])
        scalar, listed = (f"%({self.name}_{shape}{self.at})s::jsonb" for shape in ("scalar", "listed"))
        return f"({column} @> {scalar} OR {column} @> {listed})", params

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Return a look into the value at the path, whether it is a scalar or a list."""
        column, params = compiler.compile(self.get_source_expressions()[0])
        at_path = f"JSON_EACH({column}, %({self.name}_path)s)"
        return f"EXISTS (SELECT 1 FROM {at_path} WHERE value = %({self.name}_value{self.at})s)", params


class Compares(Func):
    """Whether the value at a path of the JSON column ``attributes`` is on one side of a bound."""

    def __init__(self, name: str, operator: str, bound: str, numeric: bool) -> None:
        super().__init__(F("attributes"), output_field=BooleanField())
        self.name, self.operator, self.bound, self.numeric = name, operator, bound, numeric

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Return the comparison; a value that is no number has none, instead of an error."""
        column, params = compiler.compile(self.get_source_expressions()[0])
        value, bound = f"({column} #>> %({self.name}_keys)s::text[])", f"%({self.name}_{self.bound})s"
        if self.numeric:
            value = f"(CASE WHEN {value} ~ '^-?[0-9]+([.][0-9]+)?$' THEN {value}::numeric END)"
            bound = f"{bound}::numeric"
        return f"{value} {self.operator} {bound}", params

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Return the comparison."""
        column, params = compiler.compile(self.get_source_expressions()[0])
        value, bound = f"JSON_EXTRACT({column}, %({self.name}_path)s)", f"%({self.name}_{self.bound})s"
        if self.numeric:
            value, bound = f"CAST({value} AS NUMERIC)", f"CAST({bound} AS NUMERIC)"
        return f"{value} {self.operator} {bound}", params


def filterable_attributes() -> dict[str, Attribute]:
    """Return the attributes that lists can be filtered by: code to definition."""
    return {row.code: row for row in Attribute.objects.filter(is_filterable=True, archived_at=None)}


def read_attribute_filters(said: Mapping[str, Sequence[str]], *, language: str) -> tuple[AttributeFilter, ...]:
    """Return the filters of names such as ``color``, ``weight.min`` and ``weight.max`` with the texts given for each.

    One query, and none where nothing is said. Raises InvalidInput naming ``attributes.<name>`` and the names that
    there are, or the value that does not fit.
    """
    if not said:
        return ()
    known = filterable_attributes()
    bounds: dict[str, dict[str, Any]] = {}
    found: list[AttributeFilter] = []
    for name, texts in said.items():
        code, _dot, bound = name.partition(".")
        row = known.get(code)
        if row is None or (bound and (bound not in ("min", "max") or row.kind not in RANGES)):
            raise InvalidInput(
                _("There is no filter by this attribute. Known ones: %(known)s."),
                field=f"attributes.{name}",
                known=", ".join(_names(known)) or "-",
            )
        path = (code, language) if row.is_localized else (code,)
        if bound:
            end = "least" if bound == "min" else "greatest"
            bounds.setdefault(code, {"path": path, "on_variant": row.on_variant})[end] = _bound(row, name, texts[-1])
        else:
            values = tuple(dict.fromkeys(_value(row, text) for text in texts[:MAX_VALUES]))
            found.append(AttributeFilter(path, row.on_variant, values))
    return (*found, *(AttributeFilter(**parts) for parts in bounds.values()))


def _names(known: Mapping[str, Attribute]) -> list[str]:
    ranged = [f"{code}.{end}" for code, row in known.items() if row.kind in RANGES for end in ("min", "max")]
    return sorted([*known, *ranged])


def _value(row: Attribute, text: str) -> Any:
    """Return the stored form of a value given as text. Raises InvalidInput."""
    if row.kind in ("choice", "choices"):
        values = {str(choice["value"]): choice["value"] for choice in row.choices}
        if text not in values:
            message = _("Give one of: %(choices)s.")
            raise InvalidInput(message, field=f"attributes.{row.code}", choices=", ".join(values))
        return values[text]
    value: Any = _BOOLEANS.get(text, text) if row.kind == "boolean" else text
    try:
        return attribute_kind(row.kind).clean(value, ())
    except InvalidAttribute as exc:
        raise InvalidInput(exc.detail, field=f"attributes.{row.code}", **exc.params) from exc


def _bound(row: Attribute, name: str, text: str) -> Decimal | str:
    try:
        value = attribute_kind(row.kind).clean(text, ())
        return value if row.kind == "date" else Decimal(value)
    except (InvalidAttribute, InvalidOperation) as exc:
        raise InvalidInput(getattr(exc, "detail", None), field=f"attributes.{name}") from exc


def _json_path(path: Sequence[str]) -> str:
    return "$" + "".join(f'."{key}"' for key in path)


def _text_path(path: Sequence[str]) -> str:
    return "{" + ",".join(f'"{key}"' for key in path) + "}"


def _nest(path: Sequence[str], value: Any) -> str:
    for key in reversed(path):
        value = {key: value}
    return json.dumps(value)
