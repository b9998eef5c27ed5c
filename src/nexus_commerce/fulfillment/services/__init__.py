"""What makes and sends shipments."""

from nexus_commerce.fulfillment.services.creating import create_shipment, may_be_shipped
from nexus_commerce.fulfillment.services.finding import find_shipment, left_to_ship, shipments_of
from nexus_commerce.fulfillment.services.sending import ship_order, ship_shipment
from nexus_commerce.fulfillment.services.states import (
    cancel_pending_shipments,
    cancel_shipment,
    change_shipment_state,
    deliver_shipment,
)

__all__ = [
    "cancel_pending_shipments",
    "cancel_shipment",
    "change_shipment_state",
    "create_shipment",
    "deliver_shipment",
    "find_shipment",
    "left_to_ship",
    "may_be_shipped",
    "ship_order",
    "ship_shipment",
    "shipments_of",
]
