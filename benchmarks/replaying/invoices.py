"""Sort the rows of an invoice: what becomes an order, what does not and why."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from benchmarks.replaying.reading import FileRow

__all__ = ["CARRIAGE_AND_CHARGES", "Invoice", "Tally", "minor_units", "sort_invoice"]

CARRIAGE_AND_CHARGES: Final = frozenset(
    {"POST", "DOT", "C2", "M", "D", "S", "B", "BANK CHARGES", "AMAZONFEE", "CRUK", "ADJUST"}
)
"""Codes that name no article: postage, manual entries, discounts, samples, charges."""

CENT: Final = Decimal("0.01")


@dataclass(slots=True)
class Tally:
    """Rows and their exact amounts by what became of them, and remarks on rows and invoices that became orders."""

    rows: Counter[str] = field(default_factory=Counter)
    amounts: dict[str, Decimal] = field(default_factory=dict)
    remarks: Counter[str] = field(default_factory=Counter)

    def add(self, fate: str, row: FileRow) -> None:
        """Count a row."""
        self.rows[fate] += 1
        self.amounts[fate] = self.amounts.get(fate, Decimal(0)) + row.amount


@dataclass(frozen=True, slots=True)
class Invoice:
    """The rows of an invoice that become an order, placed at ``at``."""

    number: str
    at: datetime
    customer: str
    country: str
    rows: tuple[FileRow, ...]

    @property
    def expected(self) -> int:
        """The total in minor units: each row rounded half up, then summed."""
        return sum(minor_units(row) for row in self.rows)


def minor_units(row: FileRow) -> int:
    """Return the amount of a row in minor units, rounded half up."""
    return int(row.amount.quantize(CENT, ROUND_HALF_UP).scaleb(2))


def sort_invoice(number: str, rows: list[FileRow], tally: Tally) -> Invoice | None:
    """Decide on each row of an invoice, count it, and return the order to be placed, if there is one.

    A cancellation ("C...") gives money back for an order that it does not name; a negative quantity at no price, or an
    invoice without any price, is the shop's own bookkeeping of stock. Neither is an order.
    """
    if number.upper().startswith("C"):
        _count(tally, "cancellation, not an order", rows)
        return None
    sold = [row for row in rows if row.quantity > 0]
    _count(tally, "negative quantity, not an order line", [row for row in rows if row.quantity < 0])
    if not any(row.price for row in sold):
        _count(tally, "no price in the whole invoice, not an order", sold)
        return None
    _count(tally, "order line", sold)
    _remark(tally, rows, sold)
    first = sold[0]
    return Invoice(number, min(row.at for row in sold), first.customer, first.country, tuple(sold))


def _count(tally: Tally, fate: str, rows: list[FileRow]) -> None:
    for row in rows:
        tally.add(fate, row)


def _remark(tally: Tally, rows: list[FileRow], sold: list[FileRow]) -> None:
    codes = Counter(row.code for row in sold)
    lines = [row.line for row in rows]
    tally.remarks["orders: a code on several lines"] += any(count > 1 for count in codes.values())
    tally.remarks["orders: two timestamps, the first one taken"] += len({row.at for row in sold}) > 1
    tally.remarks["orders: no customer, placed as a guest"] += not sold[0].customer
    tally.remarks["orders: rows apart in the file"] += lines[-1] - lines[0] >= len(lines)
    for row in sold:
        tally.remarks["lines: no price, sold for nothing"] += not row.price
        tally.remarks["lines: price finer than a penny"] += row.price != row.price.quantize(CENT)
        if row.code in CARRIAGE_AND_CHARGES:
            tally.remarks[f"lines: free text code {row.code}, sold as a service"] += 1
