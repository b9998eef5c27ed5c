"""Signals of stock."""

from nexus_commerce.core.signals import CommerceSignal

__all__ = [
    "stock_allocated",
    "stock_back",
    "stock_changed",
    "stock_consumed",
    "stock_limits_changed",
    "stock_low",
    "stock_released",
    "stock_reserved",
]

stock_changed = CommerceSignal(
    "What is on hand changed.", stock_item="the StockItem after the change", movement="the StockMovement"
)
stock_reserved = CommerceSignal(
    "Units are held for a checkout, or held longer.",
    holder="the public id of the cart",
    reservations="a list of the Reservation that were made; empty when they were held longer",
)
stock_allocated = CommerceSignal(
    "Units were promised to an order.", order="the public id of the order", allocations="a list of Allocation"
)
stock_released = CommerceSignal(
    "Units that were held for checkouts or promised to orders are free again.",
    reservations="a list of the Reservation that ended, their rows deleted",
    allocations="a list of the Allocation that were released, wholly or in part",
)
stock_consumed = CommerceSignal(
    "Promised units left; `stock_changed` is sent for each movement too.",
    order="the public id of the order",
    movements="a list of StockMovement",
)
stock_low = CommerceSignal(
    "What is available of a stock item fell to its low-stock level, or below it.",
    stock_item="the StockItem after the change",
)
stock_back = CommerceSignal(
    "What is available of a stock item rose from nothing.", stock_item="the StockItem after the change"
)
stock_limits_changed = CommerceSignal(
    "The backorder limit or the low-stock level of a stock item changed.",
    stock_item="the StockItem after the change",
    changed="the names of what changed, a frozenset of str",
)
