"""What must hold of every cart. ``make campaign`` runs the same for hours, and prints its seed."""

import os
import random
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexus_commerce.api.fields import money_json
from nexus_commerce.core.money import Money
from nexus_commerce.orders.services.record import input_from_json, input_json
from nexus_commerce.pricing.inputs import CartInput
from nexus_commerce.pricing.refunds import refund_for_units
from nexus_commerce.pricing.totals import Totals, compute
from nexus_commerce.promotions.effects import EFFECTS
from tests.pricing.engine import STEPS, charges_of, run
from tests.pricing.random_carts import CURRENCIES, carts

EXAMPLES = int(os.environ.get("NEXUS_TOTALS_EXAMPLES", "2000"))
thorough = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
brief = settings(thorough, max_examples=max(EXAMPLES // 8, 1))


@thorough
@given(carts())
def test_everything_adds_up(cart: CartInput) -> None:
    totals = run(cart)
    check_discounts(cart, totals)
    check_refunds(totals)
    check_money(cart, totals)


def check_discounts(cart: CartInput, totals: Totals) -> None:
    """Assert that what promotions say they took is what is missing, and that floors and exceptions held."""
    taken: dict[str, int] = {}
    for charge in charges_of(totals):
        for discount in charge.discounts:
            taken[discount.promotion] = taken.get(discount.promotion, 0) + discount.amount
    assert {tried.promotion: tried.amount for tried in totals.tried if tried.amount} == taken
    assert {tried.promotion for tried in totals.tried} == {promotion.id for promotion in cart.promotions}
    by_key = {line.key: line for line in totals.lines}
    for line in cart.lines:
        if not line.is_discountable:
            assert not by_key[line.key].discounts
    for promotion in cart.promotions:
        if promotion.budget_left is not None:
            assert taken.get(promotion.id, 0) <= promotion.budget_left


def check_refunds(totals: Totals) -> None:
    """Assert that refunding every unit by itself returns exactly what was paid."""
    for line in totals.lines:
        some = min(line.quantity, 50)
        parts = [refund_for_units(line.gross, line.quantity, refunded=done, units=1) for done in range(some)]
        rest = refund_for_units(line.gross, line.quantity, refunded=some, units=line.quantity - some)
        assert sum(parts) + rest == line.gross
        assert all(part >= 0 for part in parts)


def check_money(cart: CartInput, totals: Totals) -> None:
    """Assert that no way of writing an amount makes or loses money."""
    for minor in (totals.total, totals.tax_total, totals.discount_total):
        written = money_json(minor, cart.currency)
        assert Money.parse(written["amount"], written["currency"]).minor == minor


@brief
@given(carts())
def test_an_order_is_computed_again_from_what_it_keeps(cart: CartInput) -> None:
    totals = compute(cart, STEPS)
    kept = input_from_json(input_json(cart, totals))
    again = compute(kept, STEPS)
    figures = [(charge.subtotal, charge.discounts, charge.taxes, charge.gross) for charge in charges_of(totals)]
    assert [(c.subtotal, c.discounts, c.taxes, c.gross) for c in charges_of(again)] == figures
    assert again.total == totals.total


@brief
@given(carts(promotions=(), fees=()), st.randoms())
def test_the_order_of_lines_does_not_matter_without_something_to_share_out(
    cart: CartInput, chance: random.Random
) -> None:
    cart = replace(cart, rounding=replace(cart.rounding, level="line"), shipping=())
    totals, again = run(cart), run(replace(cart, lines=shuffled(cart, chance)))
    assert again.total == totals.total
    assert {line.key: line for line in again.lines} == {line.key: line for line in totals.lines}
    assert set(again.taxes) == set(totals.taxes)


@brief
@given(carts(fees=()), st.randoms())
def test_the_order_of_lines_decides_on_remainders_only(cart: CartInput, chance: random.Random) -> None:
    """An amount that is shared out: the sum stays, and a line gets at most a minor unit more or less."""
    shared = [promotion for promotion in cart.promotions if not promotion.basis][:1]
    order_effects = [effect for effect in EFFECTS if effect.code == "order_amount"]
    effect = order_effects[0](amount=1 + chance.randrange(10_000))  # type: ignore[call-arg]
    cart = replace(
        cart, promotions=[replace(each, effects=(effect,), conditions=(), budget_left=None) for each in shared]
    )
    cart = replace(cart, lines=[replace(line, quote=replace(line.quote, floor=None)) for line in cart.lines])
    totals, again = run(cart), run(replace(cart, lines=shuffled(cart, chance)))
    assert again.discount_total == totals.discount_total
    before = {line.key: line.discount_total for line in totals.lines}
    assert all(abs(before[line.key] - line.discount_total) <= 1 for line in again.lines)


def shuffled(cart: CartInput, chance: random.Random) -> list[object]:
    """Return the lines in another order."""
    return chance.sample(list(cart.lines), len(cart.lines))


def test_the_currencies_have_every_number_of_digits() -> None:
    assert len(CURRENCIES) >= 12
    assert {len(money_json(1, code)["amount"].partition(".")[2]) for code in CURRENCIES} == {0, 2, 3}
