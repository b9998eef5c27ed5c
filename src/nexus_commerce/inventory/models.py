"""The models of stock, each composed from what the host names and the library's abstract class."""

from typing import TYPE_CHECKING

from nexus_commerce.core.compose import compose, seal

if TYPE_CHECKING:
    from nexus_commerce.inventory.abstract_models import AbstractAllocation as AllocationBase
    from nexus_commerce.inventory.abstract_models import AbstractReservation as ReservationBase
    from nexus_commerce.inventory.abstract_models import AbstractStockItem as StockItemBase
    from nexus_commerce.inventory.abstract_models import AbstractStockLocation as StockLocationBase
    from nexus_commerce.inventory.abstract_models import AbstractStockMovement as StockMovementBase
else:
    from nexus_commerce.inventory import abstract_models as a

    StockLocationBase = compose("inventory.StockLocation", a.AbstractStockLocation)
    StockItemBase = compose("inventory.StockItem", a.AbstractStockItem)
    StockMovementBase = compose("inventory.StockMovement", a.AbstractStockMovement)
    ReservationBase = compose("inventory.Reservation", a.AbstractReservation)
    AllocationBase = compose("inventory.Allocation", a.AbstractAllocation)

__all__ = ["Allocation", "Reservation", "StockItem", "StockLocation", "StockMovement"]


@seal
class StockLocation(StockLocationBase):
    """See ``AbstractStockLocation``."""


@seal
class StockItem(StockItemBase):
    """See ``AbstractStockItem``."""


@seal
class StockMovement(StockMovementBase):
    """See ``AbstractStockMovement``."""


@seal
class Reservation(ReservationBase):
    """See ``AbstractReservation``."""


@seal
class Allocation(AllocationBase):
    """See ``AbstractAllocation``."""
