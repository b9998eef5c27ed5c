"""``nexus_sync_migrations``: one merge per label after an upgrade of the library."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from nexus_commerce.management.sync import Conflict, Overlap, find_conflicts, merge, rename_fields, write_migration


class Command(BaseCommand):
    help = (
        "Join the migrations that a release of the library brought with those of this project. Writes one merge "
        "migration per label into the project's package, and refuses where both touch the same field."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when there is something to do")
        parser.add_argument(
            "--rename",
            action="append",
            default=[],
            metavar="MODEL.FIELD=NEW",
            help="rename a field of this project whose name the library now uses, before the library's migration",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        conflicts = find_conflicts()
        names = _renames(options["rename"], conflicts)
        if not conflicts:
            self.stdout.write("Nothing to do: each label has one last migration.")
            return
        overlaps = [
            (conflict, overlap)
            for conflict in conflicts
            for overlap in conflict.overlaps
            if (overlap.model, overlap.name) not in names
        ]
        if overlaps:
            raise CommandError("\n".join(_refusal(conflict, overlap) for conflict, overlap in overlaps))
        if options["check"]:
            raise CommandError(
                "\n".join(f"{c.label} has the last migrations {', '.join(c.leaves)}." for c in conflicts)
                + "\nRun nexus_sync_migrations and commit what it writes."
            )
        for conflict in conflicts:
            migration = rename_fields(conflict, names) if conflict.overlaps else merge(conflict)
            self.stdout.write(f"wrote {write_migration(migration)}")


def _renames(written: list[str], conflicts: list[Conflict]) -> dict[tuple[str, str], str]:
    """Return the new name by model and field; refuse one that settles nothing."""
    overlaps = {(overlap.model, overlap.name) for conflict in conflicts for overlap in conflict.overlaps}
    names = {}
    for entry in written:
        old, _, new = entry.partition("=")
        model, _, field = old.lower().partition(".")
        if not new.isidentifier() or (model, field) not in overlaps:
            raise CommandError(f"--rename {entry}: write MODEL.FIELD=NEW for a field that both branches touch.")
        names[model, field] = new
    return names


def _refusal(conflict: Conflict, overlap: Overlap) -> str:
    cure = "Write a migration of yours that undoes or renames it, with run_before the library's file."
    if overlap.name:
        cure = (
            f"Rename yours, in the class and by: nexus_sync_migrations "
            f"--rename {overlap.model}.{overlap.name}=my_{overlap.name}"
        )
    return f"{conflict.label}: {overlap}\n    HINT: {cure}"
