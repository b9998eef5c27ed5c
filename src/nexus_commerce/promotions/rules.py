"""What a promotion is to the totals engine: conditions that are met or not, and effects that take something off.

Conditions and effects are frozen dataclasses. Their fields are the arguments a merchant fills in, made by the functions
``amount``, ``count``, ``percent``, ``codes``, ``choice``, ``text``, ``flag`` and ``table``; from these come the form in
the admin, the schema of the API and the check of what is stored. A host's own class is one more subclass, named in
the settings.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Literal

if TYPE_CHECKING:
    from nexus_commerce.promotions.goods import Goods

__all__ = [
    "Argument",
    "Check",
    "Condition",
    "Effect",
    "PromotionInput",
    "Rule",
    "amount",
    "arguments_of",
    "choice",
    "codes",
    "count",
    "flag",
    "percent",
    "table",
    "text",
]

ArgumentKind = Literal["amount", "count", "percent", "codes", "choice", "text", "flag", "table"]


@dataclass(frozen=True, slots=True)
class Argument:
    """How one argument of a rule is asked for.

    ``of`` says what ``codes`` name (``product``, ``variant``, ``category``, ``collection``, ``product_type``,
    ``attribute``, ``customer_group``, ``channel``, ``country``, ``currency``, ``shipping_method``, ``weekday``), so
    that a form can offer them; ``choices`` are the values of a ``choice`` with their labels; ``columns`` the columns
    of a ``table``, by name.
    """

    kind: ArgumentKind
    label: str
    help: str = ""
    is_required: bool = False
    least: int | Decimal | None = None
    greatest: int | Decimal | None = None
    of: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    columns: Mapping[str, Argument] = field(default_factory=dict)


def _argument(default: Any, argument: Argument) -> Any:
    metadata = {"argument": argument}
    if argument.is_required:
        return field(metadata=metadata)
    return field(default=default, metadata=metadata)


def amount(label: str, *, default: int | None = None, required: bool = False, help: str = "", least: int = 0) -> Any:
    """Ask for an amount: an integer of minor units of the promotion's currency."""
    return _argument(default, Argument("amount", label, help, required, least))


def count(
    label: str,
    *,
    default: int | None = None,
    required: bool = False,
    help: str = "",
    least: int = 0,
    greatest: int | None = None,
) -> Any:
    """Ask for a whole number."""
    return _argument(default, Argument("count", label, help, required, least, greatest))


def percent(label: str, *, default: Decimal | None = None, required: bool = False, help: str = "") -> Any:
    """Ask for a percentage from 0 to 100, with at most four digits after the point; a Decimal."""
    return _argument(default, Argument("percent", label, help, required, Decimal(0), Decimal(100)))


def codes(label: str, *, of: str, required: bool = False, help: str = "") -> Any:
    """Ask for some of what ``of`` names, by code or public id; a tuple of strings, empty by default."""
    return _argument((), Argument("codes", label, help, required, of=of))


def choice(label: str, choices: Sequence[tuple[str, str]], *, default: str, help: str = "") -> Any:
    """Ask for one of some values."""
    return _argument(default, Argument("choice", label, help, choices=tuple(choices)))


def text(label: str, *, default: str = "", required: bool = False, help: str = "") -> Any:
    """Ask for a line of text."""
    return _argument(default, Argument("text", label, help, required))


def flag(label: str, *, default: bool = False, help: str = "") -> Any:
    """Ask for yes or no."""
    return _argument(default, Argument("flag", label, help))


def table(label: str, *, columns: Mapping[str, Argument], required: bool = False, help: str = "") -> Any:
    """Ask for rows of values; a tuple of tuples in the order of ``columns``."""
    return _argument((), Argument("table", label, help, required, columns=columns))


@dataclass(frozen=True, slots=True)
class Check:
    """Whether a condition is met. ``lines`` narrows what the effects apply to (None: it does not).

    ``data`` says what was found, ``missing`` what is lacking where that can be said: ``{"amount": minor units}`` or
    ``{"quantity": units}``.
    """

    is_met: bool
    lines: frozenset[Hashable] | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    missing: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Rule(ABC):
    """What conditions and effects have in common. ``code`` is stored and never changes; ``label`` is for merchants.

    ``needs`` names the facts that are loaded only on demand: ``categories``, ``collections``, ``attributes``,
    ``customer_groups``, ``order_count``.
    """

    code: ClassVar[str]
    label: ClassVar[str]
    needs: ClassVar[frozenset[str]] = frozenset()


@dataclass(frozen=True)
class Condition(Rule):
    """Decide whether a promotion applies, and to which lines. Pure: asked several times for one pricing.

    ``scope`` says when it is asked: first those that look at single lines, then those that look at groups of the
    matching ones, then the rest. So it never matters in which order a merchant lists them.
    """

    scope: ClassVar[Literal["lines", "groups", "cart"]] = "cart"

    @abstractmethod
    def check(self, goods: Goods) -> Check:
        """Return whether the condition is met by the goods as earlier promotions left them."""


@dataclass(frozen=True)
class Effect(Rule):
    """Say how much comes off. ``cap`` is the most it may take in all, in the basis of the promotion.

    ``stage`` says which step of the pipeline asks it: ``lines``, ``order`` or ``shipping``.
    """

    stage: ClassVar[Literal["lines", "order", "shipping"]]

    cap: int | None = field(default=None, kw_only=True, metadata={"argument": Argument("amount", "At most", least=0)})

    @property
    def gifts(self) -> Mapping[str, int]:
        """The gifts that the effect may add to the cart, units by SKU; the shell loads them before the steps run."""
        return {}

    @abstractmethod
    def take(self, goods: Goods) -> Mapping[Hashable, int]:
        """Return how much is to come off, by key of line or shipping charge, in the basis of the goods.

        The caller holds it to the cap, to what is there, and to price floors. What a floor refuses is spread over the
        other lines where the stage is ``order``; other effects share an amount out by ``goods.spread``, which does so
        too.
        """


@dataclass(frozen=True, slots=True)
class PromotionInput:
    """A promotion to be tried. ``id`` is its public id, ``rank`` breaks ties of ``priority`` (the lower goes first).

    ``basis`` is that of its amounts (empty: as the cart's prices), ``coupon_code`` the code that opened it,
    ``refusal`` a reason known beforehand why it cannot apply (``used_up``, ``customer_limit``, ``budget_exhausted``),
    ``budget_left`` what it may still take off in all, in minor units of the cart's price basis.
    """

    id: str
    rank: int
    name: str
    conditions: tuple[Condition, ...] = ()
    effects: tuple[Effect, ...] = ()
    priority: int = 0
    is_exclusive: bool = False
    stops_others: bool = False
    group: str = ""
    basis: Literal["", "net", "gross"] = ""
    coupon_code: str = ""
    refusal: str = ""
    budget_left: int | None = None
    upsell_message: str = ""


def arguments_of(rule: type[Rule] | Rule) -> dict[str, Argument]:
    """Return the arguments of a condition or effect by name, in the order that a form asks for them."""
    return {found.name: found.metadata["argument"] for found in dataclasses.fields(rule)}
