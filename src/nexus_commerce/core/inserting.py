"""Inserting rows by a statement whose text is kept."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from django.db import connections, router, transaction
from django.db.models import Field, Model, QuerySet

__all__ = ["insert_rows"]

RowT = TypeVar("RowT", bound=Model)


class Columns(NamedTuple):
    """What an INSERT into a table says: the columns that are written, and the texts around their values."""

    fields: tuple[Field[Any, Any], ...]
    begin: str
    row: str
    end: str


def insert_rows(model: type[RowT], rows: Iterable[RowT]) -> list[RowT]:
    """Insert new rows in one statement and set their keys, as ``bulk_create`` does, at half of its cost.

    What needs more than plain values (expressions, values that the database makes, more parameters than a statement
    takes, a host's own way of ``bulk_create``) is left to ``bulk_create``. As there, Django's own signals are not sent.
    """
    new = list(rows)
    if not new:
        return new
    using = router.db_for_write(model)
    columns = plain_columns(model, using)
    params = None if columns is None else values_of(new, columns.fields, using)
    if columns is None or params is None:
        return list(model._default_manager.using(using).bulk_create(new))
    sql = columns.begin + ", ".join([columns.row] * len(new)) + columns.end
    with transaction.mark_for_rollback_on_error(using), connections[using].cursor() as cursor:
        cursor.execute(sql, params)
        keys = cursor.fetchall()
    for row, (key,) in zip(new, keys, strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, using
    return new


def values_of(rows: list[RowT], fields: tuple[Field[Any, Any], ...], using: str) -> list[Any] | None:
    """Return the values of all rows as the database takes them; None where one is not plain, or they are too many."""
    connection = connections[using]
    most = connection.features.max_query_params
    if most and len(rows) * len(fields) > most:
        return None
    values = []
    for row in rows:
        if row.pk is not None:
            return None
        row._prepare_related_fields_for_save(operation_name="bulk_create")  # type: ignore[attr-defined]
        for field in fields:
            value = field.pre_save(row, True)
            if hasattr(value, "resolve_expression"):
                return None
            values.append(field.get_db_prep_save(value, connection))
    return values


@lru_cache(maxsize=64)
def plain_columns(model: type[Model], using: str) -> Columns | None:
    """Return what an INSERT into the table of a model says; None where only Django can write one."""
    connection, options = connections[using], model._meta
    fields = tuple(field for field in options.local_concrete_fields if field is not options.pk and not field.generated)
    if (
        options.parents
        or not connection.features.can_return_rows_from_bulk_insert
        or list(options.db_returning_fields) != [options.pk]
        or any(hasattr(field, name) for field in fields for name in ("get_placeholder", "get_placeholder_sql"))
        or type(model._default_manager.all()).bulk_create is not QuerySet.bulk_create
    ):
        return None
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    return Columns(
        fields,
        f"INSERT INTO {quote(options.db_table)} ({names}) VALUES ",  # noqa: S608 - names of the model's own
        "(" + ", ".join(["%s"] * len(fields)) + ")",
        f" RETURNING {quote(str(options.pk.column))}",
    )
