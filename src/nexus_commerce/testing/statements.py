"""Which statements a piece of code sends to any database."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import connections

__all__ = ["watch_statements"]


@contextmanager
def watch_statements() -> Iterator[list[str]]:
    """Yield the list that every statement on every database is added to while the block runs, in this thread."""
    statements: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    with ExitStack() as wrappers:
        for connection in connections.all():
            wrappers.enter_context(connection.execute_wrapper(note))
        yield statements
