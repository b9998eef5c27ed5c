"""What the totals engine is told of a cart: plain data, loaded by a thin shell before the pipeline runs.

All amounts are integers of the minor unit of ``CartInput.currency``, in the price basis of the channel (with tax where
``prices_include_tax``), unless a docstring says otherwise.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal, Protocol

from nexus_commerce.core.rounding import Mode

__all__ = [
    "NO_TAX",
    "RATE_UNIT",
    "CartFacts",
    "CartInput",
    "FeeInput",
    "LineFacts",
    "LineInput",
    "Quote",
    "Rounding",
    "ShippingInput",
    "ShippingRule",
    "TaxRate",
    "Taxation",
    "Taxed",
]


RATE_UNIT: Final = 100 * 10**6
"""The whole of which ``TaxRate.millionths`` is a part: 19 % is 19,000,000 of it."""


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
class Rounding:
    """How amounts are rounded.

    ``mode`` is how a quotient becomes an integer; what is rounded is the discount or the tax itself, the rest is what
    is left. ``level`` says on what tax is rounded: on each unit, on each line, or once on the total of a rate.
    ``target`` is the rounded figure of a price that includes tax; the other one is what is left. ``total_by`` says
    what the total level keeps where prices include tax: the lines' gross amounts, or the sum of their net amounts.
    """

    mode: Mode = "half_up"
    level: Literal["unit", "line", "total"] = "line"
    target: Literal["tax", "net"] = "tax"
    total_by: Literal["keep_gross", "by_net"] = "keep_gross"


@dataclass(frozen=True, slots=True)
class TaxRate:
    """One rate of tax: ``millionths`` of a percent (19 % is 19,000,000), under the name that the receipt shows."""

    name: str
    millionths: int
    zone: str = ""

    @classmethod
    def of_percent(cls, name: str, percent: Decimal, zone: str = "") -> "TaxRate":
        """Make a rate of a percentage with at most six digits after the point."""
        return cls(name, int(percent * 10**6), zone)

    @property
    def percent(self) -> Decimal:
        """The rate in percent."""
        return Decimal(self.millionths).scaleb(-6)


@dataclass(frozen=True, slots=True)
class Taxation:
    """How something is taxed: the rates that apply together, and, where none do, ``reason``.

    Reasons: ``reverse_charge`` (the buyer owes the tax), ``exempt`` (the customer or the goods are), ``no_rate`` (no
    rate is known for the class there). ``amounts`` are what an outside tax engine answered for each rate; they are
    taken as they are.
    """

    rates: tuple[TaxRate, ...] = ()
    reason: str = ""
    amounts: tuple[int, ...] | None = None

    @property
    def millionths(self) -> int:
        """The sum of the rates."""
        return sum(rate.millionths for rate in self.rates)


NO_TAX: Final = Taxation()


class Taxed(Protocol):
    """Something that is taxed by a class, unless its ``taxation`` says how."""

    @property
    def tax_class(self) -> str: ...

    @property
    def taxation(self) -> Taxation | None: ...


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What promotions may ask of a line. Ids are public ids as text; ``categories`` holds ancestors too.

    ``sku``, ``product``, ``variant`` and ``product_type`` (``app.model`` in lower case) are always there; the rest is
    loaded only when a promotion in force asks for it.
    """

    product: str = ""
    variant: str = ""
    sku: str = ""
    product_type: str = ""
    categories: frozenset[str] = frozenset()
    collections: frozenset[str] = frozenset()
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LineInput:
    """A line to be priced. ``key`` names it in the totals; ``weight`` is that of a unit in grams.

    ``taxation`` overrides what ``CartInput.taxes`` says of the line's tax class.
    """

    key: Hashable
    quantity: int
    quote: Quote
    tax_class: str = ""
    is_discountable: bool = True
    weight: int = 0
    is_sent: bool = True
    facts: LineFacts = LineFacts()
    taxation: Taxation | None = None
    data: Mapping[str, Any] | None = None


class ShippingRule(Protocol):
    """What a shipping method costs. Pure, and plain data, so that an order can keep it."""

    def charge(self, *, value: int, weight: int, quantity: int) -> int:
        """Return the charge for goods of ``value`` (after discounts), ``weight`` in grams and ``quantity`` units."""
        ...


@dataclass(frozen=True, slots=True)
class ShippingInput:
    """A shipping method that was chosen. An empty ``tax_class`` is taxed in proportion to the goods.

    ``min_days`` and ``max_days`` say how many business days it takes, for display alone.
    """

    method: str
    name: str
    rule: ShippingRule
    tax_class: str = ""
    taxation: Taxation | None = None
    min_days: int | None = None
    max_days: int | None = None


@dataclass(frozen=True, slots=True)
class FeeInput:
    """A fee: a payment surcharge, a deposit, gift wrap; of the line ``line`` where given.

    An empty ``tax_class`` is taxed in proportion to the goods, or as its line.
    """

    code: str
    name: str
    amount: int
    tax_class: str = ""
    line: Hashable | None = None
    taxation: Taxation | None = None


@dataclass(frozen=True, slots=True)
class CartFacts:
    """What promotions may ask of a cart. ``customer_groups`` are codes.

    ``order_count`` is how many orders the customer has placed, ``customer_groups`` which groups they are in; both are
    loaded only when a promotion in force asks for them (else None and empty).
    """

    channel: str = ""
    country: str = ""
    time_zone: str = "UTC"
    is_logged_in: bool = False
    customer_groups: frozenset[str] = frozenset()
    order_count: int | None = None
    shipping_method: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CartInput:
    """Everything the steps may know of a cart.

    ``taxes`` says for each tax class how it is taxed where the goods go, ``included`` how it is taxed at home: that
    tax is in the prices where ``prices_include_tax``. ``keeps`` says what stays fixed when the two differ.
    ``display_tax`` is the channel's display basis. ``promotions`` holds ``promotions.rules.PromotionInput``, which
    this domain never looks into; ``gifts`` the lines that a promotion may add, by SKU.
    """

    currency: str
    prices_include_tax: bool
    lines: Sequence[LineInput]
    now: datetime
    display_tax: bool = False
    rounding: Rounding = Rounding()
    taxes: Mapping[str, Taxation] = field(default_factory=dict)
    included: Mapping[str, Taxation] = field(default_factory=dict)
    keeps: Literal["gross", "net"] = "gross"
    promotions: Sequence[Any] = ()
    shipping: Sequence[ShippingInput] = ()
    fees: Sequence[FeeInput] = ()
    facts: CartFacts = CartFacts()
    gifts: Mapping[str, LineInput] = field(default_factory=dict)

    @property
    def sent_weight(self) -> int:
        """The weight of what is sent, in grams. A gift that a promotion adds is not part of it."""
        return sum(line.weight * line.quantity for line in self.lines if line.is_sent)

    @property
    def sent_quantity(self) -> int:
        """How many units are sent."""
        return sum(line.quantity for line in self.lines if line.is_sent)

    def taxation_of(self, taxed: "Taxed") -> Taxation:
        """Return how a line, or a charge with a class of its own, is taxed."""
        return taxed.taxation or self.taxes.get(taxed.tax_class, NO_TAX)
