"""Each model of the library extended alone, on SQLite whatever the suite's database is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nexus_commerce.core.registry import MODELS
from tests.extension.project import BYTECODE, ROOT, WRITE_ROWS, Project

pytestmark = pytest.mark.xdist_group("alone")
"""One worker of a parallel run takes them all: the work is done once, in the fixture."""


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Extend every model alone; return what went wrong by model."""
    template, folder = tmp_path_factory.mktemp("template"), tmp_path_factory.mktemp("alone")
    Project(template, f"sqlite://{template}/db.sqlite3").does("migrate -v0", WRITE_ROWS)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(BYTECODE)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "tests.extension.alone", str(template), str(folder)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    assert len(list(Path(folder).glob("*.log"))) == len(MODELS)
    return found


@pytest.mark.parametrize("key", MODELS)
def test_b_w1_b_w2_a_model_extended_alone_migrates_keeps_its_rows_and_is_clean(key: str, wrong: dict[str, str]) -> None:
    assert wrong.get(key, "") == ""
