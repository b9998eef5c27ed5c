"""Errors of shipping."""

from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import CommerceError, Conflict, InvalidInput

__all__ = ["CarrierError", "ShippingCodeTaken", "ShippingNotOffered", "UnknownCarrier"]


class ShippingNotOffered(Conflict):
    """The method is not offered for this cart; ``params["offered"]`` names the codes of those that are."""

    code = "shipping_not_offered"
    message = _("This shipping method is not offered here.")


class ShippingCodeTaken(Conflict):
    """Another shipping method or zone has the code."""

    code = "shipping_code_taken"
    message = _("The code “%(code)s” is taken.")


class UnknownCarrier(InvalidInput):
    """The settings name no carrier of that alias."""

    code = "unknown_carrier"
    message = _("There is no carrier %(carrier)s. Choose one of: %(known)s.")


class CarrierError(CommerceError):
    """A carrier gave no usable answer; its methods are then left out. ``params``: ``reason`` (an English sentence)."""

    code = "carrier_error"
    message = _("The carrier gave no answer: %(reason)s")
