"""The state of a payment follows from the set of facts: no order and no repetition makes a difference (I19)."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexus_commerce.payments.deriving import RANKS, Derived, Fact, derive

AMOUNT = 1000

STORY = (
    Fact("unknown"),
    Fact("requires_action"),
    Fact("authorized", 1000),
    Fact("captured", 400),
    Fact("captured", 1000),
    Fact("refunded", 300),
)
GIVEN_UP = (
    Fact("requires_action"),
    Fact("authorized", 1000),
    Fact("captured", 400),
    Fact("voided"),
    Fact("refunded", 100),
    Fact("failed"),
)

amounts = st.integers(min_value=0, max_value=2 * AMOUNT)
facts = st.one_of(
    st.builds(Fact, st.sampled_from([*RANKS, "mismatch", "a host's own"])),
    st.builds(Fact, st.sampled_from(["authorized", "captured", "refunded"]), amounts),
)


@pytest.mark.parametrize("story", [STORY, GIVEN_UP], ids=["paid", "given up"])
def test_every_order_of_six_facts_gives_one_state(story: tuple[Fact, ...]) -> None:
    for length in range(len(story) + 1):
        for part in {frozenset(order[:length]) for order in permutations(story)}:
            assert len({derive(AMOUNT, order) for order in permutations(part)}) == 1


def test_every_order_with_every_fact_told_twice_gives_one_state() -> None:
    for part in {frozenset(order[:3]) for order in permutations(STORY)}:
        once = derive(AMOUNT, part)
        assert {derive(AMOUNT, order) for order in permutations([*part, *part])} == {once}


@given(st.lists(facts, max_size=6), st.randoms())
@settings(max_examples=300, deadline=None)
def test_order_and_repetition_make_no_difference(known: list[Fact], dice: object) -> None:
    again = [*known, *(fact for fact in known if dice.random() < 0.5)]  # type: ignore[attr-defined]
    dice.shuffle(again)  # type: ignore[attr-defined]
    assert derive(AMOUNT, again) == derive(AMOUNT, known)


@given(st.lists(facts, max_size=6), facts)
@settings(max_examples=300, deadline=None)
def test_totals_never_shrink(known: list[Fact], more: Fact) -> None:
    """What is authorized shrinks in one case: what was held is given up."""
    before, after = derive(AMOUNT, known), derive(AMOUNT, [*known, more])
    assert after.captured >= before.captured
    assert after.refunded >= before.refunded
    assert after.authorized >= before.authorized or more.type == "voided"


@given(st.lists(facts, max_size=6))
@settings(max_examples=300, deadline=None)
def test_totals_satisfy_the_constraints_of_the_table(known: list[Fact]) -> None:
    derived = derive(AMOUNT, known)
    assert 0 <= derived.refunded <= derived.captured
    assert derived.authorized == 0 or derived.captured <= derived.authorized
    assert (derived.state in ("refunded", "partially_refunded")) == (derived.refunded > 0)
    assert (derived.state == "refunded") == (derived.refunded == derived.captured > 0)


@pytest.mark.parametrize(
    ("known", "derived"),
    [
        ([], Derived("pending", 0, 0, 0)),
        ([Fact("mismatch")], Derived("pending", 0, 0, 0)),
        ([Fact("unknown"), Fact("pending")], Derived("unknown", 0, 0, 0)),
        ([Fact("unknown"), Fact("requires_action")], Derived("requires_action", 0, 0, 0)),
        ([Fact("failed"), Fact("requires_action")], Derived("failed", 0, 0, 0)),
        ([Fact("failed"), Fact("authorized", 1000)], Derived("authorized", 1000, 0, 0)),
        ([Fact("authorized", 1000), Fact("voided")], Derived("voided", 0, 0, 0)),
        ([Fact("authorized", 1000), Fact("captured", 300)], Derived("partially_captured", 1000, 300, 0)),
        ([Fact("authorized", 1000), Fact("captured", 300), Fact("voided")], Derived("partially_captured", 300, 300, 0)),
        ([Fact("captured", 1000)], Derived("captured", 0, 1000, 0)),
        ([Fact("voided"), Fact("captured", 1000)], Derived("captured", 0, 1000, 0)),
        ([Fact("captured", 1100)], Derived("captured", 0, 1100, 0)),
        ([Fact("captured", 1000), Fact("refunded", 300)], Derived("partially_refunded", 0, 1000, 300)),
        ([Fact("captured", 300), Fact("refunded", 300)], Derived("refunded", 0, 300, 300)),
        ([Fact("refunded", 300)], Derived("pending", 0, 0, 0)),
        ([Fact("authorized", 500), Fact("captured", 1000)], Derived("captured", 1000, 1000, 0)),
    ],
)
def test_what_follows_from_facts(known: list[Fact], derived: Derived) -> None:
    assert derive(AMOUNT, known) == derived
