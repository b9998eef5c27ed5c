"""The models of fulfillment, each composed from what the host names and the library's abstract class."""

from typing import TYPE_CHECKING

from nexus_commerce.core.compose import compose, seal

if TYPE_CHECKING:
    from nexus_commerce.fulfillment.abstract_models import AbstractShipment as ShipmentBase
    from nexus_commerce.fulfillment.abstract_models import AbstractShipmentLine as ShipmentLineBase
else:
    from nexus_commerce.fulfillment import abstract_models as a

    ShipmentBase = compose("fulfillment.Shipment", a.AbstractShipment)
    ShipmentLineBase = compose("fulfillment.ShipmentLine", a.AbstractShipmentLine)

__all__ = ["Shipment", "ShipmentLine"]


@seal
class Shipment(ShipmentBase):
    """See ``AbstractShipment``."""


@seal
class ShipmentLine(ShipmentLineBase):
    """See ``AbstractShipmentLine``."""
