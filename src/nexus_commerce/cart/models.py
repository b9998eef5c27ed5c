"""The models of carts, each composed from what the host names and the library's abstract class."""

from typing import TYPE_CHECKING

from nexus_commerce.core.compose import compose, seal

if TYPE_CHECKING:
    from nexus_commerce.cart.abstract_models import AbstractCart as CartBase
    from nexus_commerce.cart.abstract_models import AbstractCartAddress as CartAddressBase
    from nexus_commerce.cart.abstract_models import AbstractCartLine as CartLineBase
else:
    from nexus_commerce.cart import abstract_models as a

    CartBase = compose("cart.Cart", a.AbstractCart)
    CartLineBase = compose("cart.CartLine", a.AbstractCartLine)
    CartAddressBase = compose("cart.CartAddress", a.AbstractCartAddress)

__all__ = ["Cart", "CartAddress", "CartLine"]


@seal
class Cart(CartBase):
    """See ``AbstractCart``."""


@seal
class CartLine(CartLineBase):
    """See ``AbstractCartLine``."""


@seal
class CartAddress(CartAddressBase):
    """See ``AbstractCartAddress``."""
