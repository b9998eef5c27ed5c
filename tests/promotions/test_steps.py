"""How promotions go together: order, exclusion, groups, budgets, bases, stages, and what is told of each."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any, ClassVar, Literal

import pytest

from nexus_commerce.pricing.inputs import Rounding, Taxation
from nexus_commerce.pricing.steps import price_lines, sum_totals
from nexus_commerce.pricing.totals import LineTotals, Totals, compute
from nexus_commerce.promotions.conditions.amounts import OrderValueCondition, QuantityCondition
from nexus_commerce.promotions.conditions.selections import ProductCondition
from nexus_commerce.promotions.effects.gifts import GiftLineEffect
from nexus_commerce.promotions.effects.lines import LineAmountEffect, LinePercentEffect
from nexus_commerce.promotions.effects.order import OrderAmountEffect, OrderPercentEffect
from nexus_commerce.promotions.effects.shipping import ShippingAmountEffect, ShippingPercentEffect, ShippingPriceEffect
from nexus_commerce.promotions.goods import Goods
from nexus_commerce.promotions.rules import Check, Condition, Effect, PromotionInput
from nexus_commerce.promotions.steps import discount_lines, discount_order, discount_shipping
from nexus_commerce.shipping.rates import RateRule
from tests.pricing.engine import STEPS, taxation_of
from tests.promotions.engine import cart_of, discounts_of, goods_line, off, outcome, run, shipping_of

TENTH, FIFTH, ALL = (LinePercentEffect(percent=Decimal(n)) for n in (10, 20, 100))
FREE_SHIPPING = ShippingPercentEffect()
NEVER = OrderValueCondition(at_least=10**9)
A, B = goods_line("a", 10000), goods_line("b", 5000)


def outcomes(totals: Totals) -> dict[str, Any]:
    """Return of each promotion what it took off, or why it did not apply."""
    return {tried.name: tried.reason or tried.amount for tried in totals.tried}


def reasons(*promotions: PromotionInput, **more: Any) -> dict[str, Any]:
    return outcomes(run(cart_of([A], *promotions, **more)))


def test_a_cart_without_promotions_is_left_alone() -> None:
    totals = run(cart_of([A]))
    assert (totals.tried, totals.plan, totals.discount_total) == ((), None, 0)


def test_the_higher_priority_goes_first_then_the_lower_rank() -> None:
    some = [off(TENTH, rank=rank, priority=priority) for rank, priority in [(4, 1), (3, 2), (2, 1), (1, 3), (0, 2)]]
    totals = run(cart_of([A], *some))
    assert [tried.name for tried in totals.tried] == ["p1", "p0", "p3", "p2", "p4"]
    assert [tried.amount for tried in totals.tried] == [1000, 900, 810, 729, 656]


@pytest.mark.parametrize("reason", ["used_up", "customer_limit", "budget_exhausted"])
def test_what_is_known_to_be_refused_is_not_tried(reason: str) -> None:
    refused = off(TENTH, refusal=reason, is_exclusive=True, stops_others=True, priority=9)
    assert reasons(refused, off(TENTH, rank=1)) == {"p0": reason, "p1": 1000}


class TestExclusive:
    def test_the_first_one_that_takes_something_stays_alone(self) -> None:
        first = off(FIFTH, is_exclusive=True, priority=1)
        totals = run(cart_of([A], first, off(TENTH, rank=1), off(FREE_SHIPPING, rank=2), shipping=shipping_of(500)))
        assert outcomes(totals) == {"p0": 2000, "p1": "excluded", "p2": "excluded"}
        assert [tried.data for tried in totals.tried[1:]] == [{"by": "p0"}] * 2
        assert totals.shipping_total == 500

    def test_a_later_one_gives_way(self) -> None:
        later = off(FIFTH, is_exclusive=True, rank=1)
        assert reasons(off(TENTH), later, off(TENTH, rank=2)) == {"p0": 1000, "p1": "excluded", "p2": 900}

    def test_one_before_it_that_takes_nothing_does_not_count(self) -> None:
        exclusive = off(FIFTH, is_exclusive=True, rank=1)
        assert reasons(off(TENTH, when=[NEVER]), exclusive) == {"p0": "excluded", "p1": 2000}
        assert reasons(off(FREE_SHIPPING), exclusive) == {"p0": "excluded", "p1": 2000}
        assert reasons(off(FREE_SHIPPING), exclusive, shipping=shipping_of(1)) == {"p0": 1, "p1": "excluded"}

    def test_one_that_does_not_apply_excludes_nobody(self) -> None:
        exclusive = off(FIFTH, is_exclusive=True, when=[NEVER])
        totals = run(cart_of([A], exclusive, off(TENTH, rank=1)))
        assert outcomes(totals) == {"p0": "conditions_not_met", "p1": 1000}
        assert outcome(totals, "p0").missing == {"amount": 10**9 - 10000}

    def test_of_two_the_first_stays(self) -> None:
        some = [off(TENTH, is_exclusive=True, rank=rank) for rank in (1, 0)]
        assert reasons(*some) == {"p0": 1000, "p1": "excluded"}

    def test_a_gift_is_something_too(self) -> None:
        gift = off(GiftLineEffect("mug"), is_exclusive=True)
        gifts = {"mug": goods_line("mug", 0)}
        assert reasons(gift, off(TENTH, rank=1), gifts=gifts) == {"p0": 0, "p1": "excluded"}
        assert reasons(gift, off(TENTH, rank=1)) == {"p0": "nothing_to_discount", "p1": 1000}

    def test_shipping_that_is_not_offered_is_nothing(self) -> None:
        method = replace(shipping_of(500)[0], rule=RateRule(amount=500, max_value=1))
        exclusive = off(FREE_SHIPPING, is_exclusive=True)
        assert reasons(exclusive, off(TENTH, rank=1), shipping=[method]) == {"p0": "nothing_to_discount", "p1": 1000}

    def test_what_is_not_sent_costs_no_shipping(self) -> None:
        exclusive = off(FREE_SHIPPING, is_exclusive=True)
        totals = run(cart_of([replace(A, is_sent=False)], exclusive, off(TENTH, rank=1), shipping=shipping_of(500)))
        assert outcomes(totals) == {"p0": "nothing_to_discount", "p1": 1000}

    def test_what_shipping_will_cost_depends_on_the_goods_after_discounts(self) -> None:
        method = replace(shipping_of(500)[0], rule=RateRule(amount=500, free_from=9000))
        some = off(TENTH, FREE_SHIPPING, is_exclusive=True, budget_left=1000)
        assert reasons(some, shipping=[method]) == {"p0": 1000}
        some = replace(some, effects=(LinePercentEffect(Decimal(11)), FREE_SHIPPING), budget_left=1600)
        assert reasons(some, shipping=[method]) == {"p0": 1600}
        assert reasons(replace(some, budget_left=1599), shipping=[method]) == {"p0": "budget_exhausted"}


class TestStops:
    def test_those_after_it_are_excluded(self) -> None:
        some = [off(TENTH, rank=0), off(TENTH, rank=1, stops_others=True), off(TENTH, rank=2)]
        totals = run(cart_of([A], *some))
        assert outcomes(totals) == {"p0": 1000, "p1": 900, "p2": "excluded"}
        assert outcome(totals, "p2").data == {"by": "p1"}

    def test_one_that_takes_nothing_stops_nobody(self) -> None:
        stopping = off(TENTH, stops_others=True, when=[NEVER])
        assert reasons(stopping, off(TENTH, rank=1)) == {"p0": "conditions_not_met", "p1": 1000}


class TestGroups:
    def test_only_the_best_applies(self) -> None:
        some = [
            off(TENTH, rank=0, group="sale"),
            off(FIFTH, rank=1, group="sale"),
            off(TENTH, rank=2, group="other"),
            off(TENTH, rank=3),
        ]
        totals = run(cart_of([A], *some))
        assert outcomes(totals) == {"p0": "excluded", "p1": 2000, "p2": 800, "p3": 720}
        assert outcome(totals, "p0").data == {"by": "p1"}

    def test_ties_go_to_the_first(self) -> None:
        some = [off(TENTH, rank=rank, group="sale") for rank in (2, 1)]
        assert reasons(*some) == {"p1": 1000, "p2": "excluded"}

    def test_those_that_do_not_apply_are_not_the_best(self) -> None:
        some = [off(ALL, rank=0, group="sale", when=[NEVER]), off(TENTH, rank=1, group="sale")]
        assert reasons(*some) == {"p0": "conditions_not_met", "p1": 1000}

    def test_goods_and_shipping_count_together(self) -> None:
        some = [off(FIFTH, rank=0, group="sale"), off(TENTH, FREE_SHIPPING, rank=1, group="sale")]
        assert reasons(*some, shipping=shipping_of(999)) == {"p0": 2000, "p1": "excluded"}
        assert reasons(*some, shipping=shipping_of(1001)) == {"p0": "excluded", "p1": 2001}

    def test_a_member_that_is_stopped_is_not_the_best(self) -> None:
        some = [
            off(TENTH, rank=0, group="sale"),
            off(TENTH, rank=1, stops_others=True),
            off(FIFTH, rank=2, group="sale"),
        ]
        assert reasons(*some) == {"p0": 1000, "p1": 900, "p2": "excluded"}


class TestBudgets:
    @pytest.mark.parametrize(("budget", "expected"), [(1000, 1000), (999, "budget_exhausted"), (0, "budget_exhausted")])
    def test_what_would_take_more_takes_nothing(self, budget: int, expected: object) -> None:
        totals = run(cart_of([A], off(TENTH, budget_left=budget), off(TENTH, rank=1)))
        assert outcomes(totals) == {"p0": expected, "p1": 900 if budget == 1000 else 1000}
        notes = [note.data["promotion"] for note in totals.explanation if note.code == "discount"]
        assert notes == (["p0", "p1"] if budget == 1000 else ["p1"])

    def test_it_counts_what_is_really_taken(self) -> None:
        some = [off(FIFTH, rank=0), off(OrderAmountEffect(9000), rank=1, budget_left=8000)]
        assert reasons(*some) == {"p0": 2000, "p1": 8000}

    @pytest.mark.parametrize(("budget", "expected"), [(1500, 1500), (1499, "budget_exhausted")])
    def test_it_holds_for_all_stages_together(self, budget: int, expected: object) -> None:
        both = off(TENTH, FREE_SHIPPING, budget_left=budget)
        totals = run(cart_of([A], both, off(TENTH, rank=1), shipping=shipping_of(500)))
        assert outcomes(totals) == {"p0": expected, "p1": 900 if budget == 1500 else 1000}
        assert totals.shipping_total == (0 if budget == 1500 else 500)

    def test_of_two_over_their_budgets_each_is_judged_without_the_other(self) -> None:
        first = off(TENTH, FREE_SHIPPING, rank=0, budget_left=10)
        second = off(TENTH, FREE_SHIPPING, rank=1, budget_left=1400)
        third = off(TENTH, FREE_SHIPPING, rank=2, budget_left=1500)
        found = reasons(first, second, third, shipping=shipping_of(500))
        assert found == {"p0": "budget_exhausted", "p1": "budget_exhausted", "p2": 1500}

    def test_one_that_is_exhausted_excludes_nobody(self) -> None:
        some = [off(TENTH, is_exclusive=True, budget_left=1), off(TENTH, rank=1)]
        assert reasons(*some) == {"p0": "budget_exhausted", "p1": 1000}

    def test_a_gift_counts_too(self) -> None:
        gift = off(GiftLineEffect("mug"), budget_left=899)
        totals = run(cart_of([A], gift, gifts={"mug": goods_line("mug", 900)}))
        assert (outcomes(totals), len(totals.lines)) == ({"p0": "budget_exhausted"}, 1)

    def test_shipping_dearer_than_rehearsed_keeps_what_the_goods_got(self) -> None:
        def dearer(cart: Any, totals: Totals) -> Totals:
            (charge,) = totals.shipping
            return replace(totals, shipping=(replace(charge, subtotal=charge.subtotal + 1),))

        steps = [step for each in STEPS for step in ([dearer, each] if each is discount_shipping else [each])]
        cart = cart_of([A], off(TENTH, FREE_SHIPPING, budget_left=1500), shipping=shipping_of(500))
        totals = compute(cart, steps)
        assert (outcomes(totals), totals.shipping_total) == ({"p0": 1000}, 501)


class TestStages:
    def test_what_a_promotion_took_itself_does_not_count_against_it(self) -> None:
        some = off(FIFTH, OrderAmountEffect(100), FREE_SHIPPING, when=[OrderValueCondition(at_least=10000)])
        totals = run(cart_of([A], some, shipping=shipping_of(500)))
        assert outcomes(totals) == {"p0": 2000 + 100 + 500}
        assert totals.total == 7900

    def test_what_others_took_does(self) -> None:
        free = off(FREE_SHIPPING, when=[OrderValueCondition(at_least=10000)], priority=9)
        totals = run(cart_of([A], free, off(OrderAmountEffect(1), rank=1), shipping=shipping_of(500)))
        assert outcomes(totals) == {"p0": "conditions_not_met", "p1": 1}
        assert outcome(totals, "p0").missing == {"amount": 1}

    def test_effects_of_one_promotion_follow_each_other(self) -> None:
        assert reasons(off(FIFTH, TENTH)) == {"p0": 2800}
        totals = run(cart_of([A], off(FIFTH, TENTH)))
        assert [discount.amount for discount in totals.lines[0].discounts] == [2800]

    def test_one_that_applied_in_a_stage_and_not_in_the_next_has_applied(self) -> None:
        some = off(FIFTH, FREE_SHIPPING, when=[ProductCondition(("a",))])
        assert outcomes(run(cart_of([A], some))) == {"p0": 2000}

    def test_what_is_tried_is_complete_without_the_later_steps(self) -> None:
        cart = cart_of([A], off(TENTH), off(FREE_SHIPPING, rank=1), off(OrderAmountEffect(1), rank=2, when=[NEVER]))
        totals = compute(cart, [price_lines, discount_lines, discount_order, sum_totals])
        assert outcomes(totals) == {"p0": 1000, "p1": "nothing_to_discount", "p2": "conditions_not_met"}

    def test_a_pipeline_that_does_not_choose_first_chooses_all_the_same(self) -> None:
        cart = cart_of([A], off(TENTH, is_exclusive=True), off(TENTH, rank=1))
        totals = compute(cart, [price_lines, discount_lines, discount_order, sum_totals])
        assert outcomes(totals) == {"p0": 1000, "p1": "excluded"}

    def test_a_promotion_without_effects_takes_nothing(self) -> None:
        assert reasons(off(), off(TENTH, rank=1)) == {"p0": "nothing_to_discount", "p1": 1000}


class TestBases:
    def test_an_amount_with_tax_off_net_prices(self) -> None:
        line = goods_line("a", 999, 3, percent="20")
        for level, net in {"line": 2580, "unit": 2581}.items():
            totals = run(cart_of([line], off(OrderAmountEffect(500), basis="gross"), rounding=Rounding(level=level)))
            gross = {"line": 3596, "unit": 3597}[level] - 500
            assert (totals.total, totals.lines[0].net) == (gross, net)

    def test_an_amount_without_tax_off_gross_prices(self) -> None:
        line = goods_line("a", 1190, percent="19")
        totals = run(cart_of([line], off(OrderAmountEffect(100), basis="net"), prices_include_tax=True))
        assert (totals.lines[0].net, totals.tax_total, totals.total) == (900, 171, 1071)

    def test_the_basis_of_the_prices_is_the_default(self) -> None:
        line = goods_line("a", 1190, percent="19")
        found = {
            basis: run(cart_of([line], off(LineAmountEffect(100), basis=basis), prices_include_tax=True)).total
            for basis in ("", "gross", "net")
        }
        assert found == {"": 1090, "gross": 1090, "net": 1071}

    def test_a_later_discount_in_the_price_basis_counts_from_what_is_left(self) -> None:
        line = goods_line("a", 999, 3, percent="20")
        some = [off(LineAmountEffect(500), basis="gross", priority=1), off(LineAmountEffect(80), rank=1)]
        totals = run(cart_of([line], *some))
        assert (totals.lines[0].other, totals.lines[0].net, totals.tax_total) == (None, 2500, 500)
        turned = run(cart_of([line], replace(some[0], priority=-1), some[1]))
        # 2997 - 80 = 2917 net, 3500.4 gross, 3000 after the discount
        assert (turned.lines[0].other, turned.total) == (3000, 3000)

    def test_two_after_each_other_in_the_other_basis(self) -> None:
        line = goods_line("a", 999, percent="20")
        totals = run(cart_of([line], *(off(LineAmountEffect(33), basis="gross", rank=rank) for rank in range(3))))
        assert totals.total == 1199 - 99
        assert outcomes(totals).keys() == {"p0", "p1", "p2"}
        assert totals.discount_total == sum(tried.amount for tried in totals.tried)

    def test_all_off_leaves_nothing_in_either_basis(self) -> None:
        lines = [goods_line("a", 999, 3, percent="20"), goods_line("b", 1, percent="7")]
        for basis in ("net", "gross"):
            totals = run(cart_of(lines, off(OrderPercentEffect(Decimal(100)), basis=basis), display_tax=True))
            assert (totals.total, totals.tax_total) == (0, 0)

    @pytest.mark.parametrize("includes", [False, True])
    @pytest.mark.parametrize("basis", ["net", "gross"])
    @pytest.mark.parametrize("level", ["unit", "line"])
    def test_floors_hold_in_either_basis(self, includes: bool, basis: Any, level: Any) -> None:
        for floor in range(900, 990, 7):
            line = goods_line("a", 999, 3, percent="19", floor=floor)
            promotion = off(OrderAmountEffect(100000), basis=basis)
            cart = cart_of([line], promotion, prices_include_tax=includes, rounding=Rounding(level=level))
            left = run(cart).lines[0].total
            assert 3 * floor <= left <= 3 * floor + 2

    def test_untaxed_lines_are_the_same_in_both(self) -> None:
        totals = run(cart_of([A, goods_line("b", 5000, percent="20")], off(OrderAmountEffect(1600), basis="gross")))
        assert totals.total == 10000 + 6000 - 1600
        assert totals.lines[0].other is None

    def test_a_minor_unit_that_is_lost_between_the_bases_is_no_discount(self) -> None:
        some = [off(LineAmountEffect(1), basis="gross", rank=rank) for rank in (0, 1)]
        totals = run(cart_of([goods_line("a", 13, percent="20")], *some))
        # 13 net is 16 gross; 15 and 14 gross are both 12 net: the second time only the tax is less.
        assert (outcomes(totals), totals.total) == ({"p0": 1, "p1": 0}, 14)
        assert [discount.promotion for discount in totals.lines[0].discounts] == ["p0"]

    def test_budgets_are_in_the_price_basis(self) -> None:
        line = goods_line("a", 1000, percent="20")
        some = off(LineAmountEffect(600), basis="gross")
        for budget, expected in {500: 500, 499: "budget_exhausted"}.items():
            assert outcomes(run(cart_of([line], replace(some, budget_left=budget)))) == {"p0": expected}

    def test_caps_are_in_the_basis_of_the_promotion(self) -> None:
        line = goods_line("a", 1000, percent="20")
        capped = off(LinePercentEffect(Decimal(90), cap=600), basis="gross")
        assert run(cart_of([line], capped)).total == 600

    def test_shipping_with_a_class_of_its_own(self) -> None:
        cart = cart_of([A], off(ShippingPriceEffect(100), basis="gross"), shipping=shipping_of(1000, percent="20"))
        totals = run(cart)
        (charge,) = totals.shipping
        assert (charge.gross, charge.net, charge.tax_total) == (100, 83, 17)

    @pytest.mark.parametrize(("effect", "gross"), [(ShippingPriceEffect(550), 550), (FREE_SHIPPING, 0)], ids=str)
    def test_shipping_taxed_as_the_goods_are(self, effect: Effect, gross: int) -> None:
        lines = [goods_line("a", 1000, percent="20"), goods_line("b", 1000, percent="0")]
        totals = run(cart_of(lines, off(effect, basis="gross"), shipping=shipping_of(1000)))
        (charge,) = totals.shipping
        assert charge.gross == gross

    def test_what_a_promotion_took_itself_does_not_count_in_the_other_basis_either(self) -> None:
        some = off(
            LineAmountEffect(600), OrderAmountEffect(60), basis="gross", when=[OrderValueCondition(at_least=1200)]
        )
        assert run(cart_of([goods_line("a", 1000, percent="20")], some)).total == 540

    def test_weights_are_of_what_is_left(self) -> None:
        lines = [goods_line("a", 1000, percent="100"), goods_line("b", 1000, percent="0")]
        some = [
            off(LineAmountEffect(300), rank=0),
            off(LineAmountEffect(500), rank=1, when=[ProductCondition(("a",))]),
            off(LineAmountEffect(300), rank=2),
        ]
        totals = run(cart_of(lines, *some, display_tax=True))
        assert discounts_of(totals) == {"a": 200 + 500 + 120, "b": 100 + 180}

    def test_weights_are_in_the_displayed_basis(self) -> None:
        lines = [goods_line("a", 1000, percent="100"), goods_line("b", 1000, percent="0")]
        shares = {
            shown: discounts_of(run(cart_of(lines, off(OrderAmountEffect(300)), display_tax=shown)))
            for shown in (False, True)
        }
        assert shares == {False: {"a": 150, "b": 150}, True: {"a": 200, "b": 100}}


class TestLines:
    def test_lines_of_nothing_get_nothing(self) -> None:
        totals = run(cart_of([goods_line("zero", 0), A, goods_line("none", 0)], off(OrderAmountEffect(99))))
        assert discounts_of(totals) == {"a": 99}
        nothing = run(cart_of([goods_line("zero", 0)], off(OrderAmountEffect(99)), off(TENTH, rank=1)))
        assert outcomes(nothing) == {"p0": "nothing_to_discount", "p1": "nothing_to_discount"}

    def test_a_cart_with_nothing_that_can_be_discounted(self) -> None:
        totals = run(cart_of([replace(A, is_discountable=False)], off(TENTH), off(OrderAmountEffect(5), rank=1)))
        assert outcomes(totals) == {"p0": "nothing_to_discount", "p1": "nothing_to_discount"}

    def test_each_amount_says_where_it_came_from(self) -> None:
        cart = cart_of([A, B], off(OrderAmountEffect(100), coupon_code="HI"), shipping=shipping_of(500))
        totals = run(replace(cart, promotions=[*cart.promotions, off(ShippingAmountEffect(1), rank=1)]))
        notes = [note for note in totals.explanation if note.code == "discount"]
        assert [(note.about, note.key, note.amounts) for note in notes] == [
            ("line", "a", {"amount": 67, "left": 9933}),
            ("line", "b", {"amount": 33, "left": 4967}),
            ("shipping", "post", {"amount": 1, "left": 499}),
        ]
        assert notes[0].data == {"promotion": "p0", "name": "p0", "effect": "order_amount", "coupon_code": "HI"}
        assert totals.lines[0].discounts[0].coupon_code == totals.tried[0].coupon_code == "HI"

    def test_a_discount_changes_nothing_else_of_a_line(self) -> None:
        other = {
            "rounding": 0,
            "includes_tax": True,
            "tax_class": "standard",
            "taxation": taxation_of("20"),
            "quantity": 3,
            "taxes": ("kept",),
            "tax_total": 7,
        }
        line = LineTotals("a", 10000, **other)  # type: ignore[arg-type]
        changed = discount_lines(cart_of([A], off(TENTH), prices_include_tax=True), Totals(lines=(line,))).lines[0]
        assert changed == replace(line, discounts=changed.discounts, discount_total=1000)
        assert {each.name for each in fields(LineTotals)} == {
            *("key", "subtotal", "discounts", "discount_total", "other"),
            *other,
        }

    def test_a_floor_and_a_gift_go_along_when_a_price_is_rebased(self) -> None:
        home = {"": taxation_of("20")}
        line = replace(goods_line("a", 1200, floor=1080), taxation=None)
        cart = cart_of(
            [line],
            off(OrderAmountEffect(1000), GiftLineEffect("mug")),
            gifts={"mug": goods_line("mug", 600)},
            prices_include_tax=True,
            included=home,
            taxes={"": Taxation((), "no_rate")},
            keeps="net",
        )
        totals = run(cart)
        assert [line.subtotal for line in totals.lines] == [1000, 500]
        assert totals.total == 900


@dataclass(frozen=True)
class Thoughtless(Effect):
    """A host's effect that asks for more than there is, for lines that there are not, and for less than nothing."""

    code: ClassVar[str] = "thoughtless"
    label: ClassVar[str] = "Thoughtless"
    stage: ClassVar[Literal["lines", "order", "shipping"]] = "order"

    def take(self, goods: Goods) -> Mapping[Hashable, int]:
        return {"a": 3000, "b": 3000, "nowhere": 500, "c": -500}


@dataclass(frozen=True)
class ThoughtlessOnLines(Thoughtless):
    """The same, where nothing is spread."""

    code: ClassVar[str] = "thoughtless_on_lines"
    stage: ClassVar[Literal["lines", "order", "shipping"]] = "lines"


@dataclass(frozen=True)
class Even(Condition):
    """A host's condition without a scope that narrows all the same."""

    code: ClassVar[str] = "even"
    label: ClassVar[str] = "Even quantities"

    def check(self, goods: Goods) -> Check:
        keys = frozenset(line.key for line in goods.matching if line.quantity % 2 == 0)
        return Check(bool(keys), keys)


class TestHosts:
    LINES = (goods_line("a", 10000, floor=9000), goods_line("b", 9000), goods_line("c", 100, 2))

    @pytest.mark.parametrize(
        ("effect", "expected"),
        [
            (Thoughtless(), {"a": 1000, "b": 5000}),
            (ThoughtlessOnLines(), {"a": 1000, "b": 3000}),
            (Thoughtless(cap=600), {"a": 100, "b": 500}),
            (ThoughtlessOnLines(cap=1), {"b": 1}),
        ],
        ids=str,
    )
    def test_an_effect_is_held_to_what_is_there(self, effect: Effect, expected: dict[str, int]) -> None:
        assert discounts_of(run(cart_of(self.LINES, off(effect)))) == expected

    def test_an_effect_can_ask_how_much_may_come_off(self) -> None:
        @dataclass(frozen=True)
        class ToTheFloor(Thoughtless):
            def take(self, goods: Goods) -> Mapping[Hashable, int]:
                return {line.key: line.room for line in goods.lines}

        assert discounts_of(run(cart_of(self.LINES, off(ToTheFloor())))) == {"a": 1000, "b": 9000, "c": 200}

    def test_a_condition_may_narrow_at_any_time(self) -> None:
        for when in ([Even(), QuantityCondition(at_least=4)], [QuantityCondition(at_least=4), Even()]):
            assert discounts_of(run(cart_of(self.LINES, off(TENTH, when=when)))) == {"c": 20}
