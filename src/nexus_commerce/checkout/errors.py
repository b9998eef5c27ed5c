"""Errors of checkout."""

from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import Conflict, InvalidInput

__all__ = ["CheckoutIncomplete", "CheckoutNotPending", "OrderShipped", "ProviderNotUsable", "TotalChanged"]


class CheckoutIncomplete(Conflict):
    """The cart lacks something that an order needs; ``params["requirements"]`` names each, an ``amount`` in it in minor
    units of ``currency``."""

    code = "checkout_incomplete"
    message = _("The cart is not ready to be ordered.")


class TotalChanged(Conflict):
    """The total is not the one that the shopper agreed to; ``params["total"]`` is the present one, in minor units."""

    code = "total_changed"
    message = _("The total has changed.")


class CheckoutNotPending(Conflict):
    """The order is not being paid any more: it is placed, or came to nothing before."""

    code = "checkout_not_pending"
    message = _("An order that is %(state)s cannot be given up.")


class OrderShipped(Conflict):
    """Something of the order was sent: it cannot be canceled, only refunded."""

    code = "order_shipped"
    message = _("Something of this order was sent already, so it cannot be canceled.")


class ProviderNotUsable(InvalidInput):
    """The payment provider cannot be used for this checkout."""

    code = "provider_not_usable"
    message = _("This payment provider cannot be used here.")
