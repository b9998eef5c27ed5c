"""Signals of orders."""

from nexus_commerce.core.signals import CommerceSignal

__all__ = ["order_paid", "order_placed", "order_state_changed"]

order_placed = CommerceSignal("An order was placed.", order="the Order")
order_paid = CommerceSignal("All of an order's total is captured.", order="the Order")
order_state_changed = CommerceSignal(
    "The state of an order changed.", order="the Order", from_state="the state before", to_state="the state now"
)
