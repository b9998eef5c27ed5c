"""``nexus_tree verify`` and ``nexus_tree rebuild``: find and repair damage to the category tree."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from nexus_commerce.catalog.services import rebuild_tree, verify_tree


class Command(BaseCommand):
    """Verify the category tree, or rebuild it."""

    help = (
        "verify: find wrong numbers, shared tree ids, cycles and products listed below the wrong categories. "
        "rebuild: repair them; a cycle is broken by making one of its categories a root. "
        "Exits with 1 when something was found."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["verify", "rebuild"])
        parser.add_argument("--json", action="store_true", help="Print the findings as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = verify_tree() if options["action"] == "verify" else rebuild_tree()
        if options["json"]:
            self.stdout.write(json.dumps([asdict(finding) for finding in findings], indent=2))
        else:
            for finding in findings:
                where = f"category {finding.category}" + (f", product {finding.product}" if finding.product else "")
                self.stdout.write(f"{finding.problem}: {where}: {finding.detail}")
            self.stdout.write(_summary(options["action"], len(findings)))
        if findings:
            raise SystemExit(1)


def _summary(action: str, count: int) -> str:
    if not count:
        return "The category tree is sound."
    return f"{count} found and repaired." if action == "rebuild" else f"{count} found. Repair: nexus_tree rebuild"
