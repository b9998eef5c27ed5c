"""Errors of orders."""

from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import Conflict, NotFound

__all__ = ["IllegalOrderState", "OrderNotFound", "TooManyUnits"]


class OrderNotFound(NotFound):
    """There is no such order, or the caller may not see it."""

    code = "order_not_found"
    message = _("There is no such order.")


class IllegalOrderState(Conflict):
    """The order's state cannot become the one that was asked for."""

    code = "illegal_transition"
    message = _("An order that is %(current)s cannot become %(wanted)s.")


class TooManyUnits(Conflict):
    """More units of lines were to be sent than are left of them.

    ``params["lines"]`` names each such line: ``{"line", "sku", "wanted", "left"}``; it is empty when the last units
    went in the same moment.
    """

    code = "too_many_units"
    message = _("There are not as many units left to be sent.")


class OrderChanged(Conflict):
    """Somebody changed the order since it was read. ``params``: ``version``, the present one."""

    code = "order_changed"
    message = _("The order was changed in the meantime. Read it again and repeat what you meant.")
