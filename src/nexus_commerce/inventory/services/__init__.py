"""What changes stock, and what can be sold."""

from nexus_commerce.inventory.backends import Wanted
from nexus_commerce.inventory.services.allocation import (
    allocate_reserved,
    allocate_stock,
    consume_allocations,
    release_allocations,
)
from nexus_commerce.inventory.services.availability import available_quantities, available_subquery
from nexus_commerce.inventory.services.limits import set_stock_limits
from nexus_commerce.inventory.services.movements import receive_stock, set_on_hand, set_stock_levels
from nexus_commerce.inventory.services.reserving import (
    extend_reservations,
    release_reservations,
    reserve_stock,
    sweep_reservations,
)

__all__ = [
    "Wanted",
    "allocate_reserved",
    "allocate_stock",
    "available_quantities",
    "available_subquery",
    "consume_allocations",
    "extend_reservations",
    "receive_stock",
    "release_allocations",
    "release_reservations",
    "reserve_stock",
    "set_on_hand",
    "set_stock_levels",
    "set_stock_limits",
    "sweep_reservations",
]
