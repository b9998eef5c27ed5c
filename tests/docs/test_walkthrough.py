"""The pages that a newcomer follows, followed to the letter in an empty folder."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCK = re.compile(
    r"^```(?:console\n(?P<console>.*?)|\{code-block\} \w+\n:caption: (?P<caption>[^\n]+)\n(?P<code>.*?))^```",
    re.MULTILINE | re.DOTALL,
)
PROGRAMS = {"python": [sys.executable], "django-admin": [sys.executable, "-m", "django"]}


def steps(page: str) -> Iterator[tuple[str, str]]:
    """Yield what a reader does: ("run", command), ("write", file and code) or ("append", file and code)."""
    for block in BLOCK.finditer((DOCS / page).read_text(encoding="utf-8")):
        if block["console"] is not None:
            yield from (("run", line[2:]) for line in block["console"].splitlines() if line.startswith("$ "))
        else:
            path, _, where = block["caption"].partition(", ")
            yield ("append" if where == "at the end" else "write", f"{path}\n{block['code']}")


def follow(page: str, folder: Path) -> int:
    """Do every step of a page; return how many there were."""
    count = 0
    for count, (kind, text) in enumerate(steps(page), start=1):  # noqa: B007 - counted for the caller
        if kind == "run":
            run(text, folder)
            continue
        path, _, code = text.partition("\n")
        with (folder / path).open("a" if kind == "append" else "w", encoding="utf-8") as file:
            file.write(f"\n{code}" if kind == "append" else code)
    return count


def run(command: str, folder: Path) -> None:
    program, *arguments = shlex.split(command)
    outside = {"DJANGO_SETTINGS_MODULE", "NEXUS_TEST_DATABASE_URL", "PYTHONPATH"}
    done = subprocess.run(
        [*PROGRAMS[program], *arguments],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name not in outside},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"{command}\n{done.stdout}{done.stderr}", pytrace=False)


def test_the_quick_start_and_the_page_on_extending_work_as_written(tmp_path: Path) -> None:
    assert follow("quickstart.md", tmp_path) >= 7
    assert follow("howto/extend-a-model.md", tmp_path) >= 10

    own = sorted(path.name for path in (tmp_path / "shop/nexus_migrations/catalog").glob("0*.py"))
    assert len(own) == 1
    assert "isbn" in own[0]
