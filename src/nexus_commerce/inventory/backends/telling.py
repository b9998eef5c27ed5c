"""What the outside hears of a stock item."""

from nexus_commerce.events.services import Event
from nexus_commerce.inventory.models import StockItem
from nexus_commerce.inventory.signals import stock_back, stock_low

__all__ = ["change_event", "tell_crossing"]


def change_event(item: StockItem) -> Event:
    """Return the event that tells of a changed stock item."""
    return Event(
        type="stock.changed",
        aggregate="stock_item",
        aggregate_id=item.public_id,
        version=item.version,
        payload={
            "on_hand": item.on_hand,
            "allocated": item.allocated,
            "reserved": item.reserved,
            "backorder_limit": item.backorder_limit,
        },
    )


def tell_crossing(item: StockItem, before: int) -> list[Event]:
    """Send ``stock_low`` when what is available fell to the low-stock level or below it, ``stock_back`` when it rose
    from nothing, and return the event of the same name; ``before`` is what was available.

    Between the two nothing is told: a hot item says once that it runs out, and not with each sale.
    """
    after, level = item.available, item.low_stock_level
    if level is not None and after <= level < before:
        name, signal = "stock.low", stock_low
    elif before <= 0 < after:
        name, signal = "stock.back", stock_back
    else:
        return []
    signal.send_after_commit(StockItem, stock_item=item)
    payload = {"available": after, "low_stock_level": level}
    return [Event(name, "stock_item", item.public_id, item.version, payload)]
