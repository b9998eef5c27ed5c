"""System check W231: a database that lets a request wait for a lock without end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage
from django.db import connections

from nexus_commerce.conf import BadSetting, nexus_settings

__all__ = ["check_lock_timeout"]


def check_lock_timeout(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Report, in production, each PostgreSQL whose ``lock_timeout`` is off for this connection.

    The server is asked, because the limit may stand in the settings, with the role, or with the database.
    """
    try:
        applies = nexus_settings.PRODUCTION
    except BadSetting:  # E200 and on say so
        return []
    return [
        checks.Warning(
            f"The database {alias!r} has no lock_timeout: behind one forgotten transaction every request that needs "
            "the same row waits, until no server process is left.",
            f"Set DATABASES[{alias!r}]['OPTIONS']['options'] = '-c lock_timeout=2s', or ALTER ROLE ... SET "
            "lock_timeout where a pooler stands in between.",
            id="nexus_commerce.W231",
        )
        for alias in (databases or () if applies else ())
        if connections[alias].vendor == "postgresql" and waits_for_ever(alias)
    ]


def waits_for_ever(alias: str) -> bool:
    """Ask a server whether it lets statements wait for a lock without end."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout') = '0'")
        (is_off,) = cursor.fetchone()
    return bool(is_off)
