"""JSON Schemas of the arguments of conditions and effects, for the API and the forms."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from inspect import cleandoc
from typing import Any

from django.utils.translation import gettext

from nexus_commerce.core.money import MAX_MINOR
from nexus_commerce.promotions.arguments import MAX_ROWS, MAX_TEXT, is_empty, write_argument
from nexus_commerce.promotions.rules import Argument, Rule, arguments_of

__all__ = ["schema_of"]

PERCENT = r"^(100(\.0{1,4})?|[0-9]{1,2}(\.[0-9]{1,4})?)$"


def schema_of(cls: type[Rule]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the arguments of a condition or effect, in the active language.

    ``x-kind`` is the kind of an argument, ``x-of`` what its codes name, ``x-labels`` the labels of its choices.
    """
    asked = arguments_of(cls)
    return {
        "title": translated(cls.label),
        "description": cleandoc(cls.__doc__ or "").partition("\n")[0],
        "type": "object",
        "properties": {
            name: {**schema_of_argument(argument), **default_of(cls, name)} for name, argument in asked.items()
        },
        "required": [name for name, argument in asked.items() if argument.is_required],
        "additionalProperties": False,
    }


def schema_of_argument(argument: Argument) -> dict[str, Any]:
    """Return the schema of one argument, or of one column of a table."""
    return {
        "title": translated(argument.label),
        **({"description": translated(argument.help)} if argument.help else {}),
        **bounds_of(argument),
        "x-kind": argument.kind,
    }


def bounds_of(argument: Argument) -> dict[str, Any]:
    """Return the type of an argument's value, and its bounds."""
    match argument.kind:
        case "amount" | "count":
            greatest = MAX_MINOR if argument.greatest is None else argument.greatest
            return {"type": "integer", "minimum": int(argument.least or 0), "maximum": int(greatest)}
        case "percent":
            return {"type": "string", "format": "decimal", "pattern": PERCENT}
        case "codes":
            items = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
            least = {"minItems": 1} if argument.is_required else {}
            return {"type": "array", "items": items, **least, "maxItems": MAX_ROWS, "x-of": argument.of}
        case "choice":
            labels = {value: translated(label) for value, label in argument.choices}
            return {"type": "string", "enum": list(labels), "x-labels": labels}
        case "flag":
            return {"type": "boolean"}
        case "table":
            least = {"minItems": 1} if argument.is_required else {}
            return {"type": "array", "items": row_of(argument.columns), **least, "maxItems": MAX_ROWS}
        case _:
            return {"type": "string", "maxLength": MAX_TEXT}


def row_of(columns: Mapping[str, Argument]) -> dict[str, Any]:
    """Return the schema of a row of a table: a list of values in the order of the columns."""
    cells = [{"x-name": name, **schema_of_argument(column)} for name, column in columns.items()]
    return {"type": "array", "prefixItems": cells, "minItems": len(cells), "maxItems": len(cells)}


def default_of(cls: type[Rule], name: str) -> dict[str, Any]:
    """Return the default of an argument where it says something."""
    (found,) = (field for field in dataclasses.fields(cls) if field.name == name)
    if found.default is dataclasses.MISSING or is_empty(found.default):
        return {}
    return {"default": write_argument(found.metadata["argument"], found.default)}


def translated(text: str) -> str:
    """Return the label of a rule, which knows no languages, in the active one."""
    return gettext(text) if text else ""
