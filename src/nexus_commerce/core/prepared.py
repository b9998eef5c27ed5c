"""Querysets that are compiled once and run with other values each time.

Building a query in the ORM and compiling it costs several times what running it does. A hot path writes its queryset
once, with a :class:`Slot` in place of each value that changes, and keeps it as a :class:`Prepared`::

    OPEN_CARTS = Prepared(lambda: Cart.objects.filter(customer=Slot("customer", BigIntegerField()), state="open"))
    carts = OPEN_CARTS.run(using, customer=customer.pk)

The rows become what the queryset makes of them: instances with their related ones, or dicts of ``values()``.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from django.db import connections, transaction
from django.db.models import BooleanField, Expression, F, Field, QuerySet
from django.db.models.sql import UpdateQuery
from django.db.models.sql.compiler import SQLCompiler

__all__ = ["AnyOf", "Prepared", "PreparedUpdate", "Slot", "compile_queryset"]

RowT = TypeVar("RowT")


class Slot(Expression):
    """A value of a queryset's condition that is given when the compiled statement runs, under ``name``."""

    def __init__(self, name: str, output_field: Field[Any, Any] | None = None) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the named parameter."""
        return f"%({self.name})s", ()


class AnyOf(Expression):
    """The condition that a column is one of the values of a list that is given when the statement runs."""

    def __init__(self, column: str, name: str) -> None:
        super().__init__(output_field=BooleanField())
        self.column: Any = F(column)
        self.name = name

    def get_source_expressions(self) -> list[Any]:
        """Return the column, to be resolved."""
        return [self.column]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        """Take the resolved column."""
        (self.column,) = exprs

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        """Return the condition over one list parameter, so that its length does not change the statement."""
        column, params = compiler.compile(self.column)
        if connection.vendor == "sqlite":
            return f"{column} IN (SELECT value FROM JSON_EACH(%({self.name})s))", params  # noqa: S608 - a slot's name
        return f"{column} = ANY(%({self.name})s)", params


def compile_queryset(queryset: QuerySet[Any, Any], using: str) -> tuple[str, dict[str, Any]]:
    """Return the SQL of a queryset with named parameters, and the values of those that are not slots.

    Raises EmptyResultSet where the conditions can match nothing.
    """
    return _named(*queryset.query.get_compiler(using).as_sql())


def _named(sql: str, params: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    """Give names to the nameless parameters of a statement that has named ones too."""
    fixed = {f"fixed{n}": value for n, value in enumerate(params)}
    names = iter(fixed)
    return re.sub("%%|%s", lambda found: f"%({next(names)})s" if found[0] == "%s" else "%%", sql), fixed


class Prepared(Generic[RowT]):
    """A queryset with slots, compiled when it first runs on a database, and kept."""

    def __init__(self, make: Callable[[], QuerySet[Any, RowT]], **fields: Field[Any, Any]) -> None:
        """Keep how the queryset is made; ``fields`` say how the value of each slot is written for the database."""
        self.make = make
        self.fields = fields
        self._compiled: dict[str, _Compiled] = {}

    def run(self, using: str, **values: Any) -> list[RowT]:
        """Run the statement and return its rows; a list or tuple is the value of an ``AnyOf``."""
        if using not in self._compiled:
            self._compiled[using] = _Compiled(self.make(), using)
        return self._compiled[using].run(_written(self.fields, values, using))


class PreparedUpdate:
    """An UPDATE with slots in its conditions and columns, compiled when it first runs on a database, and kept.

    As ``QuerySet.update`` it sends no signals of Django's.
    """

    def __init__(
        self, make: Callable[[], QuerySet[Any, Any]], *, columns: Mapping[str, Any], **fields: Field[Any, Any]
    ) -> None:
        """Keep how the rows are chosen and what is written to them; ``fields`` are those of ``Prepared``."""
        self.make = make
        self.columns = columns
        self.fields = fields
        self._compiled: dict[str, tuple[str, dict[str, Any]]] = {}

    def run(self, using: str, **values: Any) -> int:
        """Run the statement and return how many rows it changed."""
        if using not in self._compiled:
            query: Any = self.make().query.chain(UpdateQuery)
            query.add_update_values(self.columns)
            self._compiled[using] = _named(*query.get_compiler(using).as_sql())
        sql, fixed = self._compiled[using]
        with transaction.mark_for_rollback_on_error(using), connections[using].cursor() as cursor:
            cursor.execute(sql, {**fixed, **_written(self.fields, values, using)})
            return int(cursor.rowcount)


def _written(fields: Mapping[str, Field[Any, Any]], values: Mapping[str, Any], using: str) -> dict[str, Any]:
    """Return the values of slots as the database takes them."""
    connection = connections[using]
    written: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, list | tuple):
            several = [fields[name].get_db_prep_value(each, connection) for each in value]
            written[name] = json.dumps(several) if connection.vendor == "sqlite" else several
        else:
            written[name] = fields[name].get_db_prep_value(value, connection)
    return written


class _Compiled:
    """The statement of a queryset on one database, and what Django's row readers ask a queryset for."""

    def __init__(self, queryset: QuerySet[Any, Any], using: str) -> None:
        self.template: Any = queryset.using(using)
        self.compiler = queryset.query.get_compiler(using)
        self.sql, self.fixed = _named(*self.compiler.as_sql())
        # Finding out how each column is read costs as much as reading the rows.
        self.converters = self.compiler.get_converters([each[0] for each in self.compiler.select])
        self.using = using

    def run(self, values: Mapping[str, Any]) -> list[Any]:
        compiler: Any = copy.copy(self.compiler)
        # A connection belongs to a thread; the one that compiled may be another's.
        compiler.connection = connections[self.using]
        compiler.get_converters = lambda expressions: self.converters
        compiler.execute_sql = lambda *args, **kwargs: [self._fetch({**self.fixed, **values})]
        reader = _Standing(
            self.template, query=_Standing(self.template.query, get_compiler=lambda *args, **kwargs: compiler)
        )
        iterable: Any = self.template._iterable_class
        return list(iterable(reader))

    def _fetch(self, params: Mapping[str, Any]) -> list[Any]:
        with connections[self.using].cursor() as cursor:
            cursor.execute(self.sql, params)
            return list(cursor.fetchall())


class _Standing:
    """Something that stands for another but for a few attributes."""

    def __init__(self, other: Any, **own: Any) -> None:
        self.__dict__.update(own)
        self._other = other

    def __getattr__(self, name: str) -> Any:
        return getattr(self._other, name)
