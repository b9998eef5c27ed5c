"""What a customer's cart takes over from a guest's beside lines and addresses."""

from __future__ import annotations

from typing import Final

from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services.coupons import MAX_CODES
from nexus_commerce.core.extensions import own_fields

__all__ = ["fill_fields"]

FILLED: Final = frozenset({"email", "note", "language"})


def fill_fields(cart: Cart, guest: Cart) -> list[str]:
    """Fill the empty fields of a cart from a guest's, add its codes and free data, and return the changed columns."""
    changed = {name for name in FILLED | own_fields("cart.Cart") if fill(cart, guest, name)}
    if guest.shipping_method and not cart.shipping_method:
        cart.shipping_method, cart.shipping_choice = guest.shipping_method, guest.shipping_choice
        changed |= {"shipping_method", "shipping_choice"}
    codes = list(dict.fromkeys([*cart.coupon_codes, *guest.coupon_codes]))[:MAX_CODES]
    metadata = {**guest.metadata, **cart.metadata}
    if codes != cart.coupon_codes:
        cart.coupon_codes = codes
        changed.add("coupon_codes")
    if metadata != cart.metadata:
        cart.metadata = metadata
        changed.add("metadata")
    return sorted(changed)


def fill(cart: Cart, guest: Cart, name: str) -> bool:
    """Fill one field, and return whether it was empty and is not now. Fields without a column stay."""
    field = Cart._meta.get_field(name)
    column = getattr(field, "attname", None)
    if column is None or not field.concrete or field.many_to_many:
        return False
    if getattr(cart, column) not in field.empty_values or getattr(guest, column) in field.empty_values:
        return False
    setattr(cart, column, getattr(guest, column))
    return True
