"""The step of the pipeline that belongs to shipping."""

from dataclasses import replace

from nexus_commerce.pricing.inputs import CartInput, ShippingInput
from nexus_commerce.pricing.taxing import rebase_charge
from nexus_commerce.pricing.totals import Note, ShippingTotals, Totals
from nexus_commerce.shipping.rates import Goods, NotOffered

__all__ = ["charge_shipping", "goods_of"]


def goods_of(cart: CartInput, totals: Totals) -> Goods:
    """Return what the charge depends on: what is left of all lines' value, weight and quantity of those that are sent.

    What a promotion adds as a gift weighs nothing here: a gift must not make shipping dearer.
    """
    sent = [line for line in cart.lines if line.is_sent]
    return Goods(
        value=sum(line.total for line in totals.lines),
        weight=sum(line.weight * line.quantity for line in sent),
        quantity=sum(line.quantity for line in sent),
    )


def charge_shipping(cart: CartInput, totals: Totals) -> Totals:
    """Charge each chosen method by its rule.

    Where nothing is sent, nothing is charged. A method whose bounds the goods do not keep is left out of the totals,
    with the note ``shipping_not_offered``: the cart then says that the choice is outdated.
    """
    goods = goods_of(cart, totals)
    if not goods.quantity:
        return totals
    charged, notes = [], []
    for method in cart.shipping:
        try:
            charge = method.rule.charge(value=goods.value, weight=goods.weight, quantity=goods.quantity)
        except NotOffered:
            notes.append(note_of("shipping_not_offered", method, goods, {}))
            continue
        amount = rebase_charge(charge, cart, method, totals.lines)
        charged.append(
            ShippingTotals(
                method.method,
                amount,
                includes_tax=cart.prices_include_tax,
                name=method.name,
                tax_class=method.tax_class,
                taxation=method.taxation,
            )
        )
        notes.append(note_of("shipping", method, goods, {"amount": amount}))
    return replace(totals, shipping=(*totals.shipping, *charged), explanation=(*totals.explanation, *notes))


def note_of(code: str, method: ShippingInput, goods: Goods, amounts: dict[str, int]) -> Note:
    """Return the note about a method: its name and kind, and the figures that it was charged by."""
    data = {
        "name": method.name,
        "kind": getattr(method.rule, "kind", type(method.rule).__name__),
        "weight": goods.weight,
        "quantity": goods.quantity,
    }
    amounts = {**amounts, "value": goods.value}
    free_from = getattr(method.rule, "free_from", None)
    if free_from is not None:
        amounts["free_from"] = free_from
    return Note(code, "shipping", method.method, amounts, data)
