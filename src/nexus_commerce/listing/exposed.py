"""The fields that a host exposed (``core.expose``), as columns of a listing query."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import Field, FileField, ForeignKey, ManyToOneRel, Model

from nexus_commerce.core.expose import readable
from nexus_commerce.listing.sql import Table

__all__ = ["ExposedColumn", "column_of", "exposed_columns", "others", "subtypes", "type_label"]


@dataclass(frozen=True, slots=True)
class ExposedColumn:
    """An exposed field: its SQL, how its value becomes a Python value, and the product type that has it."""

    name: str
    sql: str
    read: Callable[[Any], Any]
    only: str = ""
    """The label of the one product type that has the field; empty where every row has it."""


def type_label(model: type[Model]) -> str:
    """Return what the outside calls a product type, such as ``nexus_catalog.physical``."""
    return model._meta.label_lower


def subtypes(model: type[Model]) -> list[type[Model]]:
    """Return the concrete product types below a model, at any depth."""
    found: list[type[Model]] = []
    for child in model.__subclasses__():
        found += [child] if not child._meta.abstract and not child._meta.proxy else []
        found += subtypes(child)
    return found


def exposed_columns(model: type[Model], table: Table, using: str) -> list[ExposedColumn]:
    """Return the public fields of a model that are columns; see :func:`others` for the rest."""
    return [column_of(model, name, table, using) for name in readable(model, "public") if _is_column(model, name)]


def others(model: type[Model]) -> list[str]:
    """Return the public fields that no column holds as the outside knows them: of many rows, or of a row without a
    public id. They need the rows themselves."""
    return [name for name in readable(model, "public") if not _is_column(model, name)]


def column_of(model: type[Model], name: str, table: Table, using: str, only: str = "") -> ExposedColumn:
    """Return the column of one field; a foreign key is shown by the public id of its row."""
    field: Any = model._meta.get_field(name)
    sql = getattr(table, name)
    if isinstance(field, ForeignKey):
        target = Table(field.related_model, "target")
        key = getattr(target, field.target_field.name)
        sql = f"(SELECT {target.public_id} FROM {target} WHERE {key} = {sql})"
        field = field.related_model._meta.get_field("public_id")
    return ExposedColumn(name, sql, _reader(field, using), only)


def _is_column(model: type[Model], name: str) -> bool:
    field = model._meta.get_field(name)
    if isinstance(field, ForeignKey):
        return any(column.name == "public_id" for column in field.related_model._meta.get_fields())
    return isinstance(field, Field) and not field.many_to_many and not isinstance(field, ManyToOneRel)


def _reader(field: Field[Any, Any], using: str) -> Callable[[Any], Any]:
    connection = connections[using]
    column = field.get_col(field.model._meta.db_table)
    steps: Iterable[Any] = [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]

    def read(value: Any) -> Any:
        for step in steps:
            value = step(value, column, connections[using])
        return (field.storage.url(value) if value else None) if isinstance(field, FileField) else value

    return read
