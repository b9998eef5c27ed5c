"""Errors of stock."""

from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import Conflict, InvalidInput

__all__ = ["InvalidStockChange", "OutOfStock"]


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
