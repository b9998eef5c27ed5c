"""Errors of carts."""

from django.utils.translation import gettext_lazy as _

from nexus_commerce.catalog.models import Variant
from nexus_commerce.core.errors import Conflict, InvalidInput, NotFound
from nexus_commerce.core.fields import MAX_QUANTITY

__all__ = [
    "CartLimitReached",
    "CartNotFound",
    "CartNotOpen",
    "CustomerHasCart",
    "InvalidQuantity",
    "LineNotFound",
    "NotForSale",
    "bad_quantity",
]


class CartNotFound(NotFound):
    """There is no such cart, or the caller may not open it."""

    code = "cart_not_found"
    message = _("There is no such cart.")


class LineNotFound(NotFound):
    """The cart has no such line."""

    code = "line_not_found"
    message = _("The cart has no such line.")


class CartNotOpen(Conflict):
    """The cart became an order, or was merged into another: it does not change any more."""

    code = "cart_not_open"
    message = _("The cart can no longer be changed.")


class CustomerHasCart(Conflict):
    """A guest's cart was to become that of a customer who has an open one: the two are to be merged."""

    code = "customer_has_cart"
    message = _("The customer has an open cart already.")


class NotForSale(Conflict):
    """The variant does not exist, is archived, or its product is not visible in the channel now."""

    code = "not_for_sale"
    message = _("This is not for sale here.")


class InvalidQuantity(InvalidInput):
    """The quantity breaks the variant's least, greatest or step."""

    code = "invalid_quantity"
    message = _("%(sku)s is sold from %(least)s to %(greatest)s in steps of %(step)s.")


def bad_quantity(variant: Variant) -> InvalidQuantity:
    """Return the error that names the quantities in which the variant is sold."""
    return InvalidQuantity(
        field="quantity",
        sku=variant.sku,
        least=variant.min_quantity,
        greatest=variant.max_quantity or MAX_QUANTITY,
        step=variant.quantity_step,
    )


class CartLimitReached(Conflict):
    """The cart policy accepts no more lines or units."""

    code = "cart_limit_reached"
    message = _("A cart holds at most %(limit)s %(what)s.")
