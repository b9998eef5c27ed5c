"""Join the host's branch of a label's migrations with the library's after an upgrade.

Django's own merge does not see that both branches touch one thing (a field that the host had before upstream);
this does, and refuses (nexus_commerce.E114).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from django.core.management.utils import run_formatters
from django.db.migrations import Migration
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RenameField, SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation
from django.db.migrations.writer import MigrationWriter

from nexus_commerce.core.overlay import library_migrations
from nexus_commerce.core.overlay_checks import migration_names
from nexus_commerce.core.registry import PACKAGES

__all__ = ["Conflict", "Overlap", "find_conflicts", "merge", "rename_fields", "write_migration"]

Touch = tuple[str, str]
"""A model and the field, index or constraint of it, in lower case; an empty name is the model itself."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two migrations of different branches that touch the same thing."""

    model: str
    name: str
    library: str
    host: str

    def __str__(self) -> str:
        what = f"{self.name!r} of {self.model}" if self.name else f"the model {self.model}"
        return f"both {self.library} and {self.host} touch {what}. (nexus_commerce.E114)"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A label with more than one last migration."""

    label: str
    library: tuple[str, ...]
    host: tuple[str, ...]
    overlaps: tuple[Overlap, ...]

    @property
    def leaves(self) -> tuple[str, ...]:
        return (*self.library, *self.host)


def find_conflicts(loader: MigrationLoader | None = None) -> list[Conflict]:
    """Return the labels of the library whose migrations end in several leaves."""
    loader = loader or MigrationLoader(None)
    return [
        _conflict(loader, label, sorted(leaves))
        for label, leaves in sorted(loader.detect_conflicts().items())
        if label in PACKAGES
    ]


def _conflict(loader: MigrationLoader, label: str, leaves: list[str]) -> Conflict:
    shipped = migration_names([library_migrations(PACKAGES[label])])
    branches = {leaf: set(loader.graph.forwards_plan((label, leaf))) for leaf in leaves}
    common = set.intersection(*branches.values())
    overlaps: dict[Touch, Overlap] = {}
    for one, two in combinations(sorted(leaves, key=lambda leaf: leaf not in shipped), 2):
        touched = _touches_by_migration(loader, label, branches[two] - branches[one] - common)
        for migration, touches in _touches_by_migration(loader, label, branches[one] - branches[two] - common).items():
            for other, others in touched.items():
                for touch in _meeting(touches, others):
                    overlaps.setdefault(touch, Overlap(*touch, library=migration, host=other))
    return Conflict(
        label,
        tuple(leaf for leaf in leaves if leaf in shipped),
        tuple(leaf for leaf in leaves if leaf not in shipped),
        tuple(overlaps.values()),
    )


def _meeting(one: set[Touch], two: set[Touch]) -> set[Touch]:
    """Return what both touch; to make, drop or rename a model meets everything of that model."""
    whole = {model for model, name in one | two if not name}
    same_model = {model for model, _ in one} & {model for model, _ in two}
    return (one & two) | {(model, "") for model in whole & same_model}


def _touches_by_migration(
    loader: MigrationLoader, label: str, nodes: Iterable[tuple[str, str]]
) -> dict[str, set[Touch]]:
    return {
        name: {touch for operation in loader.graph.nodes[app, name].operations for touch in _touches(operation)}
        for app, name in sorted(nodes)
        if app == label
    }


def _touches(operation: Operation) -> Iterator[Touch]:
    """Yield what an operation touches. Data migrations and options of a model are not seen as touching a field."""
    if isinstance(operation, SeparateDatabaseAndState):
        for inner in (*operation.state_operations, *operation.database_operations):
            yield from _touches(inner)
        return
    kind = type(operation).__name__
    if kind in {"CreateModel", "DeleteModel"}:
        yield operation.name.lower(), ""  # type: ignore[attr-defined]
    elif kind == "RenameModel":
        yield operation.old_name.lower(), ""  # type: ignore[attr-defined]
        yield operation.new_name.lower(), ""  # type: ignore[attr-defined]
    elif model := getattr(operation, "model_name", ""):
        for attribute in ("name", "old_name", "new_name"):
            if name := getattr(operation, attribute, None):
                yield model.lower(), name.lower()
        for attribute in ("index", "constraint"):
            if named := getattr(operation, attribute, None):
                yield model.lower(), named.name.lower()


def merge(conflict: Conflict) -> Migration:
    """Return the migration that joins the branches; its name tells what it was written for."""
    number = max(MigrationAutodetector.parse_number(leaf) or 0 for leaf in conflict.leaves) + 1
    about = (conflict.library or conflict.host)[0]
    return _migration(conflict.label, f"{number:04d}_merge_{about}", conflict.leaves)


def rename_fields(conflict: Conflict, names: Mapping[Touch, str]) -> Migration:
    """Return a migration of the host's that frees fields' names before the library's migrations take them.

    It depends on the host's leaves and runs before the library's files, so the order is right on databases that
    exist and on new ones, and no merge is needed: the library's leaf becomes the only one.
    """
    number = max(MigrationAutodetector.parse_number(leaf) or 0 for leaf in conflict.host) + 1
    first = conflict.overlaps[0]
    operations = [
        RenameField(overlap.model, overlap.name, names[overlap.model, overlap.name]) for overlap in conflict.overlaps
    ]
    return _migration(
        conflict.label,
        f"{number:04d}_rename_{first.model}_{first.name}",
        conflict.host,
        operations=operations,
        run_before=[(conflict.label, name) for name in sorted({o.library for o in conflict.overlaps})],
    )


def _migration(label: str, name: str, dependencies: Iterable[str], **attributes: Any) -> Migration:
    attributes["dependencies"] = [(label, dependency) for dependency in dependencies]
    made: type[Migration] = type("Migration", (Migration,), attributes)
    return made(name, label)


def write_migration(migration: Migration) -> Path:
    """Write a migration into the host's package and return its path; refuse to overwrite a file."""
    writer = MigrationWriter(migration)
    text = writer.as_string()
    if migration.run_before:
        # Django's writer leaves run_before out.
        text = text.replace(
            "    operations = [", f"    run_before = {list(migration.run_before)!r}\n\n    operations = [", 1
        )
    path = Path(writer.path)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    run_formatters([str(path)])
    return path
