"""Read the cells of one row as text, numbers, amounts and answers; note what is wrong with each."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from urllib.parse import urlsplit

from nexus_commerce.contrib.importexport.problems import Problem, Severity
from nexus_commerce.contrib.importexport.shopify.columns import COLUMNS, Layout
from nexus_commerce.core.money import Money

__all__ = ["Cells"]

NUMBER: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
INTEGER: Final = re.compile(r"-?[0-9]{1,12}(\.0+)?")
ANSWERS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
MAX_URL: Final = 2000
POSITIONS: Final = dict(zip(COLUMNS, range(len(COLUMNS)), strict=True))


class Cells:
    """One row of a product. Reading a cell that is wrong adds to ``problems`` and gives the default."""

    def __init__(self, layout: Layout, handle: str, line: int, values: list[str], problems: list[Problem]) -> None:
        self.layout = layout
        self.handle = handle
        self.line = line
        self.values = values
        self.problems = problems

    def has(self, name: str) -> bool:
        """Tell whether the cell holds anything but white space."""
        return bool(self.values[POSITIONS[name]].strip())

    def problem(self, name: str, code: str, reason: str, cure: str, severity: Severity = Severity.ERROR) -> None:
        """Note something wrong with the cell."""
        column = self.layout.headers.get(name, COLUMNS[name][0])
        self.problems.append(Problem(self.line, self.handle, column, code, reason, cure, severity))

    def text(self, name: str, most: int | None = None) -> str:
        """Read text, in Unicode's composed form (NFC), of at most ``most`` characters."""
        value = self.values[POSITIONS[name]].strip()
        if value.isascii():
            if value.isprintable():
                return self._bounded(name, value, most)
        else:
            value = unicodedata.normalize("NFC", value)
        if "\0" in value:
            self.problem(name, "nul_character", "The text holds a NUL character.", "Remove it.")
            return ""
        return self._bounded(name, value, most)

    def _bounded(self, name: str, value: str, most: int | None) -> str:
        if most is None or len(value) <= most:
            return value
        self.problem(name, "too_long", f"The text has {len(value)} characters; at most {most} fit.", "Make it shorter.")
        return ""

    def answer(self, name: str, *, default: bool) -> bool:
        """Read TRUE or FALSE."""
        value = self.values[POSITIONS[name]].strip().lower()
        if not value:
            return default
        if value not in ANSWERS:
            self.problem(name, "not_true_or_false", f"{_short(value)} is neither TRUE nor FALSE.", "Write one of them.")
        return ANSWERS.get(value, default)

    def amount(self, name: str, currency: str) -> int | None:
        """Read a price in minor units of ``currency``; None where the cell is empty."""
        value = self.values[POSITIONS[name]].strip()
        if not value:
            return None
        try:
            minor = Money.parse(value, currency).minor
        except ValueError:
            example = Money(129950, currency).amount
            cure = f"Write a plain number with a point and no more digits than {example}."
            self.problem(name, "invalid_amount", f"{_short(value)} is not an amount in {currency}.", cure)
            return None
        if minor < 0:
            self.problem(name, "negative_amount", f"{_short(value)} is negative.", "Write a price of 0 or more.")
            return None
        return minor

    def whole(self, name: str) -> int | None:
        """Read a whole number, negative too; None where the cell is empty."""
        value = self.values[POSITIONS[name]].strip()
        if not value:
            return None
        if not INTEGER.fullmatch(value):
            self.problem(
                name, "not_a_number", f"{_short(value)} is not a whole number.", "Write a number without units."
            )
            return None
        return int(value.split(".")[0])

    def rounded(self, name: str) -> int | None:
        """Read a number of 0 or more, rounded half up to a whole one; None where the cell is empty."""
        value = self.values[POSITIONS[name]].strip()
        if not value:
            return None
        if not NUMBER.fullmatch(value):
            self.problem(name, "not_a_number", f"{_short(value)} is not a number of 0 or more.", "Write it plainly.")
            return None
        return int(Decimal(value).to_integral_value(ROUND_HALF_UP))

    def address(self, name: str) -> str:
        """Read an address of the web; one that is not is a warning and left out."""
        value = self.values[POSITIONS[name]].strip()
        if value and not _is_address(value):
            reason = f"{_short(value)} is not an address that begins with https:// or http://."
            self.problem(name, "invalid_address", reason, "Write the full address.", Severity.WARNING)
            return ""
        return value


def _is_address(value: str) -> bool:
    if len(value) > MAX_URL or not value.isprintable() or " " in value:
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _short(value: str) -> str:
    return repr(value if len(value) <= 40 else f"{value[:40]}...")
