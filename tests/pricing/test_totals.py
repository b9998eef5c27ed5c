import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_commerce.core.money import MAX_MINOR
from nexus_commerce.pricing.inputs import CartInput, LineInput, Quote
from nexus_commerce.pricing.steps import price_lines, sum_totals
from nexus_commerce.pricing.totals import Totals, TotalsOutOfBounds, compute

NOW = datetime(2026, 1, 1, tzinfo=UTC)
STEPS = [price_lines, sum_totals]


def cart(*lines: LineInput, prices_include_tax: bool = True) -> CartInput:
    return CartInput("EUR", prices_include_tax, lines, NOW)


lines = st.builds(
    LineInput,
    key=st.uuids(),
    quantity=st.integers(1, 1000),
    quote=st.builds(Quote, unit_price=st.integers(0, 10**8), per=st.integers(1, 1000)),
)


def test_an_empty_cart_costs_nothing() -> None:
    assert compute(cart(), STEPS) == Totals()


def test_each_amount_says_where_it_came_from() -> None:
    totals = compute(cart(LineInput("a", 3, Quote(85, 10, price_list="retail", min_quantity=2))), STEPS)
    assert totals.total == 26
    (note,) = totals.explanation
    assert (note.code, note.about, note.key) == ("price", "line", "a")
    assert note.amounts == {"unit_price": 85, "list_price": 0, "subtotal": 26}
    assert note.data == {"price_list": "retail", "from_quantity": 2, "per": 10, "quantity": 3}


@given(st.lists(lines, max_size=20))
def test_lines_sum_to_the_total_in_any_order(some: list[LineInput]) -> None:
    totals = compute(cart(*some), STEPS)
    assert totals.total == sum(line.total for line in totals.lines)
    shuffled = random.Random(1).sample(some, len(some))
    again = compute(cart(*shuffled), STEPS)
    assert again.total == totals.total
    assert {line.key: line for line in again.lines} == {line.key: line for line in totals.lines}


@pytest.mark.parametrize(("prices_include_tax", "total"), [(True, 100), (False, 120)])
def test_tax_is_added_only_where_prices_are_net(prices_include_tax: bool, total: int) -> None:
    def tax(cart: CartInput, totals: Totals) -> Totals:
        return replace(totals, lines=tuple(replace(line, tax_total=20) for line in totals.lines))

    given_cart = cart(LineInput("a", 1, Quote(100)), prices_include_tax=prices_include_tax)
    totals = compute(given_cart, [price_lines, tax, sum_totals])
    assert (totals.tax_total, totals.total) == (20, total)


def test_a_total_that_cannot_be_stored_is_refused() -> None:
    compute(cart(LineInput("a", 1, Quote(MAX_MINOR))), STEPS)
    with pytest.raises(TotalsOutOfBounds):
        compute(cart(LineInput("a", 1, Quote(MAX_MINOR)), LineInput("b", 1, Quote(1))), STEPS)
