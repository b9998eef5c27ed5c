"""What each effect takes off, with its neighbors: remainders, floors, caps, free lines, many units."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nexus_commerce.core.rounding import MODES, Mode
from nexus_commerce.pricing.inputs import LineInput, Rounding
from nexus_commerce.promotions.conditions.selections import ProductCondition
from nexus_commerce.promotions.effects import EFFECTS
from nexus_commerce.promotions.effects.buy_get import BuyGetEffect
from nexus_commerce.promotions.effects.gifts import GiftLineEffect
from nexus_commerce.promotions.effects.lines import (
    FixedPriceEffect,
    LineAmountEffect,
    LinePercentEffect,
    UnitAmountEffect,
)
from nexus_commerce.promotions.effects.order import OrderAmountEffect, OrderPercentEffect
from nexus_commerce.promotions.effects.shipping import ShippingAmountEffect, ShippingPercentEffect, ShippingPriceEffect
from nexus_commerce.promotions.effects.tiers import TieredQuantityEffect, TieredValueEffect
from nexus_commerce.promotions.effects.units import BundleEffect, UnitsEffect
from nexus_commerce.promotions.rules import Effect, arguments_of
from tests.promotions.engine import cart_of, discounts_of, goods_line, off, outcome, run, shipping_of

MILLION = 1_000_000
HALF, TENTH, ALL = Decimal(50), Decimal(10), Decimal(100)


def taken(effect: Effect, *lines: LineInput, **more: Any) -> dict[Any, int]:
    """Return what an effect alone takes off each line."""
    return discounts_of(run(cart_of(lines, off(effect), **more)))


def line(key: str, price: int, quantity: int = 1, **more: Any) -> LineInput:
    return goods_line(key, price, quantity, **more)


A, B, C = line("a", 1000), line("b", 500, 2), line("c", 333, 3)


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        (LinePercentEffect(Decimal("33.3333")), {"a": 333, "b": 333, "c": 333}),
        (LinePercentEffect(Decimal(0)), {}),
        (LinePercentEffect(ALL), {"a": 1000, "b": 1000, "c": 999}),
        (LinePercentEffect(TENTH, cap=200), {"a": 67, "b": 67, "c": 66}),
        (LinePercentEffect(TENTH, cap=0), {}),
        (LineAmountEffect(10), {"a": 4, "b": 3, "c": 3}),
        (LineAmountEffect(5000), {"a": 1000, "b": 1000, "c": 999}),
        (LineAmountEffect(600, cap=10), {"a": 4, "b": 3, "c": 3}),
        (UnitAmountEffect(400), {"a": 400, "b": 800, "c": 999}),
        (UnitAmountEffect(400, max_units=2), {"a": 400, "b": 400}),
        (UnitAmountEffect(100, max_units=99), {"a": 100, "b": 200, "c": 300}),
        (UnitAmountEffect(100, cap=60), {"a": 10, "b": 20, "c": 30}),
        (FixedPriceEffect(400), {"a": 600, "b": 200}),
        (FixedPriceEffect(0), {"a": 1000, "b": 1000, "c": 999}),
        (FixedPriceEffect(2000), {}),
        (FixedPriceEffect(400, cap=400), {"a": 300, "b": 100}),
        (UnitsEffect(count=4, percent=HALF), {"c": 500, "b": 250}),
        (UnitsEffect(count=2, percent=HALF, select="dearest"), {"a": 500, "b": 250}),
        (UnitsEffect(count=2, amount=600, select="dearest"), {"a": 600, "b": 500}),
        (UnitsEffect(count=99, amount=1), {"a": 1, "b": 2, "c": 3}),
        (UnitsEffect(percent=ALL, cap=100), {"c": 100}),
        (OrderPercentEffect(TENTH), {"a": 100, "b": 100, "c": 100}),
        (OrderPercentEffect(TENTH, cap=30), {"a": 10, "b": 10, "c": 10}),
        (OrderAmountEffect(2999), {"a": 1000, "b": 1000, "c": 999}),
        (OrderAmountEffect(9999, cap=1), {"a": 1}),
        (OrderAmountEffect(0), {}),
        (TieredValueEffect(((3000, HALF, 0), (0, TENTH, 0))), {"a": 100, "b": 100, "c": 100}),
        (TieredValueEffect(((0, TENTH, 0), (2999, HALF, 0))), {"a": 500, "b": 500, "c": 500}),
        (TieredValueEffect(((1000, Decimal(0), 10),)), {"a": 4, "b": 3, "c": 3}),
        (TieredValueEffect(((3000, HALF, 0),)), {}),
        (TieredQuantityEffect(((6, HALF, 0), (7, ALL, 0))), {"a": 500, "b": 500, "c": 500}),
        (TieredQuantityEffect(((6, HALF, 0),), cap=30), {"a": 10, "b": 10, "c": 10}),
        (TieredQuantityEffect(((7, HALF, 0),)), {}),
    ],
    ids=lambda value: value.code if isinstance(value, Effect) else None,
)
def test_effects_on_three_lines(effect: Effect, expected: dict[str, int]) -> None:
    assert taken(effect, A, B, C) == expected


@pytest.mark.parametrize("effect", [LineAmountEffect(100), LinePercentEffect(TENTH), UnitsEffect(percent=HALF)])
def test_effects_on_lines_keep_to_those_that_match(effect: Effect) -> None:
    cart = cart_of([A, B, C], off(effect, when=[ProductCondition(("b",))]))
    assert set(discounts_of(run(cart))) == {"b"}


def test_effects_on_the_order_take_from_all_lines_that_can_be_discounted() -> None:
    lines = [A, replace(B, is_discountable=False), C, line("d", 0)]
    cart = cart_of(lines, off(OrderAmountEffect(20), when=[ProductCondition(("a",))]))
    assert discounts_of(run(cart)) == {"a": 10, "c": 10}
    cart = cart_of(lines, off(OrderPercentEffect(TENTH), when=[ProductCondition(("a",))]))
    assert discounts_of(run(cart)) == {"a": 100, "c": 100}


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        # The dearest go together; the second three are worth 999 and stay out of it.
        (BundleEffect(3, 1000), {"a": 500, "b": 500}),
        # The second three cost as much as the bundle: they stay out of it, and bear none of the discount.
        (BundleEffect(3, 999), {"a": 501, "b": 500}),
        # 1000 + 500 and 500 + 333; the last two are worth 666 and stay out of it.
        (BundleEffect(2, 800), {"a": 314, "b": 314, "c": 105}),
        (BundleEffect(2, 800, max_times=1), {"a": 467, "b": 233}),
        (BundleEffect(2, 800, max_times=1, cap=70), {"a": 47, "b": 23}),
        (BundleEffect(6, 3000), {}),
        (BundleEffect(6, 2998), {"a": 1}),
        (BundleEffect(7, 1), {}),
    ],
    ids=str,
)
def test_bundles(effect: BundleEffect, expected: dict[str, int]) -> None:
    assert taken(effect, A, B, C) == expected


def test_what_is_over_from_a_bundle_pays_its_price() -> None:
    for quantity, expected in {1: 0, 2: 0, 3: 500, 4: 500, 5: 500, 6: 1000, 7: 1000}.items():
        assert sum(taken(BundleEffect(3, 1000), line("a", 500, quantity)).values()) == expected


def test_a_bundle_shares_out_what_a_floor_refuses() -> None:
    lines = [line("a", 500, floor=490), line("b", 500, floor=100), line("c", 500)]
    assert taken(BundleEffect(3, 900), *lines) == {"a": 10, "b": 295, "c": 295}
    assert taken(BundleEffect(3, 0), *lines) == {"a": 10, "b": 400, "c": 500}


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        # Nothing named: two bought, the third free, over all that match.
        (BuyGetEffect(2), {"c": 666}),
        (BuyGetEffect(2, select="dearest"), {"a": 1000, "b": 500}),
        (BuyGetEffect(2, max_times=1), {"c": 333}),
        (BuyGetEffect(2, cap=100), {"c": 100}),
        (BuyGetEffect(2, percent=HALF), {"c": 333}),
        (BuyGetEffect(2, amount=40), {"c": 80}),
        (BuyGetEffect(2, amount=4000), {"c": 666}),
        # The last time there is less to get than get_quantity.
        (BuyGetEffect(4, 3), {"c": 666}),
        (BuyGetEffect(5, 3), {"c": 333}),
        (BuyGetEffect(6), {}),
        # Of a and b bought, c got: a partial last group gives what is there.
        (BuyGetEffect(1, 2, buy_products=("a", "b"), get_products=("c",)), {"c": 999}),
        (BuyGetEffect(3, 2, buy_products=("a", "b"), get_products=("c",)), {"c": 666}),
        (BuyGetEffect(4, 2, buy_products=("a", "b"), get_products=("c",)), {}),
        (BuyGetEffect(1, get_products=("nothing",)), {}),
        # b is both bought and got: a unit that is bought is never got.
        (BuyGetEffect(1, buy_products=("b",), get_products=("b",)), {"b": 500}),
        (BuyGetEffect(2, buy_products=("b",), get_products=("b",)), {}),
        (BuyGetEffect(2, buy_products=("a", "b"), get_products=("b",)), {"b": 500}),
        (BuyGetEffect(1, buy_products=("a", "b"), get_products=("b", "c")), {"c": 999}),
        (BuyGetEffect(2, 3, buy_products=("b", "c"), get_products=("b",)), {"b": 1000}),
        # Named by other things than products.
        (BuyGetEffect(1, buy_variants=("a",), get_variants=("b",)), {"b": 500}),
    ],
    ids=str,
)
def test_buying_some_and_getting_others(effect: BuyGetEffect, expected: dict[str, int]) -> None:
    assert taken(effect, A, B, C) == expected


def test_what_is_bought_and_got_may_be_named_by_category_and_collection() -> None:
    lines = [line("a", 900, categories=frozenset({"top"})), line("b", 400, collections=frozenset({"sale"}))]
    effect = BuyGetEffect(1, buy_categories=("top",), get_collections=("sale",))
    assert taken(effect, *lines) == {"b": 400}
    assert effect.needs == {"categories", "collections"}
    assert BuyGetEffect(1).needs == frozenset()


def test_what_is_free_already_is_neither_bought_nor_got() -> None:
    assert taken(BuyGetEffect(1), line("sticker", 0), line("mug", 1000)) == {}
    assert taken(BuyGetEffect(1), line("sticker", 0, 3), line("mug", 1000, 2)) == {"mug": 1000}
    assert taken(UnitsEffect(percent=ALL), line("sticker", 0), line("mug", 1000)) == {"mug": 1000}


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["b", "g", "bg"])), max_size=4),
    st.integers(1, 3),
    st.integers(1, 3),
)
def test_units_got_are_as_many_as_trying_out_finds(
    some: list[tuple[int, str]], buy_quantity: int, get_quantity: int
) -> None:
    """Against all ways of using each unit as bought, got, or not at all; then no unit is used twice."""
    kinds = [kind for count, kind in some for _ in range(count)]
    assume(len(kinds) <= 7)
    lines = [line(f"{kind}{place}", 100, count) for place, (count, kind) in enumerate(some) if count]
    buy = tuple(one.key for one in lines if "b" in one.key) or ("none",)
    get = tuple(one.key for one in lines if "g" in one.key) or ("none",)
    effect = BuyGetEffect(buy_quantity, get_quantity, buy_products=buy, get_products=get)
    best = 0
    for uses in itertools.product("bg-", repeat=len(kinds)):
        if all(use == "-" or use in kind for use, kind in zip(uses, kinds, strict=True)):
            times = uses.count("b") // buy_quantity
            best = max(best, min(uses.count("g"), times * get_quantity))
    assert sum(taken(effect, *lines).values()) == best * 100


def test_units_are_used_from_the_cheapest_line_by_exact_price() -> None:
    # 1000 for three units is 333.33 each: dearer than 333, cheaper than 334.
    lines = [replace(line("a", 1000, 3, per=3), key="a"), line("b", 334), line("c", 333)]
    assert taken(UnitsEffect(count=1, percent=ALL), *lines) == {"c": 333}
    assert taken(UnitsEffect(count=2, percent=ALL), *lines) == {"c": 333, "a": 333}
    assert taken(UnitsEffect(count=1, percent=ALL, select="dearest"), *lines) == {"b": 334}
    assert taken(UnitsEffect(count=2, percent=ALL, select="dearest"), *lines) == {"b": 334, "a": 334}
    assert taken(UnitsEffect(count=1, percent=ALL), line("x", 5), line("y", 5)) == {"x": 5}
    assert taken(UnitsEffect(count=1, percent=ALL, select="dearest"), line("x", 5), line("y", 5)) == {"x": 5}


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        (UnitsEffect(count=MILLION - 1, percent=HALF), (MILLION - 1) * 50),
        (BuyGetEffect(2), (MILLION // 3) * 100),
        (BundleEffect(3, 250), (MILLION // 3) * 50),
        (UnitAmountEffect(7), MILLION * 7),
    ],
    ids=str,
)
def test_a_million_units_cost_no_more_than_one(effect: Effect, expected: int) -> None:
    assert sum(taken(effect, line("a", 100, MILLION)).values()) == expected


@pytest.mark.parametrize("effect", [UnitsEffect(percent=ALL), UnitAmountEffect(1000, max_units=1), BuyGetEffect(2)])
def test_a_floor_holds_for_each_unit(effect: Effect) -> None:
    assert taken(effect, line("a", 1000, 3, floor=900)) == {"a": 100}


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        # Each line has a discount of its own: what one refuses goes nowhere else.
        (LinePercentEffect(HALF), {"a": 100, "b": 500, "c": 500}),
        (FixedPriceEffect(400), {"a": 100, "b": 200}),
        # What is shared out is spread over the others.
        (LinePercentEffect(HALF, cap=900), {"a": 100, "b": 400, "c": 400}),
        (LineAmountEffect(900), {"a": 100, "b": 400, "c": 400}),
        (OrderAmountEffect(5000), {"a": 100, "b": 1000, "c": 999}),
        (TieredQuantityEffect(((1, Decimal(0), 900),)), {"a": 100, "b": 400, "c": 400}),
    ],
    ids=str,
)
def test_what_a_floor_refuses(effect: Effect, expected: dict[str, int]) -> None:
    assert taken(effect, line("a", 1000, floor=900), B, C) == expected


def test_a_floor_of_many_units_is_rounded_up() -> None:
    # A floor of 55 for ten units is 5.5 each: seven may go down to 38.5, so to 39.
    assert taken(LinePercentEffect(ALL), line("a", 80, 7, per=10, floor=55)) == {"a": 56 - 39}
    assert taken(UnitsEffect(percent=ALL), line("a", 80, 7, per=10, floor=55)) == {"a": 8 - 6}


def test_a_floor_above_the_price_takes_nothing() -> None:
    totals = run(cart_of([line("a", 100, floor=200)], off(OrderAmountEffect(50)), off(LinePercentEffect(HALF), rank=1)))
    assert totals.discount_total == 0
    assert {tried.reason for tried in totals.tried} == {"nothing_to_discount"}


@pytest.mark.parametrize(("mode", "expected"), list(zip(MODES, [3, 2, 2, 3, 2], strict=True)))
def test_the_discount_is_what_is_rounded(mode: Mode, expected: int) -> None:
    rounding = Rounding(mode=mode)
    assert taken(LinePercentEffect(HALF), line("a", 5), rounding=rounding) == {"a": expected}
    assert taken(OrderPercentEffect(HALF), line("a", 5), rounding=rounding) == {"a": expected}


SHIPPING_EFFECTS = [
    (ShippingPercentEffect(), 0),
    (ShippingPercentEffect(Decimal("12.5")), 876),
    (ShippingPercentEffect(cap=300), 701),
    (ShippingAmountEffect(400), 601),
    (ShippingAmountEffect(4000), 0),
    (ShippingAmountEffect(400, cap=1), 1000),
    (ShippingPriceEffect(0), 0),
    (ShippingPriceEffect(499), 499),
    (ShippingPriceEffect(499, cap=1), 1000),
    (ShippingPriceEffect(1002), 1001),
]


@pytest.mark.parametrize(("effect", "expected"), SHIPPING_EFFECTS, ids=str)
def test_shipping(effect: Effect, expected: int) -> None:
    totals = run(cart_of([A], off(effect), shipping=shipping_of(1001)))
    assert (totals.shipping_total, totals.discount_total) == (expected, 0)
    assert outcome(totals, "p0").amount == 1001 - expected
    (charge,) = totals.shipping
    assert [discount.amount for discount in charge.discounts] == ([1001 - expected] if expected < 1001 else [])


def test_shipping_effects_without_shipping_take_nothing() -> None:
    for effect, _ in SHIPPING_EFFECTS:
        assert outcome(run(cart_of([A], off(effect))), "p0").reason == "nothing_to_discount"


def test_an_amount_off_shipping_is_shared_out_over_the_charges() -> None:
    post, (other,) = shipping_of(300), shipping_of(100)
    totals = run(cart_of([A], off(ShippingAmountEffect(200)), shipping=[*post, replace(other, method="freight")]))
    assert [charge.discount_total for charge in totals.shipping] == [150, 50]
    fixed = run(cart_of([A], off(ShippingPriceEffect(100)), shipping=[*post, replace(other, method="freight")]))
    assert fixed.shipping_total == 100


GIFT = replace(line("mug", 900, percent="20"), key=("gift", "mug"))


def gift_cart(*effects: Effect, gift: LineInput = GIFT, **more: Any) -> Any:
    return cart_of([A], off(*effects), gifts={"mug": gift}, **more)


def test_a_gift_is_a_line_that_costs_nothing() -> None:
    totals = run(gift_cart(GiftLineEffect("mug", 2)))
    assert [(each.key, each.subtotal, each.discount_total, each.quantity) for each in totals.lines] == [
        ("a", 1000, 0, 1),
        (("gift", "p0", "mug"), 1800, 1800, 2),
    ]
    assert (totals.total, outcome(totals, "p0").amount) == (1000, 1800)
    (note,) = [note for note in totals.explanation if note.code == "gift"]
    assert (note.key, note.amounts["amount"], note.data["quantity"]) == (("gift", "p0", "mug"), 1800, 2)


def test_a_gift_is_given_once() -> None:
    totals = run(gift_cart(GiftLineEffect("mug"), GiftLineEffect("mug", 5)))
    assert [each.quantity for each in totals.lines] == [1, 1]


def test_a_promotion_does_without_a_gift_that_there_is_not() -> None:
    totals = run(cart_of([A], off(GiftLineEffect("mug"), LinePercentEffect(TENTH))))
    assert (len(totals.lines), totals.total) == (1, 900)
    assert [note.data["sku"] for note in totals.explanation if note.code == "gift_unavailable"] == ["mug"]
    alone = run(cart_of([A], off(GiftLineEffect("mug"))))
    assert outcome(alone, "p0").reason == "nothing_to_discount"
    assert [note.code for note in alone.explanation].count("gift_unavailable") == 1


@pytest.mark.parametrize(("cap", "quantity"), [(2700, 3), (2699, 2), (899, 0), (None, 3)])
def test_a_cap_makes_a_gift_smaller(cap: int | None, quantity: int) -> None:
    totals = run(gift_cart(GiftLineEffect("mug", 3, cap=cap)))
    assert sum(each.quantity for each in totals.lines[1:]) == quantity
    assert totals.total == 1000


def test_the_cap_of_a_gift_is_in_the_basis_of_the_promotion() -> None:
    promotion = off(GiftLineEffect("mug", 3, cap=2159), basis="gross")  # two mugs are 2160 with tax
    assert run(cart_of([A], promotion, gifts={"mug": GIFT})).lines[1].quantity == 1


def test_a_gift_that_costs_nothing_anyway_is_given_all_the_same() -> None:
    totals = run(gift_cart(GiftLineEffect("mug", cap=1), gift=replace(GIFT, quote=replace(GIFT.quote, unit_price=0))))
    assert (len(totals.lines), outcome(totals, "p0").reason, totals.lines[1].discounts) == (2, "", ())


def test_gifts_do_not_count_for_later_promotions() -> None:
    more = off(TieredQuantityEffect(((2, HALF, 0),)), OrderPercentEffect(ALL), rank=1)
    totals = run(cart_of([A], off(GiftLineEffect("mug", 5)), more, gifts={"mug": GIFT}))
    assert discounts_of(totals) == {"a": 1000, ("gift", "p0", "mug"): 4500}


def test_every_effect_has_a_cap_and_says_what_it_is() -> None:
    assert len({effect.code for effect in EFFECTS}) == len(EFFECTS)
    for effect in EFFECTS:
        assert effect.__doc__
        assert arguments_of(effect)["cap"].kind == "amount"
        assert effect.stage in ("lines", "order", "shipping")


@pytest.mark.parametrize("wrong", [{}, {"percent": HALF, "amount": 1}])
def test_off_units_is_either_a_percentage_or_an_amount(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="either"):
        UnitsEffect(**wrong)


prices = st.lists(st.tuples(st.integers(0, 999), st.integers(1, 5)), min_size=1, max_size=4)


@given(prices, st.integers(2, 6), st.integers(0, 3000))
def test_a_bundle_never_costs_more_than_its_units(some: Sequence[tuple[int, int]], quantity: int, price: int) -> None:
    lines = [line(str(place), *each) for place, each in enumerate(some)]
    totals = run(cart_of(lines, off(BundleEffect(quantity, price))))
    units = sorted((unit for unit, count in some if unit for _ in range(count)), reverse=True)
    groups = [sum(units[start : start + quantity]) for start in range(0, len(units) - quantity + 1, quantity)]
    assert totals.discount_total == sum(max(group - price, 0) for group in groups)
