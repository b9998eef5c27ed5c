"""The acceptance cases of tax and fees, through the engine."""

from dataclasses import replace

import pytest

from nexus_commerce.pricing.inputs import CartInput, LineInput, Quote, Rounding, Taxation
from tests.pricing.cases import TAX_CASES, UNIT, TaxCase
from tests.pricing.engine import NOW, cart_of, charges_of, run, taxation_of


@pytest.mark.parametrize("case", TAX_CASES, ids=lambda case: case.id)
def test_case(case: TaxCase) -> None:
    totals = run(cart_of(case))
    found = {
        "net": sum(charge.net for charge in charges_of(totals)),
        "gross": totals.total,
        "tax": totals.tax_total,
        "summary": tuple((tax.base, tax.amount) for tax in totals.taxes),
    }
    wanted = {name: value for name, value in vars(case.expected).items() if value is not None}
    assert {name: found[name] for name in wanted} == wanted


@pytest.mark.parametrize(
    ("rounding", "abroad"), [pytest.param(Rounding(), 167, id="A-T22"), pytest.param(UNIT, 166, id="A-T22-unit")]
)
def test_a_net_price_that_is_kept_comes_back_exactly(rounding: Rounding, abroad: int) -> None:
    home = {"standard": taxation_of("20")}
    at_home = CartInput(
        "EUR",
        True,
        [LineInput("a", 2, Quote(100), tax_class="standard")],
        NOW,
        rounding=rounding,
        taxes=home,
        included=home,
        keeps="net",
    )
    away = replace(at_home, taxes={"standard": Taxation((), "no_rate")})
    assert [run(cart).total for cart in (at_home, away) * 3] == [200, abroad] * 3
    assert run(replace(away, keeps="gross")).total == 200


@pytest.mark.parametrize("reason", ["reverse_charge", "exempt"])
def test_who_owes_no_tax_pays_the_net_price_whatever_is_kept(reason: str) -> None:
    cart = CartInput(
        "EUR",
        True,
        [LineInput("a", 1, Quote(11900), tax_class="standard")],
        NOW,
        taxes={"standard": Taxation((), reason)},
        included={"standard": taxation_of("19")},
    )
    totals = run(cart)
    assert (totals.total, totals.tax_total) == (10000, 0)
    assert [(tax.base, tax.amount, tax.reason) for tax in totals.taxes] == [(10000, 0, reason)]
