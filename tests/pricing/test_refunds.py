from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_commerce.core.rounding import allocate
from nexus_commerce.pricing.refunds import paid_for_units, refund_for_units
from tests.pricing.cases import Expected, TaxCase, off_order
from tests.pricing.engine import cart_of, run


@pytest.mark.parametrize(
    ("paid", "quantity", "each"),
    [
        pytest.param(29000, 3, [9667, 9667, 9666], id="A-R1-units"),
        pytest.param(2547, 3, [849, 849, 849], id="B-T18"),
        pytest.param(2, 3, [1, 1, 0], id="fewer minor units than units"),
        pytest.param(0, 2, [0, 0], id="free"),
    ],
)
def test_units_are_refunded_one_by_one(paid: int, quantity: int, each: list[int]) -> None:
    found = [refund_for_units(paid, quantity, refunded=done, units=1) for done in range(quantity)]
    assert found == each
    assert sum(found) == paid


REFUND_CASES = {
    "A-R1": (((10000, 3),), off_order(1000), [[9667, 9667, 9666]]),
    "A-R2": (((600, 1), (400, 1)), {"effects": [{"code": "order_percent", "args": {"percent": "10"}}]}, [[540], [360]]),
    "A-R3": (((600, 1), (400, 1)), off_order(100), [[540], [360]]),
}


@pytest.mark.parametrize(("lines", "promotion", "units"), REFUND_CASES.values(), ids=REFUND_CASES)
def test_a_line_is_refunded_what_was_paid_for_it(
    lines: tuple[tuple[int, int], ...], promotion: dict[str, Any], units: list[list[int]]
) -> None:
    """A line that goes back takes its own share of the discount along; the others keep theirs."""
    goods = tuple((price, quantity, "0") for price, quantity in lines)
    totals = run(cart_of(TaxCase("refund", goods, Expected(), promotions=(promotion,))))
    found = [
        [refund_for_units(line.gross, line.quantity, refunded=done, units=1) for done in range(line.quantity)]
        for line in totals.lines
    ]
    assert found == units
    assert sum(map(sum, found)) == totals.total
    if len(totals.lines) == 2:
        kept, canceled = totals.lines
        assert (kept.discount_total, canceled.discount_total) == (60, 40)
        assert totals.total - found[1][0] == kept.gross == 540


@given(st.integers(0, 10**15), st.integers(1, 500), st.data())
def test_any_way_of_refunding_returns_exactly_what_was_paid(paid: int, quantity: int, data: st.DataObject) -> None:
    refunded, given_back = 0, 0
    while refunded < quantity:
        units = data.draw(st.integers(1, quantity - refunded))
        amount = refund_for_units(paid, quantity, refunded=refunded, units=units)
        assert amount >= 0
        given_back += amount
        refunded += units
    assert given_back == paid


@given(st.integers(0, 10**15), st.integers(1, 200), st.integers(0, 200))
def test_the_closed_form_is_the_even_allocation(paid: int, quantity: int, units: int) -> None:
    units = min(units, quantity)
    assert paid_for_units(paid, quantity, units) == sum(allocate(paid, [1] * quantity)[:units])


@pytest.mark.parametrize(("paid", "quantity", "units"), [(10, 3, 4), (10, 3, -1), (-1, 3, 1)])
def test_units_that_are_not_there_cannot_be_refunded(paid: int, quantity: int, units: int) -> None:
    with pytest.raises(ValueError, match="not so many"):
        paid_for_units(paid, quantity, units)
