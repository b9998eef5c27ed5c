"""What a cart accepts."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from nexus_commerce.cart.errors import CartLimitReached, bad_quantity
from nexus_commerce.cart.models import CartLine
from nexus_commerce.catalog.models import Variant
from nexus_commerce.core.fields import MAX_QUANTITY

__all__ = ["CartPolicy"]


class CartPolicy:
    """Say what a cart accepts. Called with the cart locked, before a line is written; compute only.

    Replace it to limit carts, to sell by the dozen to some, or to refuse personalization.
    """

    max_lines: ClassVar[int | None] = 500
    max_units: ClassVar[int | None] = None

    def check_quantity(self, *, variant: Variant, quantity: int) -> None:
        """Raise ``InvalidQuantity`` unless ``quantity`` units of the variant can stand on one line."""
        least, greatest = variant.min_quantity, variant.max_quantity or MAX_QUANTITY
        if not least <= quantity <= greatest or (quantity - least) % variant.quantity_step:
            raise bad_quantity(variant)

    def check_personalization(self, *, variant: Variant, personalization: Mapping[str, Any]) -> None:
        """Raise ``InvalidInput`` when the shopper may not ask for this. The default accepts any JSON object."""

    def check_lines(self, *, lines: Sequence[CartLine]) -> None:
        """Raise ``CartLimitReached`` when these lines are more than a cart holds."""
        if self.max_lines is not None and len(lines) > self.max_lines:
            raise CartLimitReached(limit=self.max_lines, what="lines")
        if self.max_units is not None and sum(line.quantity for line in lines) > self.max_units:
            raise CartLimitReached(limit=self.max_units, what="units")
