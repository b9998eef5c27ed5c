"""The steps of the pipeline that belong to prices."""

from dataclasses import replace

from nexus_commerce.core.money import line_amount
from nexus_commerce.pricing.totals import CartInput, LineTotals, Note, Totals

__all__ = ["price_lines", "sum_totals"]


def price_lines(cart: CartInput, totals: Totals) -> Totals:
    """Price each line: quantity times unit price, per the price's units, rounded once, half up."""
    lines, notes = [], []
    for line in cart.lines:
        quote = line.quote
        subtotal = line_amount(quote.unit_price, quote.per, line.quantity)
        lines.append(LineTotals(line.key, subtotal))
        data = {
            "price_list": quote.price_list,
            "from_quantity": quote.min_quantity,
            "unit_price": quote.unit_price,
            "per": quote.per,
            "quantity": line.quantity,
            "subtotal": subtotal,
        }
        notes.append(Note("price", line.key, data))
    return replace(totals, lines=tuple(lines), explanation=(*totals.explanation, *notes))


def sum_totals(cart: CartInput, totals: Totals) -> Totals:
    """Sum the lines; what is to be paid includes tax once, whichever way the prices are."""
    subtotal = sum(line.subtotal for line in totals.lines)
    discounts = sum(line.discount_total for line in totals.lines)
    tax = sum(line.tax_total for line in totals.lines)
    added_tax = 0 if cart.prices_include_tax else tax
    return replace(
        totals,
        subtotal=subtotal,
        discount_total=discounts,
        tax_total=tax,
        total=subtotal - discounts + totals.shipping_total + totals.fee_total + added_tax,
    )
