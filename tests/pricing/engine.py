"""Running the engine on plain data, as a cart's shell would."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils.module_loading import import_string

from nexus_commerce.conf.pipeline import TOTALS_STEPS
from nexus_commerce.pricing.inputs import CartInput, FeeInput, LineInput, Quote, ShippingInput, Taxation, TaxRate
from nexus_commerce.pricing.totals import Charged, Totals, compute
from nexus_commerce.promotions.registry import build_rule, condition_classes, effect_classes
from nexus_commerce.promotions.rules import PromotionInput
from nexus_commerce.shipping.rates import RateRule
from tests.pricing.cases import TaxCase

__all__ = ["NOW", "STEPS", "cart_of", "charges_of", "check_sums", "promotion_of", "run", "taxation_of"]

NOW = datetime(2026, 1, 1, tzinfo=UTC)
STEPS = [import_string(path) for path in TOTALS_STEPS]


def taxation_of(percent: str) -> Taxation:
    """Return the taxation of one rate."""
    return Taxation((TaxRate.of_percent(f"{percent} %", Decimal(percent), "home"),))


def promotion_of(rank: int, stored: dict[str, Any]) -> PromotionInput:
    """Return a promotion out of its stored rules."""
    rules = {"conditions": condition_classes(), "effects": effect_classes()}
    built = {name: tuple(build_rule(classes, rule) for rule in stored.get(name, ())) for name, classes in rules.items()}
    rest = {name: value for name, value in stored.items() if name not in rules}
    return PromotionInput(**{"id": f"promotion-{rank}", "rank": rank, "name": f"Promotion {rank}", **rest, **built})


def cart_of(case: TaxCase, **more: Any) -> CartInput:
    """Return the input of a case; tax classes are called by their percentages."""
    taxes = {percent: taxation_of(percent) for _, _, percent in case.lines}
    fixed: dict[str, Any] = {
        "currency": case.currency,
        "prices_include_tax": case.includes_tax,
        "display_tax": case.includes_tax,
        "now": NOW,
        "lines": [
            LineInput(key, quantity, Quote(price), tax_class=percent)
            for key, (price, quantity, percent) in enumerate(case.lines)
        ],
        "rounding": case.rounding,
        "taxes": taxes,
        "included": taxes,
        "promotions": [promotion_of(rank, stored) for rank, stored in enumerate(case.promotions)],
        "shipping": [ShippingInput("post", "Post", RateRule(amount=case.shipping), "untaxed")] if case.shipping else [],
        "fees": [FeeInput("wrap", "Gift wrap", case.fee, "untaxed")] if case.fee else [],
    }
    return CartInput(**{**fixed, **more})


def run(cart: CartInput) -> Totals:
    """Return the totals of a cart by the library's pipeline, checked to add up."""
    totals = compute(cart, STEPS)
    check_sums(cart, totals)
    return totals


def charges_of(totals: Totals) -> Sequence[Charged]:
    """Return everything that is charged."""
    return (*totals.lines, *totals.shipping, *totals.fees)


def check_sums(cart: CartInput, totals: Totals) -> None:
    """Assert what must hold of all totals, whatever the cart."""
    charges = charges_of(totals)
    assert totals.total == sum(charge.gross for charge in charges) >= 0
    goods = totals.subtotal - totals.discount_total + totals.shipping_total + totals.fee_total + totals.rounding_total
    assert totals.total == goods + (0 if cart.prices_include_tax else totals.tax_total)
    assert totals.tax_total == sum(charge.tax_total for charge in charges) == sum(tax.amount for tax in totals.taxes)
    for charge in charges:
        assert charge.discount_total == sum(discount.amount for discount in charge.discounts)
        assert all(discount.amount > 0 for discount in charge.discounts)
        assert 0 <= charge.discount_total <= charge.subtotal
        assert charge.tax_total == sum(tax.amount for tax in charge.taxes) >= 0
        assert charge.total >= 0
        assert charge.net >= 0
        assert charge.gross >= charge.net
