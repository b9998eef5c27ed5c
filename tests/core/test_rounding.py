from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_commerce.core.rounding import MODES, Mode, allocate, allocate_capped, divide, divide_half_up


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(1, 2, 1), (-1, 2, -1), (3, 2, 2), (4, 3, 1), (5, 3, 2), (0, 7, 0), (-5, 3, -2), (8333, 2, 4167)],
)
def test_half_is_rounded_away_from_zero(numerator: int, denominator: int, expected: int) -> None:
    assert divide_half_up(numerator, denominator) == expected


def test_a_denominator_that_is_not_positive_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        divide_half_up(1, 0)


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        pytest.param(300, [4000, 2000, 2000], [150, 75, 75], id="A-P10-even"),
        pytest.param(299, [4300, 1400, 2300], [161, 52, 86], id="A-P10-remainders"),
        pytest.param(299, [1000, 1000, 1000], [100, 100, 99], id="A-P10-ties"),
        pytest.param(93, [10, 20, 10, 30, 50, 20, 10, 40], [5, 10, 5, 15, 24, 10, 5, 19], id="A-P10-many"),
        pytest.param(40, [10, 0], [40, 0], id="A-P10-zero-weight"),
        pytest.param(10, [0, 0], [5, 5], id="A-P10-zero-weights"),
        pytest.param(-299, [4300, 1400, 2300], [-161, -52, -86], id="A-P10-negative"),
        pytest.param(1000, [1, 1, 1], [334, 333, 333], id="A-P11"),
        pytest.param(-1000, [1, 1, 1], [-334, -333, -333], id="A-P11-negative"),
        pytest.param(0, [], [], id="nothing-to-nobody"),
    ],
)
def test_shares_follow_the_weights(total: int, weights: list[int], shares: list[int]) -> None:
    assert allocate(total, weights) == shares


@pytest.mark.parametrize(("total", "weights"), [(1, []), (1, [-1, 2])])
def test_an_impossible_split_is_refused(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"allocate|negative"):
        allocate(total, weights)


@given(st.integers(-(10**15), 10**15), st.lists(st.integers(0, 10**12), min_size=1, max_size=30))
def test_shares_sum_exactly_and_stay_within_one_unit(total: int, weights: list[int]) -> None:
    shares = allocate(total, weights)

    assert sum(shares) == total
    whole = sum(weights) or len(weights)
    for share, weight in zip(shares, weights if sum(weights) else [1] * len(weights), strict=True):
        assert share * total >= 0
        assert abs(share - Fraction(total * weight, whole)) < 1


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("half_up", [1, 2, 2, 3, -1, -2]),
        ("half_down", [0, 1, 2, 2, -0, -1]),
        ("half_even", [0, 2, 2, 2, -0, -2]),
        ("up", [1, 2, 2, 3, -1, -2]),
        ("down", [0, 1, 1, 2, -0, -1]),
    ],
)
def test_each_mode_rounds_halves_its_own_way(mode: Mode, expected: list[int]) -> None:
    quotients = [(1, 2), (3, 2), (7, 4), (5, 2), (-1, 2), (-3, 2)]
    assert [divide(numerator, denominator, mode) for numerator, denominator in quotients] == expected


@given(st.integers(-(10**18), 10**18), st.integers(1, 10**9), st.sampled_from(MODES))
def test_every_mode_is_within_one_of_the_exact_quotient(numerator: int, denominator: int, mode: Mode) -> None:
    found = divide(numerator, denominator, mode)
    assert abs(Fraction(numerator, denominator) - found) < 1
    assert divide(-numerator, denominator, mode) == -found
    if numerator % denominator == 0:
        assert found * denominator == numerator


@pytest.mark.parametrize("mode", MODES)
def test_no_mode_takes_a_denominator_that_is_not_positive(mode: Mode) -> None:
    with pytest.raises(ValueError, match="positive"):
        divide(1, 0, mode)


@pytest.mark.parametrize(
    ("total", "weights", "caps", "shares"),
    [
        pytest.param(2000, [5000, 2000], [500, 2000], [500, 1500], id="A-P24"),
        pytest.param(2500, [5000, 2000, 2000, 2000], [500, 2000, 2000, 2000], [500, 667, 667, 666], id="A-P25"),
        pytest.param(
            2700, [5000, 5000, 2000, 2000, 4000], [500, 500, 2000, 2000, 4000], [500, 500, 425, 425, 850], id="A-P26"
        ),
        pytest.param(1200, [1000, 2000, 5000, 3000], [1000, 100, 0, 400], [700, 100, 0, 400], id="A-P27"),
        pytest.param(10, [1, 1], [4, 9], [4, 6], id="a cap that is one short"),
        pytest.param(10, [0, 0], [5, 5], [0, 0], id="nothing to weigh by"),
        pytest.param(10, [1, 1], [2, 3], [2, 3], id="caps too small"),
        pytest.param(0, [1], [1], [0], id="nothing to share"),
    ],
)
def test_what_a_cap_refuses_is_spread_over_the_others(
    total: int, weights: list[int], caps: list[int], shares: list[int]
) -> None:
    assert allocate_capped(total, weights, caps) == shares


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=12), st.integers(0, 10**7))
def test_capped_shares_take_all_that_the_caps_allow(pairs: list[tuple[int, int]], total: int) -> None:
    weights, caps = [weight for weight, _ in pairs], [cap for _, cap in pairs]
    shares = allocate_capped(total, weights, caps)
    assert all(0 <= share <= cap for share, cap in zip(shares, caps, strict=True))
    assert all(weight or not share for share, weight in zip(shares, weights, strict=True))
    assert sum(shares) == min(total, sum(cap for weight, cap in pairs if weight))
