"""Signals of shipping."""

from nexus_commerce.core.signals import CommerceSignal

__all__ = ["shipping_changed"]

shipping_changed = CommerceSignal(
    "A shipping zone or its areas, or a shipping method or its rates were made or changed.",
    method="the ShippingMethod; None where it was a zone",
    zone="the ShippingZone; None where it was a method",
)
