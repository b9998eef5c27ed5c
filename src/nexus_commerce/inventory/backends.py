"""How stock is kept: by counters, or by whatever a host names."""

__all__ = ["CounterBackend", "StockBackend"]


class StockBackend:
    """How units are held, promised and taken."""


class CounterBackend(StockBackend):
    """One row per variant and location, with counters."""
