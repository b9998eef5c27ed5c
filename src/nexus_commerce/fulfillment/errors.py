"""Errors of shipments."""

from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import Conflict, NotFound

__all__ = ["IllegalShipmentState", "NotShippable", "NothingToShip", "ShipmentChanged", "ShipmentNotFound"]


class ShipmentNotFound(NotFound):
    """There is no such shipment, or the caller may not see it."""

    code = "shipment_not_found"
    message = _("There is no such shipment.")


class NotShippable(Conflict):
    """The goods of the order may not leave: it is not placed, or not paid as ``FULFILLMENT_POLICY`` wants it."""

    code = "not_shippable"
    message = _("An order that is %(state)s and %(payment_state)s cannot be sent.")


class NothingToShip(Conflict):
    """All units are canceled, sent, or in a shipment that is still to be sent."""

    code = "nothing_to_ship"
    message = _("Nothing is left to be sent.")


class IllegalShipmentState(Conflict):
    """The shipment's state cannot become the one that was asked for."""

    code = "illegal_transition"
    message = _("A shipment that is %(current)s cannot become %(wanted)s.")


class ShipmentChanged(Conflict):
    """The shipment, or the order that it is to be made of, is not at the expected version any more."""

    code = "shipment_changed"
    message = _("It was changed in the meantime. Look at it again.")
