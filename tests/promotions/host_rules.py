"""Conditions and effects of a host: one argument of each kind, and what each of them may go wrong with."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Literal

from nexus_commerce.promotions.rules import (
    Argument,
    Check,
    Condition,
    Effect,
    amount,
    choice,
    codes,
    count,
    flag,
    percent,
    table,
    text,
)

HERE = "tests.promotions.host_rules"
SETTINGS = {
    "PROMOTION_CONDITIONS": [f"{HERE}.Moon", f"{HERE}.InCategory", f"{HERE}.InCollection", f"{HERE}.InGroup"],
    "PROMOTION_EFFECTS": [f"{HERE}.Wizardry", f"{HERE}.Nothing"],
}


@dataclass(frozen=True)
class Moon(Condition):
    """The moon stands in one of these phases."""

    code: ClassVar[str] = "moon"
    label: ClassVar[str] = "Phase of the moon"

    phases: tuple[str, ...] = codes("Phases", of="phase", required=True, help="One of them is enough.")
    waxing: bool = flag("Only while it grows")

    def check(self, goods: Any) -> Check:
        return Check(True)


@dataclass(frozen=True)
class InCategory(Condition):
    """Needs the categories."""

    code: ClassVar[str] = "test_category"
    label: ClassVar[str] = "Category"
    needs: ClassVar[frozenset[str]] = frozenset({"categories"})

    def check(self, goods: Any) -> Check:
        return Check(True)


@dataclass(frozen=True)
class InCollection(InCategory):
    """Needs the collections."""

    code: ClassVar[str] = "test_collection"
    needs: ClassVar[frozenset[str]] = frozenset({"collections"})


@dataclass(frozen=True)
class InGroup(InCategory):
    """Needs the groups."""

    code: ClassVar[str] = "test_group"
    needs: ClassVar[frozenset[str]] = frozenset({"customer_groups", "attributes"})


@dataclass(frozen=True)
class Wizardry(Effect):
    """Take something off, by every kind of argument.

    What is not told of the first line stays here.
    """

    code: ClassVar[str] = "wizardry"
    label: ClassVar[str] = "Wizardry"
    stage: ClassVar[Literal["lines"]] = "lines"

    percent: Decimal = percent("Percent", required=True)
    least: int | None = amount("From a value of")
    units: int = count("Units", default=2, least=1, greatest=10)
    pick: str = choice("Which", [("cheap", "The cheapest"), ("dear", "The dearest")], default="cheap")
    note: str = text("Note", default="-")
    tiers: tuple[tuple[int, Decimal], ...] = table(
        "Tiers",
        columns={
            "value": Argument("amount", "Value", least=0),
            "percent": Argument("percent", "Percent", least=Decimal(0), greatest=Decimal(100)),
        },
    )

    def __post_init__(self) -> None:
        if self.pick == "dear" and self.units > 5:
            raise ValueError("At most 5 of the dearest.")

    def take(self, goods: Any) -> Mapping[Hashable, int]:
        return {}


@dataclass(frozen=True)
class Nothing(Effect):
    """Take nothing."""

    code: ClassVar[str] = "nothing"
    label: ClassVar[str] = "Nothing"
    stage: ClassVar[Literal["order"]] = "order"

    def take(self, goods: Any) -> Mapping[Hashable, int]:
        return {}


class Doubled(Nothing):
    """Has the code of another."""


class Nameless(Nothing):
    """Has no code of its own that could be stored."""

    code: ClassVar[str] = ""


@dataclass(frozen=True)
class Formless(Nothing):
    """Has a field of which nobody knows how to ask for it."""

    code: ClassVar[str] = "formless"
    rate: int = 3


class Abstract(Effect):
    """Says nothing of what it takes."""

    code: ClassVar[str] = "abstract"
    label: ClassVar[str] = "Abstract"
