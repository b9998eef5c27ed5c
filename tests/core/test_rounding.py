from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_commerce.core.rounding import allocate, divide_half_up


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
