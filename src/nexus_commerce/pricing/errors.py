"""Errors of prices."""

from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import Conflict, InvalidInput

__all__ = ["AmountOutOfBounds", "NoPrice"]


class NoPrice(Conflict):
    """No price list of the channel has a price for the variant."""

    code = "no_price"
    message = _("%(sku)s has no price in %(currency)s.")


class AmountOutOfBounds(InvalidInput):
    """An amount is larger than any that can be stored."""

    code = "amount_out_of_bounds"
    message = _("The amount is out of bounds: at most 10^15 minor units.")
