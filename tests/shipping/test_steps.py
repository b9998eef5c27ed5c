"""The step of the pipeline that charges shipping."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from nexus_commerce.pricing.inputs import CartInput, LineInput, Quote, ShippingInput
from nexus_commerce.pricing.steps import price_lines
from nexus_commerce.pricing.totals import LineTotals, Totals
from nexus_commerce.shipping.rates import Goods, RateRule
from nexus_commerce.shipping.steps import charge_shipping, goods_of

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def cart_of(*lines: LineInput, rule: Any = None, **fields: Any) -> CartInput:
    shipping = (ShippingInput("post", "Post", rule or RateRule(amount=490), "reduced"),)
    return CartInput("EUR", True, lines, NOW, **{"shipping": shipping} | fields)


def line(key: str, quantity: int = 1, unit_price: int = 1000, **fields: Any) -> LineInput:
    return LineInput(key, quantity, Quote(unit_price), **fields)


def charged(cart: CartInput, totals: Totals | None = None) -> Totals:
    return charge_shipping(cart, totals or price_lines(cart, Totals()))


def test_a_method_is_charged_with_name_and_tax_class() -> None:
    totals = charged(cart_of(line("a")))
    (shipping,) = totals.shipping
    assert (shipping.key, shipping.name, shipping.tax_class, shipping.subtotal) == ("post", "Post", "reduced", 490)
    assert shipping.includes_tax
    assert not charged(replace(cart_of(line("a")), prices_include_tax=False)).shipping[0].includes_tax


def test_the_goods_are_what_is_left_of_their_value_and_what_is_sent_of_their_weight() -> None:
    cart = cart_of(line("a", 2, weight=300), line("b", 3, weight=50, is_sent=False), line("c", 1, weight=7))
    left = Totals(lines=(LineTotals("a", 2000, discount_total=500), LineTotals("b", 3000), LineTotals("c", 1000)))
    assert goods_of(cart, left) == Goods(value=5500, weight=607, quantity=3)


def test_a_gift_weighs_nothing() -> None:
    cart = cart_of(line("a", weight=300))
    with_gift = Totals(lines=(LineTotals("a", 1000), LineTotals(("gift", "1", "mug"), 0)))
    assert goods_of(cart, with_gift) == Goods(value=1000, weight=300, quantity=1)


def test_discounts_count_for_free_shipping() -> None:
    cart = cart_of(line("a"), rule=RateRule(amount=490, free_from=1000))
    assert charged(cart).shipping[0].subtotal == 0
    discounted = Totals(lines=(LineTotals("a", 1000, discount_total=1),))
    assert charged(cart, discounted).shipping[0].subtotal == 490


def test_nothing_is_charged_where_nothing_is_sent() -> None:
    totals = charged(cart_of(line("a", is_sent=False)))
    assert totals.shipping == ()
    assert not any(note.about == "shipping" for note in totals.explanation)


def test_what_is_out_of_bounds_is_left_out_and_said() -> None:
    totals = charged(cart_of(line("a", weight=31_501), rule=RateRule(amount=490, max_weight=31_500)))
    assert totals.shipping == ()
    note = totals.explanation[-1]
    assert (note.code, note.about, note.key, note.data["weight"]) == (
        "shipping_not_offered",
        "shipping",
        "post",
        31_501,
    )


def test_the_note_says_by_what_it_was_charged() -> None:
    totals = charged(cart_of(line("a", 2, weight=300), rule=RateRule(amount=490, free_from=9000)))
    note = totals.explanation[-1]
    assert (note.code, note.about, note.key) == ("shipping", "shipping", "post")
    assert note.amounts == {"amount": 490, "value": 2000, "free_from": 9000}
    assert note.data == {"name": "Post", "kind": "flat", "weight": 600, "quantity": 2}


def test_a_rule_of_a_hosts_own_needs_nothing_but_charge() -> None:
    class ByTheMoon:
        def charge(self, *, value: int, weight: int, quantity: int) -> int:
            return value // 10 + weight + quantity

    totals = charged(cart_of(line("a", 2, weight=300), rule=ByTheMoon()))
    assert totals.shipping[0].subtotal == 200 + 600 + 2
    assert totals.explanation[-1].data["kind"] == "ByTheMoon"


def test_several_methods_are_charged_each() -> None:
    cart = cart_of(
        line("a"),
        shipping=(ShippingInput("a", "A", RateRule(amount=1)), ShippingInput("b", "B", RateRule(amount=2))),
    )
    assert [(each.key, each.subtotal) for each in charged(cart).shipping] == [("a", 1), ("b", 2)]
