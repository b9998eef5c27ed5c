"""Type-check what a host writes, with mypy strict and django-stubs on the extended host's settings."""

import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def expected_errors(file: Path) -> list[str]:
    lines = enumerate(file.read_text().splitlines(), start=1)
    return [
        f"{file.name}:{number} {found[1]}" for number, line in lines if (found := re.search(r"# error: (\S+)$", line))
    ]


def test_a_hosts_fields_queries_and_policies_are_typed_and_mistakes_are_found(tmp_path: Path) -> None:
    files = [str(HERE / name) for name in ("aliases.py", "right.py", "wrong.py")]
    command = [sys.executable, "-m", "mypy", "--config-file", str(HERE / "mypy.ini"), "--no-error-summary", *files]
    environment = os.environ | {"MYPY_CACHE_DIR": str(tmp_path), "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.stderr == ""
    found = re.findall(r"(\w+\.py):(\d+): error: .*\[([\w-]+)\]", done.stdout)
    assert [f"{file}:{line} {kind}" for file, line, kind in found] == expected_errors(HERE / "wrong.py"), done.stdout
