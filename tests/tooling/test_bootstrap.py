"""What goes wrong while the environment is made is told in a line, never in a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BOOTSTRAP = Path(__file__).resolve().parents[2] / "tools" / "bootstrap.py"


def bootstrap(purpose: str, environment: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(BOOTSTRAP), purpose],
        env={**os.environ, "NEXUS_VENV": str(environment), **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def fake_environment(folder: Path, python: str) -> Path:
    """Make a folder that looks like a virtual environment, with a shell script for its Python."""
    (folder / "bin").mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text("version = 3.12.0\n")
    (folder / "bin" / "python").write_text(f"#!/bin/sh\n{python}\n")
    (folder / "bin" / "python").chmod(0o755)
    return folder


def answering(pip: str) -> str:
    """Return a script that answers the question for the version, and does ``pip`` for an installation."""
    return f'case "$*" in *version_info*) echo 3 12;; *"pip --version"*) ;; *) {pip};; esac'


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")

    done = bootstrap("demo", tmp_path)

    assert done.returncode == 1
    assert done.stderr == f"{tmp_path} is not a virtual environment. Name another: make VENV=/another/folder\n"
    assert (tmp_path / "letter.txt").exists()


def test_an_old_python_says_what_is_needed_where_no_newer_one_runs(tmp_path):
    not_chosen = tmp_path / "python3.13"
    not_chosen.write_text("#!/bin/sh\necho this version is not chosen >&2\nexit 127\n")
    not_chosen.chmod(0o755)
    pretend = (
        "import runpy, sys; sys.version_info = (3, 9, 1); sys.argv = ['bootstrap.py', 'demo']; "
        f"runpy.run_path({str(BOOTSTRAP)!r}, run_name='__main__')"
    )

    done = subprocess.run(
        [sys.executable, "-c", pretend], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.startswith("nexus_commerce needs Python 3.11 or newer")
    assert "not chosen" not in done.stderr


def test_an_environment_of_an_old_python_is_refused(tmp_path):
    done = bootstrap("demo", fake_environment(tmp_path / "venv", "echo 3 9"))

    assert done.returncode == 1
    assert "holds Python 3.9; 3.11 or newer is needed. Delete that folder" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("WARNING: Retrying after NewConnectionError('...')", "the package index cannot be reached"),
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("ERROR: No matching distribution found for Django", "ERROR: No matching distribution found for Django"),
    ],
)
def test_a_failed_installation_names_its_cause(tmp_path, output, told):
    environment = fake_environment(tmp_path / "venv", answering(f'echo "{output}"; exit 1'))

    done = bootstrap("demo", environment)

    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(environment.glob("*.stamp"))


def test_the_second_run_installs_nothing_until_the_environment_changes(tmp_path):
    environment = fake_environment(tmp_path / "venv", answering("echo installed >> $0.calls"))
    calls = environment / "bin" / "python.calls"

    runs = [bootstrap("demo", environment).returncode for _ in range(2)]
    assert runs == [0, 0]
    assert calls.read_text().count("installed") == 1

    (environment / "pyvenv.cfg").write_text("version = 3.13.0\n")
    assert bootstrap("demo", environment).returncode == 0
    assert calls.read_text().count("installed") == 2


def test_an_unknown_purpose_prints_those_there_are(tmp_path):
    done = bootstrap("deom", tmp_path / "venv")

    assert done.returncode == 2
    assert done.stderr == "usage: bootstrap.py demo|test|dev\n"
