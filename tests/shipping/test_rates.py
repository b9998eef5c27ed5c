"""What each kind of rate costs, at its boundaries."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_commerce.shipping.rates import KINDS, Goods, NotOffered, RateRule, rule_from_json, rule_json

TIERS = ((0, 300), (1000, 500), (5000, 900))


def charge(rule: RateRule, value: int = 0, weight: int = 0, quantity: int = 1) -> int:
    return rule.charge(value=value, weight=weight, quantity=quantity)


@pytest.mark.parametrize("kind", ["flat", "pickup", "carrier"])
def test_some_kinds_cost_their_amount(kind: str) -> None:
    assert charge(RateRule(kind, amount=490), value=10**9, weight=10**6, quantity=99) == 490


@pytest.mark.parametrize(("weight", "cost"), [(0, 200), (1, 250), (500, 250), (501, 300), (1000, 300), (1001, 350)])
def test_weight_costs_each_started_step(weight: int, cost: int) -> None:
    assert charge(RateRule("weight", amount=200, step=500, step_amount=50), weight=weight) == cost


@pytest.mark.parametrize(("value", "cost"), [(0, 100), (999, 125), (1000, 125), (1020, 126), (1019, 125)])
def test_value_costs_a_percentage_rounded_half_up(value: int, cost: int) -> None:
    assert charge(RateRule("value", amount=100, millionths=2_500_000), value=value) == cost


def test_a_percentage_has_six_digits() -> None:
    assert charge(RateRule("value", millionths=1), value=10**8 // 2) == 1
    assert charge(RateRule("value", millionths=1), value=10**8 // 2 - 1) == 0


@pytest.mark.parametrize("basis", ["weight", "value", "quantity"])
@pytest.mark.parametrize(
    ("figure", "cost"), [(0, 300), (999, 300), (1000, 500), (4999, 500), (5000, 900), (10**9, 900)]
)
def test_tiers_start_at_their_figure(basis: str, figure: int, cost: int) -> None:
    rule = RateRule("tiered", tier_basis=basis, tiers=TIERS, amount=77)
    assert charge(rule, **{"quantity": 1, basis: figure}) == cost


def test_the_order_of_tiers_does_not_matter() -> None:
    assert charge(RateRule("tiered", tiers=TIERS[::-1]), weight=1500) == 500


def test_a_tiered_rate_is_not_offered_below_its_first_tier() -> None:
    rule = RateRule("tiered", tiers=TIERS[1:])
    assert not rule.fits(Goods(weight=999))
    assert rule.fits(Goods(weight=1000))
    with pytest.raises(NotOffered):
        charge(rule, weight=999)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_free_from_a_value_on(kind: str) -> None:
    rule = RateRule(kind, amount=490, tiers=((0, 490),), free_from=5000)
    assert charge(rule, value=4999) == 490
    assert charge(rule, value=5000) == 0
    assert rule.missing_for_free(Goods(value=4999)) == 1
    assert rule.missing_for_free(Goods(value=5000)) is None


def test_nothing_is_missing_where_it_costs_nothing_or_never_becomes_free() -> None:
    assert RateRule(amount=490).missing_for_free(Goods(value=1)) is None
    assert RateRule(amount=0, free_from=5000).missing_for_free(Goods(value=1)) is None
    assert RateRule(amount=490, free_from=5000, max_value=4000).missing_for_free(Goods(value=1)) is None


@pytest.mark.parametrize(
    ("bounds", "inside", "outside"),
    [
        ({"min_weight": 100}, {"weight": 100}, {"weight": 99}),
        ({"max_weight": 100}, {"weight": 100}, {"weight": 101}),
        ({"min_value": 100}, {"value": 100}, {"value": 99}),
        ({"max_value": 100}, {"value": 100}, {"value": 101}),
        ({"max_weight": 0}, {"weight": 0}, {"weight": 1}),
    ],
)
def test_bounds_are_inclusive(bounds: dict[str, int], inside: dict[str, int], outside: dict[str, int]) -> None:
    rule = RateRule(amount=490, free_from=0, **bounds)
    assert charge(rule, **inside) == 0
    with pytest.raises(NotOffered):
        charge(rule, **outside)


amounts = st.integers(min_value=0, max_value=10**15)
rules = st.builds(
    RateRule,
    kind=st.sampled_from(KINDS),
    amount=amounts,
    step=st.integers(min_value=1, max_value=10**6),
    step_amount=st.integers(min_value=0, max_value=10**6),
    millionths=st.integers(min_value=0, max_value=10**8),
    tier_basis=st.sampled_from(["weight", "value", "quantity"]),
    tiers=st.lists(st.tuples(amounts, amounts), max_size=4).map(tuple),
    free_from=st.none() | amounts,
    min_weight=st.none() | amounts,
    max_value=st.none() | amounts,
)


@given(rules, amounts, st.integers(0, 10**9), st.integers(1, 10**6))
def test_a_rule_survives_its_json_and_never_pays_the_shopper(
    rule: RateRule, value: int, weight: int, quantity: int
) -> None:
    again = rule_from_json(json.loads(json.dumps(rule_json(rule))))
    assert again == rule
    if rule.fits(Goods(value, weight, quantity)):
        assert charge(rule, value, weight, quantity) >= 0
    else:
        with pytest.raises(NotOffered):
            charge(rule, value, weight, quantity)


@pytest.mark.parametrize(
    "wrong", [{"kind": "magic"}, {"kind": "tiered", "tier_basis": "mood"}, {"kind": "flat", "x": 1}]
)
def test_json_that_is_no_rule_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="shipping rule"):
        rule_from_json(wrong)


def test_json_holds_only_what_counts() -> None:
    assert rule_json(RateRule(amount=490)) == {"kind": "flat", "amount": 490}
