"""What writes orders, and finds them."""

from nexus_commerce.orders.services.access import TOKEN_LIFETIME, find_order, renew_access
from nexus_commerce.orders.services.recompute import recompute_order
from nexus_commerce.orders.services.record import input_json
from nexus_commerce.orders.services.snapshot import ChargeSnapshot, LineSnapshot, OrderSnapshot, write_order
from nexus_commerce.orders.services.states import change_state, record_captured

__all__ = [
    "TOKEN_LIFETIME",
    "ChargeSnapshot",
    "LineSnapshot",
    "OrderSnapshot",
    "change_state",
    "find_order",
    "input_json",
    "recompute_order",
    "record_captured",
    "renew_access",
    "write_order",
]
