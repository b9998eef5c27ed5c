"""SQL that is written or compiled once and run with named parameters.

Building a query in the ORM costs many times what running it does, so a listing query is made once for its *shape*
and kept. Conditions come from querysets (``core.prepared.compile_queryset``), so a host's own columns and policies
take part; the columns around them are written by hand over the models' own names (:class:`Table`). Values never enter
the text: each is a parameter ``%(name)s``, which both PostgreSQL's and SQLite's drivers understand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import NotSupportedError, connections
from django.db.models import Model

try:
    from orjson import loads
except ImportError:  # the extra "speed" is not installed
    from json import loads  # type: ignore[assignment]

__all__ = ["Dialect", "Table", "dialect_of", "fetch", "in_window", "loads"]


class Table:
    """A model's table under an alias; an attribute is the quoted column of the field of that name.

    ``Table(Variant, "v").product_id`` is ``v."product_id"``, and ``str()`` of it what follows ``FROM``.
    """

    def __init__(self, model: type[Model], alias: str) -> None:
        self._model = model
        self._alias = alias

    def __str__(self) -> str:
        return f"{_quoted(self._model._meta.db_table)} {self._alias}"

    def __getattr__(self, name: str) -> str:
        field = self._model._meta.pk if name == "pk" else self._model._meta.get_field(name)
        return f"{self._alias}.{_quoted(str(field.column))}"  # type: ignore[union-attr]


class Dialect:
    """What two databases call differently."""

    row = "JSON_BUILD_ARRAY"
    collect = "JSON_AGG"
    fence = " OFFSET 0"
    """Behind a subquery: keeps the planner from computing its columns again for each mention."""

    kept = "MATERIALIZED "
    """Between AS and a common table expression: computes it once for the whole statement."""

    def nested(self, document: str) -> str:
        """Return a JSON document from a subquery as a part of another."""
        return document

    def many(self, values: Sequence[Any]) -> Any:
        """Return the value of a list parameter."""
        return list(values)


class SQLiteDialect(Dialect):
    """SQLite with its JSON functions, which Django requires."""

    row = "JSON_ARRAY"
    collect = "JSON_GROUP_ARRAY"
    fence = " LIMIT -1 OFFSET 0"
    kept = ""

    def nested(self, document: str) -> str:
        return f"JSON({document})"

    def many(self, values: Sequence[Any]) -> Any:
        return json.dumps(list(values))


_DIALECTS = {"postgresql": Dialect(), "sqlite": SQLiteDialect()}


def dialect_of(using: str) -> Dialect:
    """Return the dialect of a database. Raises NotSupportedError for one that listings are not written for."""
    vendor = connections[using].vendor
    if vendor not in _DIALECTS:
        raise NotSupportedError(f"Product listings need PostgreSQL or SQLite, not {vendor}.")
    return _DIALECTS[vendor]


def fetch(using: str, sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement and return its rows."""
    with connections[using].cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def in_window(start: str, end: str) -> str:
    """Return the condition that the parameter ``now`` lies in the half-open window of two columns."""
    return f"({start} IS NULL OR {start} <= %(now)s) AND ({end} IS NULL OR {end} > %(now)s)"


def _quoted(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""').replace("%", "%%"))
