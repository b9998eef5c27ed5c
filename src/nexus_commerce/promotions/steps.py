"""The steps of the pipeline that apply promotions. Pure: no database, no settings, no clock."""

from dataclasses import replace

from nexus_commerce.pricing.inputs import CartInput
from nexus_commerce.pricing.totals import Totals
from nexus_commerce.promotions.plan import Plan, make_plan, run_stage

__all__ = ["choose_promotions", "discount_lines", "discount_order", "discount_shipping"]


def choose_promotions(cart: CartInput, totals: Totals) -> Totals:
    """Decide which promotions may apply, on the cart before any discount."""
    if not cart.promotions:
        return totals
    return with_plan(totals, make_plan(cart, totals))


def discount_lines(cart: CartInput, totals: Totals) -> Totals:
    """Let the chosen promotions take off what they take off single lines, and add their gifts."""
    return discount(cart, totals, "lines")


def discount_order(cart: CartInput, totals: Totals) -> Totals:
    """Let the chosen promotions take off what they take off the whole order."""
    return discount(cart, totals, "order")


def discount_shipping(cart: CartInput, totals: Totals) -> Totals:
    """Let the chosen promotions take off what they take off shipping."""
    return discount(cart, totals, "shipping")


def discount(cart: CartInput, totals: Totals, stage: str) -> Totals:
    """Apply the chosen promotions' effects of one stage. Without ``choose_promotions`` before it, it chooses first."""
    if not cart.promotions:
        return totals
    plan = totals.plan if isinstance(totals.plan, Plan) else make_plan(cart, totals)
    totals, outcomes = run_stage(cart, totals, plan.chosen, plan.outcomes, stage)
    return with_plan(totals, Plan(plan.promotions, plan.chosen, outcomes))


def with_plan(totals: Totals, plan: Plan) -> Totals:
    """Return the totals with the plan, and with what came of each promotion so far."""
    return replace(totals, plan=plan, tried=plan.tried)
