"""Signals of carts."""

from nexus_commerce.core.signals import CommerceSignal

__all__ = ["cart_changed", "cart_created", "carts_merged", "line_added", "line_changed", "line_removed"]

cart_created = CommerceSignal("A cart was made.", cart="the Cart")
cart_changed = CommerceSignal(
    "A field or an address of a cart changed.", cart="the Cart", fields="a sorted list of the names that were set"
)
carts_merged = CommerceSignal(
    "What a guest had in a cart went over to a customer who signed in.",
    cart="the Cart of the customer",
    guest="the guest's Cart, now merged; the same as cart where the customer had none",
    warnings="a tuple of MergeWarning: what could not be taken over, or not all of it",
)
line_added = CommerceSignal(
    "Units of a variant were put into a cart, on a new line or one that it had.",
    cart="the Cart",
    line="the CartLine",
    quantity="the units added",
)
line_changed = CommerceSignal("The quantity of a line changed.", cart="the Cart", line="the CartLine")
line_removed = CommerceSignal(
    "A line was taken out of a cart.", cart="the Cart", line="the public id of the line", variant_id="its variant's key"
)
