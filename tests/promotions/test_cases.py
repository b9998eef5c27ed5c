"""The acceptance cases of promotions, through the engine."""

from typing import Any

import pytest

from nexus_commerce.pricing.inputs import CartInput, LineFacts, LineInput, Quote, ShippingInput
from nexus_commerce.pricing.totals import Totals
from nexus_commerce.shipping.rates import RateRule
from tests.pricing.engine import NOW, charges_of, promotion_of, run, taxation_of
from tests.promotions.cases import PROMOTION_CASES, PromotionCase


def cart_of(case: PromotionCase) -> CartInput:
    taxes = {line.percent: taxation_of(line.percent) for line in case.lines}
    lines = [
        LineInput(
            place,
            line.quantity,
            Quote(line.price, floor=line.floor),
            tax_class=line.percent,
            is_discountable=line.is_discountable,
            facts=LineFacts(product=line.product or f"product {place}", variant=str(place), sku=str(place)),
        )
        for place, line in enumerate(case.lines)
    ]
    stored = [{"priority": -rank, **promotion} for rank, promotion in enumerate(case.promotions)]
    return CartInput(
        "EUR",
        case.includes_tax,
        lines,
        NOW,
        display_tax=case.includes_tax if case.display_tax is None else case.display_tax,
        taxes=taxes,
        included=taxes,
        promotions=[promotion_of(rank, promotion) for rank, promotion in enumerate(stored)],
        shipping=[ShippingInput("post", "Post", RateRule(amount=case.shipping))] if case.shipping else [],
    )


def figures(totals: Totals) -> dict[str, Any]:
    """Return what a case may say of the totals."""
    return {
        "discounts": tuple(line.discount_total for line in totals.lines),
        "discount": totals.discount_total,
        "net": sum(charge.net for charge in charges_of(totals)),
        "gross": totals.total,
        "shipping": totals.shipping_total,
        "shipping_discount": sum(charge.discount_total for charge in totals.shipping),
        "applied": tuple(tried.name for tried in totals.tried if not tried.reason),
    }


@pytest.mark.parametrize("case", PROMOTION_CASES, ids=lambda case: case.id)
def test_case(case: PromotionCase) -> None:
    found = figures(run(cart_of(case)))
    wanted = {name: value for name, value in vars(case.expected).items() if value is not None}
    assert {name: found[name] for name in wanted} == wanted


def test_every_row_of_the_engine_has_a_case() -> None:
    ids = {case.id for case in PROMOTION_CASES}
    percentages = {"A-P1", "A-P2", "A-P3", "A-P8", "A-P9", "A-P12", "A-P13", "A-P18", "A-P19", "A-P22"}
    floors = {"A-P24", "A-P25", "A-P26", "A-P27", "A-P30", "A-P31"}
    others = {f"B-P{n}" for n in (1, 2, 3, 8, 9, 10, 11, 12, 13, 18, 19, 21, 24, 25, 26, 27, 29, 30, 31, 32, 33)}
    assert ids >= percentages | floors | others | {"B-H4", "B-H5", "B-H6"}
