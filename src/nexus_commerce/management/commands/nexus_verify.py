"""``nexus_verify``: every invariant, counted; nothing is written."""

from __future__ import annotations

import json
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from nexus_commerce.checkout.invariants import INVARIANTS, Breaches, Invariant, reading_only, recomputed


class Command(BaseCommand):
    help = (
        "Count the breaches of every invariant of stock, money, orders, payments, promotions and deliveries. "
        "Only reads, all as of one moment; ends with exit code 1 where one is broken."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON for a program to read")
        parser.add_argument(
            "--recompute",
            type=int,
            default=1000,
            metavar="N",
            help="compute the newest N orders again from their snapshots (default: 1000; 0: none)",
        )
        parser.add_argument("--recompute-all", action="store_true", help="compute every order again: some ms each")
        parser.add_argument("--only", action="append", default=[], metavar="CODE", help="ask this invariant only")

    def handle(self, *args: Any, **options: Any) -> None:
        found = []
        with reading_only():
            for invariant in wanted(options):
                began = perf_counter()
                found.append((invariant, invariant.find(), perf_counter() - began))
                if not options["json"]:
                    self._print(*found[-1])
        broken = sum(breaches.count > 0 for _, breaches, _ in found)
        if options["json"]:
            self.stdout.write(json.dumps([as_json(*each) for each in found], indent=2))
        elif broken:
            self.stdout.write(self.style.ERROR(f"{broken} of {len(found)} invariants are broken"))
        else:
            self.stdout.write(self.style.SUCCESS(f"All {len(found)} invariants hold"))
        if broken:
            raise SystemExit(1)

    def _print(self, invariant: Invariant, breaches: Breaches, seconds: float) -> None:
        style = self.style.ERROR if breaches.count else self.style.SUCCESS
        self.stdout.write(f"{style(f'{breaches.count:>6}')}  {invariant.code:<20} {invariant.says}  ({seconds:.1f} s)")
        for example in breaches.examples:
            self.stdout.write(f"        {example}")


def wanted(options: dict[str, Any]) -> list[Invariant]:
    """Return the invariants that the options ask for. Raises ``CommandError`` for a code that there is not."""
    limit = None if options["recompute_all"] else options["recompute"]
    known = [*INVARIANTS, recomputed(limit)]
    if unknown := set(options["only"]) - {invariant.code for invariant in known}:
        codes = ", ".join(invariant.code for invariant in known)
        raise CommandError(f"There is no invariant {', '.join(sorted(unknown))}. There are {codes}.")
    if options["only"]:
        return [invariant for invariant in known if invariant.code in options["only"]]
    return known if limit != 0 else known[:-1]


def as_json(invariant: Invariant, breaches: Breaches, seconds: float) -> dict[str, Any]:
    """Return what was found of an invariant."""
    return {
        "code": invariant.code,
        "says": invariant.says,
        "breaches": breaches.count,
        "examples": list(breaches.examples),
        "seconds": round(seconds, 3),
    }
