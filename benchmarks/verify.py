"""How long ``nexus_verify`` takes over a shop with many orders: ``python -m benchmarks.verify --orders 100000``.

Some orders are made through the services: paid, declined, canceled, refunded, sent, with a gift card or a coupon. They
are doubled in PostgreSQL, with all that belongs to them, until there are enough. The command runs in its own process.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.__main__ import count, postgresql, say
from benchmarks.throwaway import throwaway_database
from tests.hosts.database import VARIABLE

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the shop, verify it, and print how long that took; return 1 when an invariant is broken."""
    options = parse(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="nexus-bank-") as folder,
        postgresql(options.database) as url,
        throwaway_database("benchmarks.settings", url),
    ):
        return run(options, Path(folder))


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.verify", description=__doc__)
    parser.add_argument("--orders", type=count, default=100_000, help="how many orders the shop has (100000)")
    parser.add_argument("--recompute-all", action="store_true", help="also compute every order again")
    parser.add_argument("--explain", action="store_true", help="print the plans of queries that take over a second")
    parser.add_argument("--json", action="store_true", help="print JSON for a program to read")
    parser.add_argument(
        "--database", metavar="URL", help=f"a PostgreSQL server (default: {VARIABLE}, or one of its own)"
    )
    return parser.parse_args(arguments)


def run(options: argparse.Namespace, folder: Path) -> int:
    """Write, verify, print."""
    # Django must be set up before models are imported.
    from benchmarks.verifying.copying import double_orders
    from benchmarks.verifying.shop import make_orders

    say(f"Doubling {make_orders(folder)} orders until there are {options.orders} ...")
    began = time.perf_counter()
    orders, rows = double_orders(options.orders)
    say(f"{rows} rows in {time.perf_counter() - began:.0f} s")
    if options.explain:
        explain()
    found, seconds, megabytes = verify(["--recompute-all"] if options.recompute_all else [])
    broken = [each for each in found if each["breaches"]]
    if options.json:
        print(json.dumps({"orders": orders, "rows": rows, "seconds": seconds, "mb": megabytes, "found": found}))
        return int(bool(broken))
    for each in sorted(found, key=lambda each: -each["seconds"]):
        print(f"{each['seconds']:8.2f} s  {each['code']:<22}{each['breaches'] or ''} {' '.join(each['examples'])}")
    print(f"{orders} orders, {rows} rows: {seconds:.1f} s, peak memory of the process {megabytes:.0f} MB")
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    return int(bool(broken))


def verify(extra: list[str]) -> tuple[list[dict[str, Any]], float, float]:
    """Run the command; return what it found, the seconds it took, and the most memory it had."""
    from django.db import connection

    said = connection.settings_dict
    login = f"{said['USER']}:{said['PASSWORD']}" if said["PASSWORD"] else said["USER"]
    url = f"postgres://{login}@{said['HOST'] or 'localhost'}:{said['PORT'] or 5432}/{said['NAME']}"
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "django", "nexus_verify", "--json", *extra],
        env={**os.environ, VARIABLE: url},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - began
    if not done.stdout:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout), seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def explain() -> None:
    """Print the plan of every statement of an invariant that takes more than a second."""
    from django.db import connection

    from nexus_commerce.checkout.invariants import INVARIANTS

    def timed(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        result = execute(sql, params, many, context)
        if time.perf_counter() - began > 1 and sql.startswith("SELECT"):
            slow.append((time.perf_counter() - began, sql, params))
        return result

    for invariant in INVARIANTS:
        slow: list[tuple[float, str, Any]] = []
        with connection.execute_wrapper(timed):
            invariant.find()
        for seconds, sql, params in slow:
            say(f"--- {invariant.code}: {seconds:.1f} s\n{sql[:1500]}")
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS OFF) {sql}", params)
                say("\n".join(line for (line,) in cursor.fetchall()))


if __name__ == "__main__":
    sys.exit(main())
