"""The state of a payment as a function of the set of facts about it: in whatever order they came, and however often."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

__all__ = ["Derived", "Fact", "derive"]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is known of a payment. ``amount``, in minor units, is a total so far."""

    type: str
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Derived:
    """What follows from the facts."""

    state: str
    authorized: int
    captured: int
    refunded: int


RANKS: Final = ("pending", "unknown", "requires_action", "failed", "authorized", "voided")
"""Of the states in which no money was taken, the one that says most comes last."""


def derive(amount: int, facts: Iterable[Fact]) -> Derived:
    """Return the state and the totals of a payment over ``amount`` minor units.

    Totals only grow, so the largest figure that was ever reported is the true one, and the order of the reports is of
    no account. What was held and then voided is not authorized any more.
    """
    known = list(facts)
    authorized = largest(known, "authorized")
    captured = largest(known, "captured")
    refunded = min(captured, largest(known, "refunded"))
    if authorized:
        is_voided = any(fact.type == "voided" for fact in known)
        authorized = captured if is_voided else max(authorized, captured)
    return Derived(state_of(amount, known, captured, refunded), authorized, captured, refunded)


def largest(facts: Iterable[Fact], type: str) -> int:
    """Return the largest figure of a type of fact; 0 without one."""
    return max((fact.amount for fact in facts if fact.type == type), default=0)


def state_of(amount: int, facts: Iterable[Fact], captured: int, refunded: int) -> str:
    """Return the state that the facts and totals make."""
    if refunded:
        return "refunded" if refunded >= captured else "partially_refunded"
    if captured:
        return "captured" if captured >= amount else "partially_captured"
    types = {fact.type for fact in facts}
    return max((state for state in RANKS if state in types), key=RANKS.index, default="pending")
