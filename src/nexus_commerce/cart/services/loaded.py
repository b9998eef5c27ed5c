"""A cart as it was read."""

from dataclasses import dataclass

from nexus_commerce.cart.models import Cart, CartAddress, CartLine
from nexus_commerce.cart.services.offers import Offer

__all__ = ["LoadedCart"]


@dataclass(slots=True)
class LoadedCart:
    """The rows of a cart, before pricing. Neither the cart nor its lines need to be saved.

    ``has_promotions`` and ``has_tax_zones`` are False where the shop is known to have none that is active: then they
    are not asked for.
    """

    cart: Cart
    lines: list[CartLine]
    offers: list[Offer]
    addresses: dict[str, CartAddress]
    has_promotions: bool = True
    has_tax_zones: bool = True

    @property
    def destination(self) -> CartAddress | None:
        """Where the goods go, as far as that is known."""
        return self.addresses.get("shipping") or self.addresses.get("billing")
