"""A step of the totals: the deposit on bottles, which no promotion touches and which comes back with the bottle."""

from dataclasses import replace

from nexus_commerce.pricing.inputs import CartInput
from nexus_commerce.pricing.totals import FeeTotals, Note, Totals

__all__ = ["charge_deposit"]


def charge_deposit(cart: CartInput, totals: Totals) -> Totals:
    """Add the deposit of each line: minor units a bottle, as ``deposit`` in the variant's metadata says."""
    fees, notes = [], []
    for line in cart.lines:
        each = int((line.data or {}).get("deposit", 0))
        if each:
            amount = each * line.quantity
            fees.append(
                FeeTotals("deposit", amount, name="Deposit", includes_tax=cart.prices_include_tax, line=line.key)
            )
            text = f"The deposit on {line.quantity} bottles; it is paid back for empty ones."
            notes.append(Note("deposit", "fee", "deposit", {"amount": amount}, {"text": text}))
    return replace(totals, fees=(*totals.fees, *fees), explanation=(*totals.explanation, *notes))
