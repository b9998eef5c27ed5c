"""What each condition asks, alone and together."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from nexus_commerce.pricing.inputs import LineInput
from nexus_commerce.promotions.conditions import CONDITIONS, WEEKDAYS
from nexus_commerce.promotions.conditions.amounts import (
    DistinctProductsCondition,
    LineQuantityCondition,
    LineValueCondition,
    OrderValueCondition,
    QuantityCondition,
)
from nexus_commerce.promotions.conditions.circumstances import (
    ChannelCondition,
    CountryCondition,
    CurrencyCondition,
    CustomerGroupCondition,
    FirstOrderCondition,
    LoggedInCondition,
    MetadataCondition,
    NthOrderCondition,
    ShippingMethodCondition,
)
from nexus_commerce.promotions.conditions.schedule import ScheduleCondition
from nexus_commerce.promotions.conditions.selections import (
    AttributeCondition,
    CategoryCondition,
    CollectionCondition,
    ProductCondition,
    ProductTypeCondition,
    VariantCondition,
)
from nexus_commerce.promotions.effects.lines import LinePercentEffect
from nexus_commerce.promotions.rules import Condition, arguments_of
from tests.promotions.engine import cart_of, discounts_of, goods_line, off, outcome, run, shipping_of

TENTH = LinePercentEffect(percent=Decimal(10))

LINES = (
    goods_line(
        "cup",
        1000,
        2,
        product_type="shop.mug",
        categories=frozenset({"kitchen", "home"}),
        collections=frozenset({"spring"}),
        attributes={"color": "red", "sizes": ["s", "m"], "is_new": True, "grams": 250},
    ),
    goods_line("pan", 3000, product_type="shop.pan", categories=frozenset({"kitchen", "home"})),
    goods_line("sofa", 50000, categories=frozenset({"home"}), attributes={"color": "blue"}),
    goods_line("book", 1000, 3, is_discountable=False, product_type="shop.book", categories=frozenset({"media"})),
)


def narrowed(*conditions: Condition, lines: Sequence[LineInput] = LINES) -> set[Any]:
    """Return the lines that a promotion with conditions takes something off."""
    return set(discounts_of(run(cart_of(lines, off(TENTH, when=conditions)))))


def is_met(condition: Condition, **facts: Any) -> bool:
    return bool(run(cart_of(LINES, off(TENTH, when=[condition]), **facts)).discount_total)


@pytest.mark.parametrize(
    ("condition", "lines"),
    [
        (ProductCondition(("cup", "book")), {"cup"}),
        (ProductCondition(("cup", "book"), exclude=True), {"pan", "sofa"}),
        (ProductCondition(("book",)), set()),
        (VariantCondition(("pan",)), {"pan"}),
        (VariantCondition(("pan",), exclude=True), {"cup", "sofa"}),
        (CategoryCondition(("kitchen", "garden")), {"cup", "pan"}),
        (CategoryCondition(("kitchen",), exclude=True), {"sofa"}),
        (CollectionCondition(("spring",)), {"cup"}),
        (CollectionCondition(("spring",), exclude=True), {"pan", "sofa"}),
        (ProductTypeCondition(("shop.mug", "shop.pan")), {"cup", "pan"}),
        (ProductTypeCondition(("shop.mug",), exclude=True), {"pan", "sofa"}),
        (AttributeCondition("color", ("red", "green")), {"cup"}),
        (AttributeCondition("color", ("red",), exclude=True), {"pan", "sofa"}),
        (AttributeCondition("color"), {"cup", "sofa"}),
        (AttributeCondition("color", exclude=True), {"pan"}),
        (AttributeCondition("sizes", ("m",)), {"cup"}),
        (AttributeCondition("is_new", ("true",)), {"cup"}),
        (AttributeCondition("grams", ("250",)), {"cup"}),
        (LineValueCondition(at_least=2000), {"cup", "pan", "sofa"}),
        (LineValueCondition(at_least=2001), {"pan", "sofa"}),
        (LineValueCondition(at_most=2000), {"cup"}),
        (LineValueCondition(at_least=2001, at_most=3000), {"pan"}),
    ],
    ids=lambda value: value.code if isinstance(value, Condition) else None,
)
def test_conditions_about_lines_narrow(condition: Condition, lines: set[str]) -> None:
    assert narrowed(condition) == lines


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        (OrderValueCondition(at_least=55000), True),
        (OrderValueCondition(at_least=55001), False),
        (OrderValueCondition(at_most=55000), True),
        (OrderValueCondition(at_most=54999), False),
        (QuantityCondition(at_least=4), True),
        (QuantityCondition(at_least=5), False),
        (QuantityCondition(at_most=4), True),
        (QuantityCondition(at_most=3), False),
        (DistinctProductsCondition(at_least=3), True),
        (DistinctProductsCondition(at_least=4), False),
    ],
    ids=lambda value: value.code if isinstance(value, Condition) else None,
)
def test_bounds_are_included_and_what_cannot_be_discounted_does_not_count(condition: Condition, met: bool) -> None:
    assert is_met(condition) is met


@pytest.mark.parametrize("turned", [False, True])
def test_the_order_of_conditions_does_not_matter(turned: bool) -> None:
    conditions = [
        QuantityCondition(at_least=2, at_most=2),
        LineQuantityCondition(at_least=2),
        CategoryCondition(("kitchen",)),
        OrderValueCondition(at_least=55000),
        OrderValueCondition(at_most=2000, only_matching=True),
    ]
    assert narrowed(*(reversed(conditions) if turned else conditions)) == {"cup"}


def test_conditions_that_narrow_to_different_lines_are_not_met() -> None:
    totals = run(cart_of(LINES, off(TENTH, when=[ProductCondition(("cup",)), ProductCondition(("pan",))])))
    assert totals.discount_total == 0
    tried = outcome(totals, "p0")
    assert (tried.reason, [unmet["code"] for unmet in tried.unmet]) == ("conditions_not_met", ["products"] * 2)


@pytest.mark.parametrize(
    ("same", "lines"),
    [
        ("line", {"red", "blue"}),
        ("variant", {"red", "blue"}),
        ("product", {"red", "blue"}),
        ("product_type", {"red", "blue", "green"}),
        ("category", {"red", "green"}),
        ("collection", set()),
        ("attribute", {"blue", "green"}),
    ],
)
def test_groups_with_enough_units(same: str, lines: set[str]) -> None:
    some = (
        goods_line("red", 100, 3, product_type="pen", categories=frozenset({"a", "b"}), attributes={"tip": "thin"}),
        goods_line("blue", 100, 3, product_type="pen", categories=frozenset({"c"}), attributes={"tip": "thick"}),
        goods_line("green", 100, 1, product_type="pen", categories=frozenset({"b"}), attributes={"tip": "thick"}),
        goods_line("free", 100, 9, is_discountable=False, categories=frozenset({"c"})),
    )
    least = {"line": 3, "variant": 3, "product": 3, "product_type": 7, "category": 4, "attribute": 4}.get(same, 1)
    assert narrowed(LineQuantityCondition(least, same, "tip"), lines=some) == lines


def test_units_of_a_group_may_stand_on_several_lines() -> None:
    lines = [replace(goods_line("a", 100, 2), key=key) for key in ("one", "two")]
    assert narrowed(LineQuantityCondition(4), lines=lines) == set()
    assert narrowed(LineQuantityCondition(4, "variant"), lines=lines) == {"one", "two"}
    totals = run(cart_of(lines, off(TENTH, when=[LineQuantityCondition(5, "variant")])))
    assert outcome(totals, "p0").missing == {"quantity": 1}


def test_only_facts_that_are_asked_for_are_needed() -> None:
    assert LineQuantityCondition(2).needs == frozenset()
    assert LineQuantityCondition(2, "category").needs == {"categories"}
    assert LineQuantityCondition(2, "collection").needs == {"collections"}
    assert LineQuantityCondition(2, "attribute", "tip").needs == {"attributes"}
    assert CategoryCondition(("a",)).needs == {"categories"}


@pytest.mark.parametrize(
    ("condition", "facts", "met"),
    [
        (CustomerGroupCondition(("trade", "staff")), {"customer_groups": frozenset({"staff"})}, True),
        (CustomerGroupCondition(("trade",)), {"customer_groups": frozenset({"staff"})}, False),
        (CustomerGroupCondition(("trade",)), {}, False),
        (CustomerGroupCondition(("trade",), exclude=True), {}, True),
        (CustomerGroupCondition(("trade",), exclude=True), {"customer_groups": frozenset({"trade"})}, False),
        (FirstOrderCondition(), {"order_count": 0}, True),
        (FirstOrderCondition(), {"order_count": 1}, False),
        (FirstOrderCondition(), {"order_count": None}, False),
        (NthOrderCondition(3), {"order_count": 2}, True),
        (NthOrderCondition(3), {"order_count": 5}, False),
        (NthOrderCondition(3, every=True), {"order_count": 5}, True),
        (NthOrderCondition(3, every=True), {"order_count": 3}, False),
        (NthOrderCondition(3, every=True), {"order_count": None}, False),
        (LoggedInCondition(), {"is_logged_in": True}, True),
        (LoggedInCondition(), {}, False),
        (LoggedInCondition(exclude=True), {}, True),
        (ChannelCondition(("web",)), {"channel": "web"}, True),
        (ChannelCondition(("web",)), {"channel": "shop"}, False),
        (ChannelCondition(("web",), exclude=True), {"channel": "shop"}, True),
        (CountryCondition(("DE", "AT")), {"country": "AT"}, True),
        (CountryCondition(("DE",)), {}, False),
        (CountryCondition(("DE",), exclude=True), {}, True),
        (CurrencyCondition(("EUR",)), {}, True),
        (CurrencyCondition(("EUR",), exclude=True), {}, False),
        (CurrencyCondition(("USD",)), {}, False),
        (ShippingMethodCondition(("post",)), {"shipping_method": "post"}, True),
        (ShippingMethodCondition(("post",)), {"shipping": shipping_of(100)}, True),
        (ShippingMethodCondition(("post",)), {}, False),
        (ShippingMethodCondition(("post",), exclude=True), {}, True),
        (MetadataCondition("source"), {"metadata": {"source": "ad"}}, True),
        (MetadataCondition("source", "ad"), {"metadata": {"source": "ad"}}, True),
        (MetadataCondition("source", "ad"), {"metadata": {"source": ["mail", "ad"]}}, True),
        (MetadataCondition("is_b2b", "true"), {"metadata": {"is_b2b": True}}, True),
        (MetadataCondition("source", "ad"), {"metadata": {"source": "mail"}}, False),
        (MetadataCondition("source"), {}, False),
        (MetadataCondition("source", "ad", exclude=True), {}, True),
    ],
    ids=lambda value: value.code if isinstance(value, Condition) else None,
)
def test_conditions_about_the_cart(condition: Condition, facts: dict[str, Any], met: bool) -> None:
    assert is_met(condition, **facts) is met


BERLIN = "Europe/Berlin"
NIGHT = {"from_time": "22:00", "until_time": "02:00"}


@pytest.mark.parametrize(
    ("schedule", "utc", "zone", "met"),
    [
        ({"weekdays": ("friday",)}, "2026-01-02 12:00", "UTC", True),
        ({"weekdays": ("friday",)}, "2026-01-03 12:00", "UTC", False),
        ({"weekdays": ("saturday",)}, "2026-01-02 23:30", BERLIN, True),
        ({"weekdays": ("saturday",)}, "2026-01-02 23:30", "UTC", False),
        ({"from_time": "09:00", "until_time": "17:00"}, "2026-01-02 09:00", "UTC", True),
        ({"from_time": "09:00", "until_time": "17:00"}, "2026-01-02 17:00", "UTC", False),
        ({"from_time": "09:00", "until_time": "17:00"}, "2026-01-02 08:59", "UTC", False),
        # The clocks go forward on March 29: nine in Berlin is eight in UTC before, and seven after.
        ({"from_time": "09:00", "until_time": "10:00"}, "2026-03-28 08:00", BERLIN, True),
        ({"from_time": "09:00", "until_time": "10:00"}, "2026-03-29 08:00", BERLIN, False),
        ({"from_time": "09:00", "until_time": "10:00"}, "2026-03-29 07:00", BERLIN, True),
        ({"weekdays": ("friday",), **NIGHT}, "2026-01-02 22:00", "UTC", True),
        ({"weekdays": ("friday",), **NIGHT}, "2026-01-03 01:59", "UTC", True),
        ({"weekdays": ("friday",), **NIGHT}, "2026-01-03 02:00", "UTC", False),
        ({"weekdays": ("friday",), **NIGHT}, "2026-01-02 01:59", "UTC", False),
        ({"weekdays": ("friday",), **NIGHT}, "2026-01-03 22:00", "UTC", False),
        ({"from_time": "22:00"}, "2026-01-03 23:59", "UTC", True),
        ({"from_time": "22:00"}, "2026-01-03 00:00", "UTC", False),
        ({}, "2026-01-03 00:00", "", True),
    ],
)
def test_days_and_hours(schedule: dict[str, Any], utc: str, zone: str, met: bool) -> None:
    now = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert is_met(ScheduleCondition(**schedule), now=now, time_zone=zone) is met


@pytest.mark.parametrize(
    "wrong",
    [{"weekdays": ("fryday",)}, {"from_time": "25:00"}, {"until_time": "noon"}, {"from_time": "10:00+01:00"}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_schedule_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"day of the week|Invalid isoformat|time zone|hour"):
        ScheduleCondition(**wrong)
    assert len(WEEKDAYS) == 7


@pytest.mark.parametrize(
    ("cls", "wrong", "reason"),
    [
        *((cls, {}, "at_most or both") for cls in (OrderValueCondition, LineValueCondition, QuantityCondition)),
        *(
            (cls, {"at_least": 2, "at_most": 1}, "above")
            for cls in (OrderValueCondition, LineValueCondition, QuantityCondition)
        ),
        (LineQuantityCondition, {"at_least": 2, "same": "attribute"}, "Name the attribute"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(cls: Any, wrong: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        cls(**wrong)


def test_what_is_missing_is_told_when_nothing_else_fails() -> None:
    value, quantity = OrderValueCondition(at_least=56000), QuantityCondition(at_least=6)
    guests = LoggedInCondition()
    totals = run(
        cart_of(
            LINES,
            off(TENTH, when=[value], rank=0),
            off(TENTH, when=[quantity], rank=1),
            off(TENTH, when=[value, quantity], rank=2),
            off(TENTH, when=[guests], rank=3),
            off(TENTH, when=[OrderValueCondition(at_most=10)], rank=4),
        )
    )
    assert [tried.missing for tried in totals.tried] == [{"amount": 1000}, {"quantity": 2}, None, None, None]
    assert [len(tried.unmet) for tried in totals.tried] == [1, 1, 2, 1, 1]
    assert totals.tried[0].unmet[0] == {
        "code": "order_value",
        "label": "Value of the order",
        "value": 55000,
        "at_least": 56000,
        "at_most": None,
    }


def test_values_are_in_the_basis_of_the_promotion_and_after_earlier_ones() -> None:
    lines = [goods_line("a", 1000, percent="20")]
    gross = off(TENTH, when=[OrderValueCondition(at_least=1200)], basis="gross")
    assert run(cart_of(lines, gross)).discount_total == 100
    assert run(cart_of(lines, replace(gross, basis="net"))).discount_total == 0
    assert run(cart_of(lines, off(TENTH, priority=1, rank=1), gross)).discount_total == 100
    assert run(cart_of(lines, replace(gross, priority=2), off(TENTH, priority=1, rank=1))).discount_total == 190


def test_every_condition_can_be_asked_for_in_a_form() -> None:
    assert len({condition.code for condition in CONDITIONS}) == len(CONDITIONS)
    for condition in CONDITIONS:
        assert condition.__doc__
        assert all(argument.label for argument in arguments_of(condition).values())
