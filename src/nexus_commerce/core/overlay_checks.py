"""System checks E111 to E113: the host's migrations packages laid over the library's."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error

from nexus_commerce.core.extensions import changes_schema, find_problems, installed_keys
from nexus_commerce.core.overlay import library_migrations
from nexus_commerce.core.registry import MODELS, PACKAGES

__all__ = ["check_overlays", "migration_names", "package_path"]


def check_overlays(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report labels whose schema the host changes but whose migrations it cannot write, or hides."""
    found: list[CheckMessage] = []
    for label, package in PACKAGES.items() if not find_problems() else ():
        # Test runners put an object here that is no dict but answers `in`; None means: run without migrations.
        module = settings.MIGRATION_MODULES[label] if label in settings.MIGRATION_MODULES else ""  # noqa: SIM401
        if label not in apps.app_configs or module is None:
            continue
        if not module:
            found += _missing_overlay(label, package)
            continue
        shown = package_path(module)
        library = library_migrations(package)
        if library not in shown:
            found.append(
                Error(
                    f"MIGRATION_MODULES[{label!r}] = {module!r} does not show the library's migrations.",
                    f"Write in {module.replace('.', '/')}/__init__.py:\n"
                    "    from nexus_commerce.core.overlay import overlay\n"
                    f'    __path__ = overlay("{package}", __path__)',
                    id="nexus_commerce.E112",
                )
            )
        hidden = migration_names([library]) & migration_names([path for path in shown if path != library])
        found += [
            Error(
                f"{module} and the library both have a migration {name!r}; only the library's is seen.",
                "Rename your file and what depends on it; keep a name that the library's releases do not use.",
                id="nexus_commerce.E113",
            )
            for name in sorted(hidden)
        ]
    return found


def _missing_overlay(label: str, package: str) -> Iterator[CheckMessage]:
    if changed := [key for key in installed_keys() if MODELS[key].label == label and changes_schema(key)]:
        short = package.rpartition(".")[2]
        yield Error(
            f"{', '.join(changed)} changes the schema of {label}, but MIGRATION_MODULES has no {label!r}.",
            f'Set MIGRATION_MODULES = {{"{label}": "shop.nexus_migrations.{short}"}} with the name of your app for '
            f"shop; `nexus_eject {changed[0]} --to shop` writes the package.",
            id="nexus_commerce.E111",
        )


def package_path(module: str) -> list[str]:
    try:
        return list(import_module(module).__path__)
    except (ImportError, AttributeError):
        return []


def migration_names(directories: Sequence[str]) -> set[str]:
    return {name for _, name, is_package in pkgutil.iter_modules(directories) if not is_package and name[0] not in "_~"}
