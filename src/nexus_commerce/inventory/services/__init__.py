"""What changes stock, and what can be sold."""

from nexus_commerce.inventory.services.allocation import Wanted, allocate_stock
from nexus_commerce.inventory.services.availability import available_quantities, available_subquery
from nexus_commerce.inventory.services.limits import set_stock_limits
from nexus_commerce.inventory.services.movements import receive_stock, set_on_hand, set_stock_levels

__all__ = [
    "Wanted",
    "allocate_stock",
    "available_quantities",
    "available_subquery",
    "receive_stock",
    "set_on_hand",
    "set_stock_levels",
    "set_stock_limits",
]
