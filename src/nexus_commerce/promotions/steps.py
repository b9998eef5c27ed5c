"""The steps of the pipeline that apply promotions. Pure: no database, no settings, no clock."""

from nexus_commerce.pricing.inputs import CartInput
from nexus_commerce.pricing.totals import Totals

__all__ = ["choose_promotions", "discount_lines", "discount_order", "discount_shipping"]


def choose_promotions(cart: CartInput, totals: Totals) -> Totals:
    """Decide which promotions may apply."""
    return totals


def discount_lines(cart: CartInput, totals: Totals) -> Totals:
    """Let the chosen promotions take off what they take off single lines."""
    return totals


def discount_order(cart: CartInput, totals: Totals) -> Totals:
    """Let the chosen promotions take off what they take off the whole order."""
    return totals


def discount_shipping(cart: CartInput, totals: Totals) -> Totals:
    """Let the chosen promotions take off what they take off shipping."""
    return totals
