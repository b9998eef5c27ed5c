"""The database of every test host, taken from ``NEXUS_TEST_DATABASE_URL``."""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

__all__ = ["VARIABLE", "database_from_environment", "parse_database_url"]

VARIABLE = "NEXUS_TEST_DATABASE_URL"
EXAMPLES = "postgres://user:password@host:5432/name, sqlite:///path/of/a/file or sqlite://:memory:"


def database_from_environment() -> dict[str, Any]:
    """Return the entry for ``DATABASES["default"]``; SQLite in memory when the variable is not set."""
    return parse_database_url(os.environ.get(VARIABLE) or "sqlite://:memory:")


def parse_database_url(url: str) -> dict[str, Any]:
    """Translate a database URL into Django's settings; raise ValueError naming the variable and the cure."""
    if url.startswith("sqlite:"):
        return _sqlite(url)
    if url.startswith(("postgres://", "postgresql://")):
        return _postgresql(url)
    raise ValueError(f"{VARIABLE}: {url.split(':', 1)[0]!r} is not a known scheme. Use {EXAMPLES}.")


def _sqlite(url: str) -> dict[str, Any]:
    path = url.removeprefix("sqlite:").removeprefix("//")
    if path in ("", "/"):
        path = ":memory:"
    database: dict[str, Any] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        # Take the write lock when a transaction begins: a read that turns into a write cannot wait for it.
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
    }
    if path != ":memory:":
        database["TEST"] = {"NAME": f"{path}.test"}
    return database


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")) or "nexus",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }
