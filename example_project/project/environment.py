"""Read the settings that differ between machines from the environment."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

__all__ = ["database", "flag", "folder", "required", "words"]


def flag(name: str, default: bool) -> bool:
    """Return a switch: 1, true, yes or on; 0, false, no or off."""
    text = os.environ.get(name, "").strip().lower()
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    if text:
        raise ImproperlyConfigured(f"{name}={text!r} is neither 1 nor 0.")
    return default


def words(name: str) -> list[str]:
    """Return a list that is separated by commas."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def required(name: str, why: str) -> str:
    """Return a value that there is no safe default for."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"Set {name} in the environment: {why}")
    return value


def folder(name: str, default: Path) -> Path:
    """Return a folder for files, making it where it is not there."""
    path = Path(os.environ.get(name) or default)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"{path} cannot be made ({error.strerror}). Set {name} to a folder of yours."
        ) from error
    return path


def database(var: Path) -> dict[str, Any]:
    """Return PostgreSQL where DATABASE_URL says so (postgres://user:password@host:port/name), else a SQLite file."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ.get("SQLITE_FILE") or var / "shop.sqlite3",
            # The write lock is taken when a transaction begins: a read that turns into a write cannot wait for it.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must look like postgres://user:password@host:5432/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {"options": " ".join(f"-c {name}={limit}" for name, limit in limits().items())},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def limits() -> dict[str, str]:
    """Return how long PostgreSQL lets somebody hold up the others.

    Who waits for a lock gives up after two seconds, and the shopper is told to try again. A transaction whose process
    hangs is ended. ``STATEMENT_TIMEOUT`` is set for servers alone, by ``wsgi.py`` and ``asgi.py``: a migration or a
    report may take its time.
    """
    found = {"lock_timeout": "2s", "idle_in_transaction_session_timeout": "15s"}
    if longest := os.environ.get("STATEMENT_TIMEOUT"):
        found["statement_timeout"] = longest
    return found
