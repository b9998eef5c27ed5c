"""Each model of the library extended alone, on SQLite whatever the suite's database is."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from nexus_commerce.core.registry import MODELS
from tests.extension.project import BYTECODE, ROOT, WRITE_ROWS, Project


@pytest.fixture(scope="session")
def extend_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Return a function that extends a model, in a fork of one process for all, and says what went wrong."""
    template, folder = tmp_path_factory.mktemp("template"), tmp_path_factory.mktemp("alone")
    Project(template, f"sqlite://{template}/db.sqlite3").does("migrate -v0", WRITE_ROWS)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(BYTECODE)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "tests.extension.alone", str(template), str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout

        def ask(key: str) -> str:
            print(key, file=process.stdin, flush=True)
            answer: str = json.loads(process.stdout.readline())  # type: ignore[union-attr]
            return answer

        yield ask
        process.stdin.close()


@pytest.mark.parametrize("key", MODELS)
def test_b_w1_b_w2_a_model_extended_alone_migrates_keeps_its_rows_and_is_clean(
    key: str, extend_alone: Callable[[str], str]
) -> None:
    assert extend_alone(key) == ""
