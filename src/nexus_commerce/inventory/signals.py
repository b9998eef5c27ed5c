"""Signals of stock."""

from nexus_commerce.core.signals import CommerceSignal

__all__ = ["stock_allocated", "stock_changed", "stock_limits_changed"]

stock_changed = CommerceSignal(
    "What is on hand changed.", stock_item="the StockItem after the change", movement="the StockMovement"
)
stock_allocated = CommerceSignal(
    "Units were promised to an order.", order="the public id of the order", allocations="a list of Allocation"
)
stock_limits_changed = CommerceSignal(
    "The backorder limit or the low-stock level of a stock item changed.",
    stock_item="the StockItem after the change",
    changed="the names of what changed, a frozenset of str",
)
