"""Errors of prices."""

from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import Conflict, InvalidInput

__all__ = ["AmountOutOfBounds", "CurrencyIsFixed", "NoPrice"]


class NoPrice(Conflict):
    """No price list of the channel has a price for the variant."""

    code = "no_price"
    message = _("%(sku)s has no price in %(currency)s.")


class AmountOutOfBounds(InvalidInput):
    """An amount is larger than any that can be stored."""

    code = "amount_out_of_bounds"
    message = _("The amount is out of bounds: at most 10^15 minor units.")


class CurrencyIsFixed(Conflict):
    """A price list that ever had a price keeps its currency: the amounts, and their history, are in it."""

    code = "currency_is_fixed"
    message = _("A price list with prices keeps its currency; make another list.")
