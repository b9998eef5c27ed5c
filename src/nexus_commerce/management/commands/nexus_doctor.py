"""``nexus_doctor``: what is in force, who set it and from where, and what is wrong."""

import json
from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from nexus_commerce.management.doctor import Finding, Report, Row, examine


class Command(BaseCommand):
    help = (
        "Print for every model, policy, provider, step and API class what is in force, who set it and from where; "
        "then the problems. Ends with exit code 1 when one of them is an error."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON for a program to read")
        parser.add_argument(
            "--database", action="append", dest="databases", metavar="ALIAS", help="look at the rows of it too"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        report = examine(options["databases"])
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), indent=2))
        else:
            self._print(report)
        if not report.is_healthy:
            raise SystemExit(1)

    def _print(self, report: Report) -> None:
        self.stdout.write("  ".join(f"{name} {version}" for name, version in report.versions.items()))
        names = max((len(row.name) for row in report.rows), default=0)
        values = max((len(value) for row in report.rows for value in row.in_force), default=0)
        for section, rows in groupby(report.rows, key=lambda row: row.section):
            self.stdout.write("")
            self.stdout.write(self.style.MIGRATE_HEADING(section))
            for row in rows:
                self._print_row(row, names, values)
        self.stdout.write("")
        for problem in report.problems:
            self._print_problem(problem)
        errors = sum(problem.level == "error" for problem in report.problems)
        summary = f"{errors} errors, {len(report.problems) - errors} warnings"
        self.stdout.write(self.style.SUCCESS(summary) if report.is_healthy else self.style.ERROR(summary))

    def _print_row(self, row: Row, names: int, values: int) -> None:
        first, *others = row.in_force or ("none",)
        self.stdout.write(f"  {row.name:<{names}}  {first:<{values}}  {row.set_by}")
        for value in others:
            self.stdout.write(f"  {'':<{names}}  {value}")

    def _print_problem(self, problem: Finding) -> None:
        style = self.style.ERROR if problem.level == "error" else self.style.WARNING
        self.stdout.write(style(f"{problem.level}: {problem.message} ({problem.id})"))
        if problem.hint:
            self.stdout.write(f"    {problem.hint}")
