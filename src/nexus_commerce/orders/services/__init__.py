"""What writes orders, and finds them."""

from nexus_commerce.orders.services.access import (
    TOKEN_LIFETIME,
    access_columns,
    access_token_of,
    find_order,
    renew_access,
)
from nexus_commerce.orders.services.looking_up import request_access
from nexus_commerce.orders.services.money import Paid, update_money
from nexus_commerce.orders.services.recompute import recompute_order
from nexus_commerce.orders.services.record import input_json
from nexus_commerce.orders.services.snapshot import ChargeSnapshot, LineSnapshot, OrderSnapshot, write_order
from nexus_commerce.orders.services.states import change_state, check_version, complete_if_done

__all__ = [
    "TOKEN_LIFETIME",
    "ChargeSnapshot",
    "LineSnapshot",
    "OrderSnapshot",
    "Paid",
    "access_columns",
    "access_token_of",
    "change_state",
    "check_version",
    "complete_if_done",
    "find_order",
    "input_json",
    "recompute_order",
    "renew_access",
    "request_access",
    "update_money",
    "write_order",
]
