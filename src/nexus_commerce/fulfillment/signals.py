"""Signals of shipments."""

from nexus_commerce.core.signals import CommerceSignal

__all__ = [
    "shipment_canceled",
    "shipment_created",
    "shipment_delivered",
    "shipment_shipped",
    "shipment_state_changed",
]

shipment_created = CommerceSignal("A shipment was made; its goods are still here.", shipment="the Shipment")
shipment_shipped = CommerceSignal("The goods of a shipment left, and its stock was taken.", shipment="the Shipment")
shipment_delivered = CommerceSignal("A shipment arrived.", shipment="the Shipment")
shipment_canceled = CommerceSignal(
    "A shipment that had not left was given up; its units can be sent again.", shipment="the Shipment"
)
shipment_state_changed = CommerceSignal(
    "The state of a shipment changed, to one of the library's or of the host.",
    shipment="the Shipment",
    from_state="the state before",
    to_state="the state now",
)
