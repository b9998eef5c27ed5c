"""The totals engine: plain data in, totals out. It knows no database, no settings and no clock of its own.

A pipeline is a list of steps; each takes the input and the totals so far and returns the next totals. All amounts are
integers of the minor unit of ``CartInput.currency``.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

from nexus_commerce.core.money import MAX_MINOR

__all__ = ["CartInput", "LineInput", "LineTotals", "Note", "Quote", "Step", "Totals", "TotalsOutOfBounds", "compute"]


class TotalsOutOfBounds(ValueError):
    """An amount grew beyond what the database can hold."""


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of a line: ``unit_price`` minor units per ``per`` units.

    ``list_price`` is the original beside a reduced price, else the same; ``floor`` the least that discounts may leave;
    ``price_list`` and ``min_quantity`` say which list and tier it came from.
    """

    unit_price: int
    per: int = 1
    list_price: int = 0
    price_list: str = ""
    floor: int | None = None
    min_quantity: int = 1


@dataclass(frozen=True, slots=True)
class LineInput:
    """A line to be priced. ``key`` names it in the totals."""

    key: Hashable
    quantity: int
    quote: Quote
    tax_class: str = ""
    is_discountable: bool = True
    data: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class CartInput:
    """Everything the steps may know of a cart."""

    currency: str
    prices_include_tax: bool
    lines: Sequence[LineInput]
    now: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence of the explanation in structured form: a code, the line it is about (or None), and its figures."""

    code: str
    line: Hashable | None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LineTotals:
    """The amounts of a line: ``total`` is what is left of ``subtotal`` after discounts, in the cart's price basis."""

    key: Hashable
    subtotal: int
    discount_total: int = 0
    tax_total: int = 0

    @property
    def total(self) -> int:
        return self.subtotal - self.discount_total


@dataclass(frozen=True, slots=True)
class Totals:
    """The amounts of a cart, and why. ``total`` is what is to be paid."""

    lines: tuple[LineTotals, ...] = ()
    subtotal: int = 0
    discount_total: int = 0
    shipping_total: int = 0
    fee_total: int = 0
    tax_total: int = 0
    total: int = 0
    explanation: tuple[Note, ...] = ()


Step = Callable[[CartInput, Totals], Totals]
"""A pure stage of the pipeline."""


def compute(cart: CartInput, steps: Sequence[Step]) -> Totals:
    """Run the pipeline. Raises ``TotalsOutOfBounds`` when the result cannot be stored."""
    totals = reduce(lambda so_far, step: step(cart, so_far), steps, Totals())
    if not 0 <= totals.total <= MAX_MINOR or any(line.subtotal > MAX_MINOR for line in totals.lines):
        raise TotalsOutOfBounds(f"The total {totals.total} is out of bounds.")
    return totals
