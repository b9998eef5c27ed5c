"""The steps of the pipeline that belong to prices: the first, the fees, and the last."""

from dataclasses import replace

from nexus_commerce.core.rounding import divide
from nexus_commerce.pricing.inputs import CartInput
from nexus_commerce.pricing.taxing import rebase_charge
from nexus_commerce.pricing.totals import Charged, FeeTotals, LineTotals, Note, TaxAmount, Totals

__all__ = ["add_fees", "price_lines", "sum_totals"]


def price_lines(cart: CartInput, totals: Totals) -> Totals:
    """Price each line: quantity times unit price, per the price's units, rounded once."""
    lines, notes = [], []
    for line in cart.lines:
        quote = line.quote
        subtotal = divide(quote.unit_price * line.quantity, quote.per, cart.rounding.mode)
        lines.append(
            LineTotals(
                line.key,
                subtotal,
                includes_tax=cart.prices_include_tax,
                tax_class=line.tax_class,
                taxation=line.taxation,
                quantity=line.quantity,
            )
        )
        amounts = {"unit_price": quote.unit_price, "list_price": quote.list_price, "subtotal": subtotal}
        data = {
            "price_list": quote.price_list,
            "from_quantity": quote.min_quantity,
            "per": quote.per,
            "quantity": line.quantity,
        }
        notes.append(Note("price", "line", line.key, amounts, data))
    return replace(totals, lines=tuple(lines), explanation=(*totals.explanation, *notes))


def add_fees(cart: CartInput, totals: Totals) -> Totals:
    """Add the fees that the cart came with."""
    if not cart.fees:
        return totals
    fees, notes = [], []
    for fee in cart.fees:
        amount = rebase_charge(fee.amount, cart, fee, totals.lines)
        fees.append(
            FeeTotals(
                fee.code,
                amount,
                includes_tax=cart.prices_include_tax,
                name=fee.name,
                tax_class=fee.tax_class,
                taxation=fee.taxation,
                line=fee.line,
            )
        )
        notes.append(Note("fee", "fee", fee.code, {"amount": amount}, {"name": fee.name}))
    return replace(totals, fees=(*totals.fees, *fees), explanation=(*totals.explanation, *notes))


def sum_totals(cart: CartInput, totals: Totals) -> Totals:
    """Sum everything; what is to be paid includes tax once, whichever way the prices are."""
    charges: tuple[Charged, ...] = (*totals.lines, *totals.shipping, *totals.fees)
    tax = sum(charge.tax_total for charge in charges)
    total = sum(charge.total for charge in charges)
    return replace(
        totals,
        subtotal=sum(line.subtotal for line in totals.lines),
        discount_total=sum(line.discount_total for line in totals.lines),
        shipping_total=sum(charge.subtotal - charge.discount_total for charge in totals.shipping),
        fee_total=sum(fee.subtotal - fee.discount_total for fee in totals.fees),
        rounding_total=sum(charge.rounding for charge in charges),
        taxes=summarize_taxes(charges),
        tax_total=tax,
        total=total if cart.prices_include_tax else total + tax,
    )


def summarize_taxes(charges: tuple[Charged, ...]) -> tuple[TaxAmount, ...]:
    """Return one entry for each rate, and for each reason why no tax is due, in the order of the lines."""
    found: dict[object, TaxAmount] = {}
    for charge in charges:
        for tax in charge.taxes:
            key = (tax.rate, tax.reason)
            before = found.get(key)
            base, amount = (before.base, before.amount) if before else (0, 0)
            found[key] = TaxAmount(tax.rate, base + tax.base, amount + tax.amount, tax.reason)
    return tuple(found.values())
