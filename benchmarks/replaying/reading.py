"""Read the file of order lines: one row a line, nothing of it held in memory."""

import csv
import lzma
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, TextIO

__all__ = ["COLUMNS", "BadFile", "FileRow", "NonsenseRow", "read_rows"]

COLUMNS: Final = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
)
MAX_QUANTITY: Final = 1_000_000
MAX_PRICE: Final = Decimal(10_000_000)


class BadFile(ValueError):
    """The file as a whole cannot be replayed."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of the file. ``price`` is in major units, with as many decimals as the file gives it."""

    line: int
    invoice: str
    code: str
    description: str
    quantity: int
    at: datetime
    price: Decimal
    customer: str
    country: str

    @property
    def amount(self) -> Decimal:
        """Quantity times price, exact."""
        return self.quantity * self.price


@dataclass(frozen=True, slots=True)
class NonsenseRow:
    """A row that cannot be read as an order line, and why."""

    line: int
    reason: str


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """Open a file of text, unpacking it on the way when its name ends in ``.xz``."""
    if not path.is_file():
        raise BadFile(f"There is no file {path}.")
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
        yield file


def read_rows(path: Path) -> Iterator[FileRow | NonsenseRow]:
    """Yield every row of the file, in its order. Raises ``BadFile``."""
    with open_text(path) as file:
        reader = csv.reader(file)
        try:
            if tuple(next(reader, ())) != COLUMNS:
                raise BadFile(f"The first line must name the columns {', '.join(COLUMNS)}.")
            for cells in reader:
                yield read_row(reader.line_num, cells)
        except (lzma.LZMAError, EOFError, UnicodeDecodeError, csv.Error) as exc:
            raise BadFile(f"The file breaks off after line {reader.line_num}: {exc}") from exc


def read_row(line: int, cells: list[str]) -> FileRow | NonsenseRow:
    """Read one row, or say why it makes no sense."""
    if len(cells) != len(COLUMNS):
        return NonsenseRow(line, "not eight cells")
    invoice, code, description, quantity, at, price, customer, country = (cell.strip() for cell in cells)
    if not invoice or not code:
        return NonsenseRow(line, "no invoice number or stock code")
    try:
        units, moment, amount = int(quantity), datetime.fromisoformat(at), Decimal(price)
    except (ValueError, InvalidOperation):
        return NonsenseRow(line, "quantity, date or price unreadable")
    if not 0 < abs(units) <= MAX_QUANTITY:
        return NonsenseRow(line, "quantity zero or out of bounds")
    if not amount.is_finite() or not 0 <= amount <= MAX_PRICE or int(amount.as_tuple().exponent) < -6:
        return NonsenseRow(line, "price negative or out of bounds")
    # The same article is written "85123A" and "85123a"; customer numbers carry a decimal of the tool that wrote them.
    return FileRow(
        line,
        invoice,
        code.upper(),
        description,
        units,
        moment.replace(tzinfo=moment.tzinfo or UTC),
        amount,
        customer.removesuffix(".0"),
        country,
    )
