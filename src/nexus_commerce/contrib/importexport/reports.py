"""Keep the problems of an import as CSV that a spreadsheet can open safely."""

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any, Final

from nexus_commerce.contrib.importexport.problems import Problem

__all__ = ["ProblemFile", "as_text_cell", "open_problem_file"]

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\0")


def as_text_cell(value: object) -> str:
    """Return a value as a cell that no spreadsheet takes for a formula (CWE-1236)."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


class ProblemFile:
    """Writes problems as they come, one a row."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer
        self._writer.writerow([field.name for field in fields(Problem)])

    def add(self, problem: Problem) -> None:
        """Write one problem."""
        self._writer.writerow([as_text_cell(value) for value in astuple(problem)])


@contextmanager
def open_problem_file(path: Path) -> Iterator[ProblemFile]:
    """Write a file of problems beside ``path`` and put it in its place when it is complete."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8-sig", newline="") as file:
            yield ProblemFile(csv.writer(file))
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
