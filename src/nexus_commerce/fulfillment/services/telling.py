"""Telling the outbox of shipments."""

from nexus_commerce.events.services import record_event
from nexus_commerce.fulfillment.models import Shipment

__all__ = ["tell"]


def tell(type: str, shipment: Shipment) -> None:
    """Write an outbox row of a shipment, in the transaction of its change."""
    record_event(
        type=type,
        aggregate="shipment",
        aggregate_id=shipment.public_id,
        version=shipment.version,
        payload={"order": str(shipment.order.public_id), "number": shipment.order.number},
    )
