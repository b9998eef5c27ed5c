"""How stock is kept: by counters, or by whatever a host names in ``STOCK_BACKEND``."""

from nexus_commerce.inventory.backends.base import StockBackend, Wanted
from nexus_commerce.inventory.backends.counters import CounterBackend

__all__ = ["CounterBackend", "StockBackend", "Wanted"]
