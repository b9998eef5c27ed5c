"""What is in force in a project, who set it and from where."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.checks import ERROR, run_checks

from nexus_commerce import __version__
from nexus_commerce.conf import API_CLASSES, SETTINGS, Backend, BadSetting, Kind, Setting, nexus_settings
from nexus_commerce.core.extensions import dotted, host_classes, installed_keys, model_for
from nexus_commerce.core.registry import MODELS
from nexus_commerce.management.sync import find_conflicts

__all__ = ["Finding", "Report", "Row", "examine"]

LIBRARY = "library default"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that a host can replace: its name, the dotted paths in force in order, and who set it."""

    section: str
    name: str
    in_force: tuple[str, ...]
    set_by: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem: the id of the check, its level, what is wrong and what to do."""

    id: str
    level: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that ``nexus_doctor`` prints."""

    versions: dict[str, str]
    rows: tuple[Row, ...]
    problems: tuple[Finding, ...]

    @property
    def is_healthy(self) -> bool:
        """Return whether no problem is an error."""
        return all(problem.level != "error" for problem in self.problems)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return asdict(self) | {"is_healthy": self.is_healthy}


def examine(databases: Sequence[str] | None = None) -> Report:
    """Look at the project; ``databases`` are aliases whose rows are looked at too."""
    versions = {
        "nexus_commerce": __version__,
        "Django": django.get_version(),
        "Python": sys.version.partition(" ")[0],
        "settings": str(settings.SETTINGS_MODULE),
    }
    rows = (*_model_rows(), *_setting_rows(), *_api_rows())
    return Report(versions, rows, (*_check_findings(databases), *_conflict_findings()))


def _model_rows() -> Iterator[Row]:
    source = settings_source("NEXUS_COMMERCE")
    for key in installed_keys():
        model = model_for(key)
        hosts: Iterable[type[Any]] = getattr(model, "nexus_hosts", ())
        bases = (*map(dotted, hosts), MODELS[key].abstract)
        yield Row("Models", key, bases, source if host_classes(key) else LIBRARY)


def _setting_rows() -> Iterator[Row]:
    given = nexus_settings.given
    source = settings_source("NEXUS_COMMERCE")
    for name, setting in SETTINGS.items():
        if setting.kind not in {Kind.MODELS, Kind.API}:
            try:
                in_force = tuple(_describe(setting, getattr(nexus_settings, name)))
            except BadSetting as exc:
                in_force = (f"cannot be used ({exc.id})",)
            yield Row("Settings", name, in_force, source if name in given else LIBRARY)


def _describe(setting: Setting, value: Any) -> Iterator[str]:
    if setting.kind is Kind.CLASS:
        yield dotted(value)
    elif setting.kind is Kind.FUNCTIONS:
        yield from map(dotted, value)
    elif setting.kind is Kind.PROVIDERS:
        yield from (_describe_backend(alias, backend) for alias, backend in value.items())
    else:
        yield repr(value)


def _describe_backend(alias: str, backend: Backend) -> str:
    options = f" with {', '.join(sorted(backend.options))}" if backend.options else ""
    return f"{alias}: {dotted(backend.backend)}{options}"  # never the values: they may be secrets


def _api_rows() -> Iterator[Row]:
    chosen = nexus_settings.raw("API")
    source = settings_source("NEXUS_COMMERCE")
    for key in API_CLASSES:
        try:
            in_force = dotted(nexus_settings.API[key])
        except BadSetting as exc:
            in_force = f"cannot be used ({exc.id})"
        yield Row("API classes", key, (in_force,), source if key in chosen else LIBRARY)


def _check_findings(databases: Sequence[str] | None) -> Iterator[Finding]:
    for found in run_checks(databases=databases):
        if str(found.id).startswith("nexus_commerce."):
            level = "error" if found.level >= ERROR else "warning"
            yield Finding(str(found.id), level, str(found.msg), str(found.hint or ""))


def _conflict_findings() -> Iterator[Finding]:
    for conflict in find_conflicts():
        message = f"{conflict.label} has the last migrations {', '.join(conflict.leaves)}."
        yield Finding("nexus_commerce.E114", "error", message, "Run nexus_sync_migrations.")


def settings_source(name: str) -> str:
    """Return the file and line that assign a setting, or the settings module when that cannot be told."""
    assigned = re.compile(rf"^{name}\b(?!\s*==).*=", re.MULTILINE)
    value = getattr(settings, name, None)
    holders = [sys.modules.get(str(settings.SETTINGS_MODULE)), *list(sys.modules.values())]
    for module in holders:
        path = getattr(module, "__file__", None)
        if path and vars(module).get(name) is value and value is not None:
            text = Path(path).read_text(encoding="utf-8", errors="replace")
            if found := assigned.search(text):
                return f"{path}:{text.count(chr(10), 0, found.start()) + 1}"
    return str(settings.SETTINGS_MODULE)
