"""``nexus_eject catalog.Product --to shop``: begin to extend a model."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from nexus_commerce.management.eject import EjectError, plan_ejection


class Command(BaseCommand):
    help = (
        "Write an abstract class that extends a model of the library, and the migrations package for its label; "
        "print the lines to add to the settings. Nothing changes in the database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("model", help="the model to extend, such as catalog.Product")
        parser.add_argument("--to", required=True, metavar="APP", help="the app or package that takes the class")
        parser.add_argument("--dry-run", action="store_true", help="print what would be written, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            plan = plan_ejection(options["model"], options["to"])
        except EjectError as exc:
            raise CommandError(str(exc)) from exc
        if options["dry_run"]:
            for path, content in plan.files.items():
                self.stdout.write(self.style.MIGRATE_HEADING(str(path)))
                self.stdout.write(content or "(empty)")
        else:
            plan.write()
            for path in plan.files:
                self.stdout.write(f"wrote {path}")
        self.stdout.write(self.style.MIGRATE_HEADING("Add to the settings"))
        self.stdout.write("\n".join(plan.settings_lines()))
        label = options["model"].split(".")[0]
        self.stdout.write(
            f"Then give {plan.class_path} its fields and run: makemigrations nexus_{label} && migrate nexus_{label}"
        )
