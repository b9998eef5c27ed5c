"""Read a CSV file of any size row by row, within limits, whatever stands in it."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nexus_commerce.contrib.importexport.encodings import detect_encoding
from nexus_commerce.contrib.importexport.problems import UnreadableFile

__all__ = ["Limits", "Row", "Table", "open_table"]

DELIMITERS: Final = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may be: bytes of the file, rows and columns of the table, characters of a cell."""

    file_bytes: int = 200 * 1024 * 1024
    rows: int = 100_000
    columns: int = 200
    cell: int = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row as they stand, and the line of the file where it begins."""

    line: int
    cells: list[str]


@dataclass(slots=True)
class Table:
    """An open file: its header, its rows to iterate over once, and a remark on how it was read."""

    header: list[str]
    rows: Iterator[Row]
    remark: str = ""


@contextmanager
def open_table(path: Path, *, limits: Limits = Limits()) -> Iterator[Table]:
    """Open a CSV file separated by commas, semicolons or tabs.

    Cells are text, never evaluated: a formula stays the characters that it is. Rows without any text are left out;
    a row may have fewer or more cells than the header. Raises ``UnreadableFile``, also while the rows are read.
    Changes the process-wide limit of the ``csv`` module while open, so open one at a time.
    """
    _check_size(path, limits)
    encoding = detect_encoding(path)
    before = csv.field_size_limit(limits.cell)
    try:
        with path.open(encoding=encoding.codec, newline="") as file:
            delimiter = _find_delimiter(file, limits)
            rows = _read_rows(csv.reader(_lines(file, limits), delimiter=delimiter, strict=True), limits)
            header = next(rows, None)
            if header is None:
                raise UnreadableFile(reason="The file is empty.", cure="Export it again.", line=None)
            yield Table([name.strip() for name in header.cells], _body(rows, limits), encoding.remark)
    finally:
        csv.field_size_limit(before)


def _check_size(path: Path, limits: Limits) -> None:
    if not path.is_file():
        raise UnreadableFile(reason=f"There is no file {path}.", cure="Check the path.", line=None)
    size = path.stat().st_size
    if size > limits.file_bytes:
        reason = f"The file has {size:,} bytes; at most {limits.file_bytes:,} are read."
        raise UnreadableFile(reason=reason, cure="Split it, each part with the header.", line=None)


def _find_delimiter(file: io.TextIOWrapper, limits: Limits) -> str:
    first = file.readline(limits.cell)
    file.seek(0)
    if "\0" in first:
        raise UnreadableFile(
            reason="The first line holds NUL characters; UTF-16 without a byte order mark looks like this.",
            cure="Save it as CSV in UTF-8 and try again.",
            line=1,
        )
    return max(DELIMITERS, key=first.count)


def _lines(file: io.TextIOWrapper, limits: Limits) -> Iterator[str]:
    """Yield the lines, never holding more than a bounded part of the file."""
    most = limits.cell * 4
    number = 0
    while line := file.readline(most):
        number += 1
        if len(line) >= most:
            reason = f"Line {number} is longer than {most:,} characters."
            raise UnreadableFile(reason=reason, cure="Check that it is a CSV file.", line=number)
        yield line


def _read_rows(reader: Iterator[list[str]], limits: Limits) -> Iterator[Row]:
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as exc:
            raise _malformed(exc, line, limits) from exc
        if cells is None:
            return
        if any(cell and not cell.isspace() for cell in cells):
            if len(cells) > limits.columns:
                reason = f"Line {line} has {len(cells)} columns; at most {limits.columns} are read."
                raise UnreadableFile(reason=reason, cure="Remove columns that are not needed.", line=line)
            yield Row(line, cells)
        line = reader.line_num + 1  # type: ignore[attr-defined]


def _malformed(exc: csv.Error, line: int, limits: Limits) -> UnreadableFile:
    if "field larger" in str(exc):
        reason = f"A cell of the row at line {line} has more than {limits.cell:,} characters."
        return UnreadableFile(reason=reason, cure="Look for a quotation mark that is never closed.", line=line)
    reason = f"The row at line {line} is not valid CSV: {exc}."
    return UnreadableFile(
        reason=reason, cure='Close each quotation mark, and double those inside a quoted cell ("").', line=line
    )


def _body(rows: Iterator[Row], limits: Limits) -> Iterator[Row]:
    for number, row in enumerate(rows, start=1):
        if number > limits.rows:
            reason = f"The file has more than {limits.rows:,} rows."
            raise UnreadableFile(reason=reason, cure="Split it, each part with the header.", line=row.line)
        yield row
