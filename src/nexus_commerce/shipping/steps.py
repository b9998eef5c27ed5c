"""The step of the pipeline that belongs to shipping."""

from dataclasses import replace

from nexus_commerce.pricing.charging import charge_method
from nexus_commerce.pricing.inputs import CartInput, ShippingInput
from nexus_commerce.pricing.totals import Note, Totals
from nexus_commerce.shipping.rates import Goods, NotOffered

__all__ = ["charge_shipping", "goods_of"]


def goods_of(cart: CartInput, totals: Totals) -> Goods:
    """Return what the charge depends on: what is left of all lines' value, weight and quantity of those that are sent.

    What a promotion adds as a gift weighs nothing here: a gift must not make shipping dearer.
    """
    return Goods(value=sum(line.total for line in totals.lines), weight=cart.sent_weight, quantity=cart.sent_quantity)


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
            charge = charge_method(cart, totals, method)
        except NotOffered:
            notes.append(note_of("shipping_not_offered", method, goods, {}))
            continue
        charged.append(charge)
        notes.append(note_of("shipping", method, goods, {"amount": charge.subtotal}))
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
