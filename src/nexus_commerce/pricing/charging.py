"""What a shipping method costs a cart: asked when it is charged, and when promotions are tried before that."""

from nexus_commerce.pricing.inputs import CartInput, ShippingInput
from nexus_commerce.pricing.taxing import rebase_charge
from nexus_commerce.pricing.totals import ShippingTotals, Totals

__all__ = ["charge_method"]


def charge_method(cart: CartInput, totals: Totals, method: ShippingInput) -> ShippingTotals:
    """Return the charge of a method, by what is left of all lines and by what is sent, as it is where the goods go.

    Raises what the rule raises, a ``ValueError``, where it is not offered for these goods.
    """
    value = sum(line.total for line in totals.lines)
    amount = method.rule.charge(value=value, weight=cart.sent_weight, quantity=cart.sent_quantity)
    return ShippingTotals(
        method.method,
        rebase_charge(amount, cart, method, totals.lines),
        includes_tax=cart.prices_include_tax,
        name=method.name,
        tax_class=method.tax_class,
        taxation=method.taxation,
    )
