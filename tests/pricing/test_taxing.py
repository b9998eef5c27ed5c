from decimal import Decimal

import pytest

from nexus_commerce.pricing.inputs import (
    CartInput,
    FeeInput,
    LineInput,
    Quote,
    Rounding,
    ShippingInput,
    Taxation,
    TaxRate,
)
from nexus_commerce.pricing.taxing import tax_of
from nexus_commerce.pricing.totals import Totals
from nexus_commerce.shipping.rates import RateRule
from tests.pricing.engine import NOW, promotion_of, run, taxation_of

TAXES = {"standard": taxation_of("20"), "reduced": taxation_of("10"), "": taxation_of("20")}
GOODS = [
    LineInput("book", 1, Quote(3000), tax_class="reduced"),
    LineInput("lamp", 1, Quote(9000), tax_class="standard"),
]


def cart(lines: list[LineInput] = GOODS, *, includes_tax: bool = False, **more: object) -> CartInput:
    return CartInput("EUR", includes_tax, lines, NOW, **{"taxes": TAXES, "included": TAXES, **more})  # type: ignore[arg-type]


def post(amount: int, tax_class: str = "") -> list[ShippingInput]:
    return [ShippingInput("post", "Post", RateRule(amount=amount), tax_class)]


def taxes_of(totals: Totals) -> list[tuple[int, int]]:
    return [(tax.base, tax.amount) for tax in totals.shipping[0].taxes]


def test_shipping_without_a_class_is_taxed_in_proportion_to_the_goods() -> None:
    totals = run(cart(shipping=post(400)))
    assert taxes_of(totals) == [(100, 10), (300, 60)]
    assert [(tax.base, tax.amount) for tax in totals.taxes] == [(3100, 310), (9300, 1860)]


def test_shipping_with_a_class_is_taxed_by_it() -> None:
    assert taxes_of(run(cart(shipping=post(400, "reduced")))) == [(400, 40)]


def test_shipping_with_an_unknown_class_is_not_taxed() -> None:
    assert run(cart(shipping=post(400, "none"))).shipping[0].tax_total == 0


def test_shipping_of_goods_that_became_free_is_taxed_by_their_list_prices() -> None:
    free = [LineInput("a", 1, Quote(0), tax_class="reduced"), LineInput("b", 1, Quote(0), tax_class="standard")]
    assert sum(amount for _, amount in taxes_of(run(cart(free, shipping=post(400))))) == 20 + 40


def test_a_fee_of_a_line_is_taxed_as_its_line() -> None:
    totals = run(cart(fees=[FeeInput("deposit", "Deposit", 100, line="book"), FeeInput("wrap", "Wrap", 100)]))
    deposit, wrap = totals.fees
    assert [(tax.base, tax.amount) for tax in deposit.taxes] == [(100, 10)]
    assert [(tax.base, tax.amount) for tax in wrap.taxes] == [(25, 3), (75, 15)]
    assert totals.fee_total == 200


def test_several_rates_of_a_class_apply_together_and_sum_exactly() -> None:
    rates = (TaxRate.of_percent("State", Decimal("4")), TaxRate.of_percent("City", Decimal("4.5")))
    both = Taxation((*rates, TaxRate.of_percent("District", Decimal("0.375"))))
    totals = run(cart([LineInput("a", 3, Quote(333), tax_class="x")], taxes={"x": both}))
    (line,) = totals.lines
    assert line.tax_total == 89  # 8.875 % of 9.99 is 0.8866
    assert [tax.amount for tax in line.taxes] == [40, 45, 4]
    assert [tax.base for tax in line.taxes] == [999, 999, 999]


def test_an_outside_engine_has_the_last_word() -> None:
    answer = Taxation(TAXES["standard"].rates, amounts=(7,))
    totals = run(cart([LineInput("a", 1, Quote(1000), taxation=answer)]))
    assert (totals.tax_total, totals.total) == (7, 1007)


@pytest.mark.parametrize(
    ("amount", "quantity", "includes_tax", "tax"),
    [
        (8, 3, False, 2),  # units of 3, 3 and 2: 0.6, 0.6 and 0.4
        (29, 3, True, 6),  # units of 10, 10 and 9: 1.67, 1.67 and 1.5
        (2, 3, False, 0),
    ],
)
def test_at_the_unit_level_units_that_differ_are_taxed_each(
    amount: int, quantity: int, includes_tax: bool, tax: int
) -> None:
    found = tax_of(
        amount, TAXES["standard"], includes_tax=includes_tax, rounding=Rounding(level="unit"), quantity=quantity
    )
    assert found == tax


def test_what_a_promotion_fixed_with_tax_stays_to_the_cent() -> None:
    """Of 12.00 with tax 11.97 come off: 0.03 is left, 0.02 of it net, whose own tax would be nothing."""
    promotion = promotion_of(1, {"effects": [{"code": "order_amount", "args": {"amount": 1197}}], "basis": "gross"})
    totals = run(cart([LineInput("a", 1, Quote(1000), tax_class="standard")], promotions=[promotion]))
    (line,) = totals.lines
    assert (line.gross, line.net, line.tax_total) == (3, 2, 1)


def test_shipping_of_goods_that_a_promotion_made_free_is_taxed_by_their_prices() -> None:
    promotion = promotion_of(1, {"effects": [{"code": "line_percent", "args": {"percent": "100"}}]})
    totals = run(cart(shipping=post(400), promotions=[promotion]))
    assert taxes_of(totals) == [(100, 10), (300, 60)]


@pytest.mark.parametrize("total_by", ["keep_gross", "by_net"])
def test_at_the_total_level_goods_and_shipping_of_one_rate_are_rounded_together(total_by: str) -> None:
    rounding = Rounding(level="total", total_by=total_by)  # type: ignore[arg-type]
    lines = [LineInput(key, 1, Quote(333), tax_class="standard") for key in "abc"]
    totals = run(cart(lines, includes_tax=True, rounding=rounding, shipping=post(333, "standard")))
    (summary,) = totals.taxes
    if total_by == "keep_gross":
        assert (summary.amount, totals.total, totals.rounding_total) == (222, 1332, 0)
    else:
        # 333 at 20 % is 277 net after 56 of tax each: 1108 net, 221.6 of tax
        assert (summary.amount, totals.total, totals.rounding_total) == (222, 1330, -2)


def test_net_prices_do_not_change_with_the_destination() -> None:
    away = {"standard": Taxation((), "no_rate")}
    totals = run(cart([LineInput("a", 1, Quote(1000), tax_class="standard")], taxes=away, keeps="net"))
    assert (totals.subtotal, totals.total) == (1000, 1000)


def test_shipping_and_fees_follow_a_net_price_that_is_kept() -> None:
    away = {code: Taxation((), "exempt") for code in TAXES}
    given = cart(
        [LineInput("a", 1, Quote(1200), tax_class="standard")],
        includes_tax=True,
        taxes=away,
        shipping=post(600),
        fees=[FeeInput("wrap", "Wrap", 120, "standard")],
    )
    totals = run(given)
    assert (totals.subtotal, totals.shipping_total, totals.fee_total) == (1000, 500, 100)
    assert (totals.total, totals.tax_total) == (1600, 0)


def test_a_shop_without_taxes_has_no_tax_summary() -> None:
    totals = run(cart(taxes={}, included={}, includes_tax=True, shipping=post(100)))
    assert (totals.taxes, totals.tax_total, totals.total) == ((), 0, 12100)


def test_each_tax_is_explained() -> None:
    notes = [note for note in run(cart(shipping=post(400))).explanation if note.code == "tax"]
    assert [(note.about, note.key, note.amounts["tax"]) for note in notes] == [
        ("line", "book", 300),
        ("line", "lamp", 1800),
        ("shipping", "post", 10),
        ("shipping", "post", 60),
    ]
    assert notes[0].data["rates"] == [{"name": "10 %", "percent": "10", "zone": "home"}]
