"""The suite that hosts run against their stock backends, on the one that the library brings."""

from nexus_commerce.inventory.backends import CounterBackend, StockBackend
from nexus_commerce.testing.stock_backends import StockBackendCompliance


class TestCounterBackend(StockBackendCompliance):
    def backend(self) -> type[StockBackend]:
        return CounterBackend
