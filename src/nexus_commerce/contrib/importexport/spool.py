"""Bring the rows of one key together, however far apart they stand, in constant memory."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter
from types import TracebackType
from typing import Self

__all__ = ["Spool"]


class Spool:
    """Rows kept in a private temporary database on disk, which goes away with the process.

    Keys come back in the order in which they first appeared, each with its rows in the order of the file.
    """

    def __init__(self) -> None:
        # SQLite keeps a database without a name in memory until its cache is full, then in a file of its own that
        # has no directory entry.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(
            """
            PRAGMA journal_mode = OFF;
            PRAGMA synchronous = OFF;
            PRAGMA cache_size = -2000;
            CREATE TABLE key (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
            CREATE TABLE row (key INTEGER, line INTEGER, cells TEXT, PRIMARY KEY (key, line)) WITHOUT ROWID;
            CREATE TABLE claim (value TEXT PRIMARY KEY, name TEXT, line INTEGER) WITHOUT ROWID;
            BEGIN;
            """
        )
        self._last: tuple[str, int] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._database.close()

    def add(self, key: str, line: int, cells: Sequence[str]) -> None:
        """Keep a row under its key."""
        self._database.execute("INSERT INTO row VALUES (?, ?, ?)", (self._id_of(key), line, json.dumps(cells)))

    def _id_of(self, key: str) -> int:
        if self._last is None or self._last[0] != key:
            self._database.execute("INSERT OR IGNORE INTO key (name) VALUES (?)", (key,))
            found = self._database.execute("SELECT id FROM key WHERE name = ?", (key,)).fetchone()
            self._last = (key, int(found[0]))
        return self._last[1]

    def __len__(self) -> int:
        """The number of keys."""
        return int(self._database.execute("SELECT count(*) FROM key").fetchone()[0])

    def groups(self, most: int) -> Iterator[tuple[str, list[tuple[int, list[str]]]]]:
        """Yield each key with at most its first ``most`` rows: line and cells."""
        rows = self._database.execute("SELECT name, line, cells FROM row JOIN key ON key = id ORDER BY key, line")
        for key, group in groupby(rows, key=itemgetter(0)):
            yield str(key), [(line, json.loads(cells)) for _, line, cells in islice(group, most)]

    def claim(self, value: str, key: str, line: int) -> tuple[str, int] | None:
        """Take a value that may be used once in the file; return who took it before: key and line, or None."""
        taken = self._database.execute("INSERT OR IGNORE INTO claim VALUES (?, ?, ?)", (value, key, line)).rowcount
        if taken == 1:
            return None
        key, line = self._database.execute("SELECT name, line FROM claim WHERE value = ?", (value,)).fetchone()
        return key, line
