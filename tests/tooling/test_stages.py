"""The command that runs the suite: stages, sums and exit codes."""

import subprocess
import sys
from pathlib import Path

import pytest

RUN_TESTS = Path(__file__).resolve().parents[2] / "tools" / "run_tests.py"


def run_tests(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(RUN_TESTS), *arguments], capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize(
    ("chosen", "closing", "status"),
    [
        ("test_an_unknown_scheme_is_refused_with_the_ones_that_work", "1 passed, 0 failed in ", 0),
        ("no_test_has_this_name", "0 passed, 0 failed in ", 1),
    ],
)
def test_the_last_line_counts_and_a_stage_without_tests_fails(chosen, closing, status):
    done = run_tests("--only", "sqlite", "--workers", "0", "--", "tests/tooling/test_database_url.py", "-k", chosen)

    assert done.stdout.splitlines()[-1].startswith(closing)
    assert done.returncode == status
    assert ("no test ran" in done.stdout) == bool(status)


def test_a_pytest_that_runs_nothing_counts_as_one_failure():
    done = run_tests("--only", "sqlite", "--workers", "0", "--", "--no-such-option")

    assert done.stdout.splitlines()[-1].startswith("0 passed, 1 failed in ")
    assert done.returncode == 1


def test_an_unknown_stage_is_refused_with_those_there_are():
    done = run_tests("--only", "sqlight")

    assert done.returncode == 2
    assert done.stderr == "There is no stage sqlight. Stages: sqlite, postgresql, extended, late\n"
