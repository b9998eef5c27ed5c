"""System checks E220 to E228: settings that are right on a desk and wrong where customers pay.

All but E228 apply with ``NEXUS_COMMERCE["PRODUCTION"]``, and each is taken back by its name in ``ALLOW_IN_PRODUCTION``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from django.conf import settings
from django.core import mail
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from nexus_commerce.conf import BadSetting, nexus_settings
from nexus_commerce.conf.kinds import did_you_mean

__all__ = ["ALLOWABLE", "check_production", "check_sqlite_locks"]

SQLITE: Final = "django.db.backends.sqlite3"
MAILS_TO_NOBODY: Final = frozenset({"console", "dummy", "filebased", "locmem"})
CACHES_OF_ONE_PROCESS: Final = frozenset({"locmem.LocMemCache", "dummy.DummyCache"})
SHORTEST_KEY: Final = 50
FEWEST_SIGNS: Final = 5
EVERYBODY_KNOWS: Final = re.compile(r"^django-insecure-|not.a.secret|change.?me|secret.?key|your.secret", re.IGNORECASE)
"""Keys that come with a template or an example, and so are known to everybody."""


def debug() -> Iterator[CheckMessage]:
    """Yield an error where faults are shown to visitors, with settings and code."""
    if settings.DEBUG:
        yield Error(
            "DEBUG is on: every fault shows visitors the settings and the code around it.",
            "Set DEBUG = False.",
            id="nexus_commerce.E220",
        )


def any_host() -> Iterator[CheckMessage]:
    """Yield an error where a forged Host header decides what links in mails point to."""
    if "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "ALLOWED_HOSTS accepts every host: whoever forges the Host header chooses where links in mails point to.",
            "Name the hosts of the shop in ALLOWED_HOSTS.",
            id="nexus_commerce.E221",
        )


def weak_secret_key() -> Iterator[CheckMessage]:
    """Yield an error where sessions and tokens are signed with a key that can be guessed or looked up."""
    try:
        key = str(settings.SECRET_KEY)
    except ImproperlyConfigured:
        key = ""
    if len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_SIGNS or EVERYBODY_KNOWS.search(key):
        yield Error(
            "SECRET_KEY is short, or one that everybody knows: sessions and tokens can be forged.",
            f"Make one of {SHORTEST_KEY} random characters or more, for instance with secrets.token_urlsafe(64), "
            "and keep it out of the code.",
            id="nexus_commerce.E222",
        )


def mail_to_nobody() -> Iterator[CheckMessage]:
    """Yield an error for each way of sending mails that reaches nobody."""
    for where, backend in mail_backends():
        if any(f"backends.{name}." in backend for name in MAILS_TO_NOBODY):
            yield Error(
                f"{where} is {backend}: mails to customers are not sent.",
                "Name a backend that sends them, such as django.core.mail.backends.smtp.EmailBackend.",
                id="nexus_commerce.E223",
            )


def mail_backends() -> Iterator[tuple[str, str]]:
    """Yield where a backend is named, and which; Django 6.1 names several in ``MAILERS``."""
    mailers = getattr(settings, "MAILERS", None)
    if not mailers:
        yield "EMAIL_BACKEND", str(settings.EMAIL_BACKEND)
        return
    for alias, entry in mailers.items():
        yield f"MAILERS[{alias!r}]", str(entry.get("BACKEND", ""))


def provider_for_tests() -> Iterator[CheckMessage]:
    """Yield an error for each payment provider that takes no money."""
    try:
        providers = nexus_settings.PAYMENT_PROVIDERS
    except BadSetting:  # E202 and on say so
        return
    for alias, entry in providers.items():
        if getattr(entry.backend, "is_test", False):
            yield Error(
                f"The payment provider {alias!r} is for tests: whoever chooses it pays nothing.",
                "Take it out of NEXUS_COMMERCE['PAYMENT_PROVIDERS'].",
                id="nexus_commerce.E224",
            )


def sqlite() -> Iterator[CheckMessage]:
    """Yield an error for each SQLite database: one writer at a time, on one machine."""
    for alias, database in settings.DATABASES.items():
        if database.get("ENGINE") == SQLITE:
            yield Error(
                f"The database {alias!r} is SQLite, which lets one checkout write at a time.",
                "Use PostgreSQL; or, for a small shop on one machine, add 'sqlite' to "
                "NEXUS_COMMERCE['ALLOW_IN_PRODUCTION'].",
                id="nexus_commerce.E225",
            )


def local_cache() -> Iterator[CheckMessage]:
    """Yield an error where each process has a cache of its own: pages differ, and tries are counted in the database."""
    backend = str(settings.CACHES.get("default", {}).get("BACKEND", ""))
    if any(backend.endswith(name) for name in CACHES_OF_ONE_PROCESS):
        yield Error(
            f"The default cache is {backend}, which processes do not share: the limits of tries cannot be counted in "
            "it, and burden the database instead.",
            "Use Redis or Memcached; or, for a small shop on one machine, add 'local_cache' to "
            "NEXUS_COMMERCE['ALLOW_IN_PRODUCTION'].",
            id="nexus_commerce.E226",
        )


ALLOWABLE: Final[dict[str, Callable[[], Iterator[CheckMessage]]]] = {
    "debug": debug,
    "any_host": any_host,
    "weak_secret_key": weak_secret_key,
    "mail_to_nobody": mail_to_nobody,
    "test_provider": provider_for_tests,
    "sqlite": sqlite,
    "local_cache": local_cache,
}
"""What ``ALLOW_IN_PRODUCTION`` may name, and the check that is taken back by it."""


def check_production(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report what must not be so where customers pay, unless the host allows it by name."""
    try:
        applies, allowed = nexus_settings.PRODUCTION, nexus_settings.ALLOW_IN_PRODUCTION
    except BadSetting:  # E200 and on say so
        return []
    found: list[CheckMessage] = [
        Error(
            f"NEXUS_COMMERCE['ALLOW_IN_PRODUCTION'] names the unknown check {name!r}.",
            did_you_mean(str(name), ALLOWABLE),
            id="nexus_commerce.E227",
        )
        for name in allowed
        if name not in ALLOWABLE
    ]
    if applies and not is_under_test():
        found += [problem for name, check in ALLOWABLE.items() if name not in allowed for problem in check()]
    return found


def is_under_test() -> bool:
    """Tell whether Django's test environment is set up: it turns DEBUG off, keeps mails, and runs these checks."""
    return hasattr(mail, "outbox")


def check_sqlite_locks(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report SQLite databases where two transactions that read first and write then cannot wait for each other."""
    return [
        Error(
            f"The database {alias!r} is SQLite and takes the write lock late: of two requests that change something at "
            'once, one fails with "database is locked", however long it could wait.',
            f"Set DATABASES[{alias!r}]['OPTIONS']['transaction_mode'] = 'IMMEDIATE'.",
            id="nexus_commerce.E228",
        )
        for alias, database in settings.DATABASES.items()
        if database.get("ENGINE") == SQLITE
        and str(database.get("OPTIONS", {}).get("transaction_mode", "")).upper() not in ("IMMEDIATE", "EXCLUSIVE")
    ]
