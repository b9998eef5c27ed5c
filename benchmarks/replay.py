"""Replay a real retailer's order lines through cart and checkout: ``python -m benchmarks.replay FILE``."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.throwaway import throwaway_database
from tests.hosts.database import VARIABLE


def main(arguments: Sequence[str] | None = None) -> int:
    """Replay in a database of its own and print the report; return 1 when a total differs, 2 for a bad file."""
    options = parse(arguments)
    with throwaway_database("benchmarks.replaying.settings", options.database):
        return run(options)


def run(options: argparse.Namespace) -> int:
    """Replay into the present database."""
    # Django must be set up before models are imported.
    from benchmarks.replaying.reading import BadFile
    from benchmarks.replaying.report import as_dict, as_text
    from benchmarks.replaying.run import replay

    try:
        result = replay(options.file, limit=options.limit)
    except BadFile as exc:
        print(exc, file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps(as_dict(result), indent=2))
    else:
        print("\n".join(as_text(result)))
    return 0 if result.agrees else 1


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replay", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE", help="order lines as .csv or .xz")
    parser.add_argument("--limit", type=positive, metavar="N", help="replay the first N invoices only")
    parser.add_argument(
        "--database",
        metavar="URL",
        help=f"server and name to derive the throw-away database from (default: {VARIABLE}, else a SQLite file)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON for a program to read")
    return parser.parse_args(arguments)


def positive(text: str) -> int:
    """Read a number of 1 or more."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("give a number of 1 or more")
    return number


if __name__ == "__main__":
    sys.exit(main())
