"""The totals engine: plain data in, totals out. It knows no database, no settings and no clock of its own.

A pipeline is a list of steps; each takes the input and the totals so far and returns the next totals. All amounts are
integers of the minor unit of ``CartInput.currency``.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, reduce
from operator import attrgetter
from typing import Any, Literal, Self

from nexus_commerce.core.money import MAX_MINOR
from nexus_commerce.pricing.inputs import CartInput, Taxation, TaxRate

__all__ = [
    "Charged",
    "Discount",
    "FeeTotals",
    "LineTotals",
    "Note",
    "ShippingTotals",
    "Step",
    "TaxAmount",
    "Totals",
    "TotalsOutOfBounds",
    "Tried",
    "compute",
]


class TotalsOutOfBounds(ValueError):
    """An amount grew beyond what the database can hold."""


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence of the explanation in structured form.

    ``about`` says which amount it explains; ``key`` is the line's key, the shipping method's or the fee's code, and
    None for the order. ``amounts`` are figures in minor units, ``data`` everything else. A note of a host's own step
    brings its sentence as ``data["text"]``; those of the library are put into words by their ``code``.
    """

    code: str
    about: Literal["line", "shipping", "fee", "order"]
    key: Hashable | None = None
    amounts: Mapping[str, int] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Discount:
    """What a promotion, by its public id, really took off; positive, in the cart's price basis."""

    promotion: str
    name: str
    amount: int
    coupon_code: str = ""


@dataclass(frozen=True, slots=True)
class TaxAmount:
    """The tax of one rate on ``base``, which is net."""

    rate: TaxRate
    base: int
    amount: int
    reason: str = ""


@cache
def shape_of(cls: type[Any]) -> tuple[Callable[[Any], tuple[Any, ...]], dict[str, int]]:
    """Return what reads the values of all fields of a dataclass at once, and the place of each."""
    return attrgetter(*cls.__match_args__), {name: place for place, name in enumerate(cls.__match_args__)}


@dataclass(frozen=True, slots=True)
class Charged:
    """Something that is charged: ``total`` is what is left of ``subtotal`` after discounts, in the cart's price basis.

    ``rounding`` is what rounding tax on the whole cart moved (the total level, summed by net). ``other`` is the total
    in the other basis where a promotion fixed it there: the tax is then the difference of the two. ``taxation`` goes
    before what ``CartInput.taxes`` says of ``tax_class``; an empty class is the default one of a line, and that of the
    goods, in proportion, of anything else.
    """

    key: Hashable
    subtotal: int
    discounts: tuple[Discount, ...] = ()
    discount_total: int = 0
    rounding: int = 0
    other: int | None = None
    includes_tax: bool = False
    tax_class: str = ""
    taxation: Taxation | None = None
    quantity: int = 1
    taxes: tuple[TaxAmount, ...] = ()
    tax_total: int = 0

    def with_values(self, **values: Any) -> Self:
        """Return a copy with other values: ``dataclasses.replace``, at a fraction of its cost for the hot path."""
        read, places = shape_of(type(self))  # type: ignore[arg-type]
        kept = [*read(self)]
        for name, value in values.items():
            kept[places[name]] = value
        return type(self)(*kept)

    @property
    def total(self) -> int:
        return self.subtotal - self.discount_total + self.rounding

    @property
    def net(self) -> int:
        return self.total - self.tax_total if self.includes_tax else self.total

    @property
    def gross(self) -> int:
        return self.total if self.includes_tax else self.total + self.tax_total


@dataclass(frozen=True, slots=True)
class LineTotals(Charged):
    """The amounts of a line."""


@dataclass(frozen=True, slots=True)
class ShippingTotals(Charged):
    """The amounts of a shipping charge; ``key`` is the method's code."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class FeeTotals(Charged):
    """The amounts of a fee; ``key`` is its code, ``line`` the key of the line that it belongs to."""

    name: str = ""
    line: Hashable | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """A promotion that was tried, and what came of it.

    ``amount`` is what it took off in all, on goods and shipping. ``reason`` is empty where it applied; else why not:
    ``conditions_not_met``, ``nothing_to_discount``, ``excluded`` (an exclusive one, a better one of its group, or one
    that stops the rest went before; ``data["by"]`` is its name), ``used_up``, ``customer_limit``,
    ``budget_exhausted``. ``unmet`` names the conditions that failed; ``missing`` is what is lacking for the only one
    that did, for a hint such as "4.00 more for free shipping".
    """

    promotion: str
    name: str
    coupon_code: str = ""
    amount: int = 0
    reason: str = ""
    unmet: tuple[Mapping[str, Any], ...] = ()
    missing: Mapping[str, Any] | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Totals:
    """The amounts of a cart, and why.

    ``total`` is what is to be paid: ``subtotal - discount_total + shipping_total + fee_total + rounding_total``, plus
    ``tax_total`` where prices do not include tax. ``subtotal`` and ``discount_total`` are those of the lines;
    ``shipping_total`` is after its discounts. ``taxes`` is the tax summary, one entry a rate, and sums to
    ``tax_total``. ``plan`` is what the promotion steps hand on to each other.
    """

    lines: tuple[LineTotals, ...] = ()
    shipping: tuple[ShippingTotals, ...] = ()
    fees: tuple[FeeTotals, ...] = ()
    taxes: tuple[TaxAmount, ...] = ()
    tried: tuple[Tried, ...] = ()
    subtotal: int = 0
    discount_total: int = 0
    shipping_total: int = 0
    fee_total: int = 0
    rounding_total: int = 0
    tax_total: int = 0
    total: int = 0
    explanation: tuple[Note, ...] = ()
    plan: Any = None


Step = Callable[[CartInput, Totals], Totals]
"""A pure stage of the pipeline."""


def compute(cart: CartInput, steps: Sequence[Step]) -> Totals:
    """Run the pipeline. Raises ``TotalsOutOfBounds`` when the result cannot be stored."""
    totals = reduce(lambda so_far, step: step(cart, so_far), steps, Totals())
    if not 0 <= totals.total <= MAX_MINOR or any(line.subtotal > MAX_MINOR for line in totals.lines):
        raise TotalsOutOfBounds(f"The total {totals.total} is out of bounds.")
    return totals
