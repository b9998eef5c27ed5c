"""Errors of stock."""

from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import Conflict, InvalidInput

__all__ = ["AllocationMissing", "InvalidStockChange", "NotOnHand", "OutOfStock"]


class OutOfStock(Conflict):
    """More was asked for than can be sold.

    ``params["lines"]`` names each such line by its key: ``{"line", "sku", "wanted", "available"}``.
    """

    code = "insufficient_stock"
    message = _("There is not enough in stock.")


class InvalidStockChange(InvalidInput):
    """A stock change would leave less on hand than is promised, or nothing to change."""

    code = "invalid_stock_change"
    message = _("This would leave less on hand than is promised to orders.")


class AllocationMissing(Conflict):
    """More units of an order line were asked for than are promised to it and open.

    ``params["lines"]`` names each such line: ``{"line", "wanted", "open"}``, in units of the stock.
    """

    code = "allocation_missing"
    message = _("Fewer units than that are promised to the order.")


class NotOnHand(Conflict):
    """Units that were sold on backorder are to be sent, but are not there yet.

    ``params["lines"]`` names each such line: ``{"line", "wanted", "on_hand"}``, in units of the stock.
    """

    code = "not_on_hand"
    message = _("The units are not on hand yet.")
