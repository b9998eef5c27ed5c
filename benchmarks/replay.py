"""Replay a real retailer's order lines through cart and checkout: ``python -m benchmarks.replay FILE``."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import django

from tests.hosts.database import VARIABLE


def main(arguments: Sequence[str] | None = None) -> int:
    """Replay in a database of its own, print the report, and return 1 when a total differs."""
    options = parse(arguments)
    with tempfile.TemporaryDirectory(prefix="nexus-replay-") as folder:
        os.environ[VARIABLE] = (
            options.database or os.environ.get(VARIABLE) or f"sqlite:///{Path(folder).resolve()}/shop.sqlite3"
        )
        os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.replaying.settings"
        django.setup()
        return run(options)


def run(options: argparse.Namespace) -> int:
    """Make the database, replay into it, and drop it."""
    # Django must be set up before models are imported.
    from django.db import connection

    from benchmarks.replaying.reading import BadFile
    from benchmarks.replaying.report import as_dict, as_text
    from benchmarks.replaying.run import replay

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        result = replay(options.file, limit=options.limit)
    except BadFile as exc:
        print(exc, file=sys.stderr)
        return 2
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
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
