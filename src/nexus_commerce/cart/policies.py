"""What a cart accepts."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from nexus_commerce.cart.errors import CartLimitReached, bad_quantity
from nexus_commerce.cart.models import CartLine
from nexus_commerce.catalog.models import Variant
from nexus_commerce.core.fields import MAX_QUANTITY

__all__ = ["CartPolicy"]


class CartPolicy:
    """Say what a cart accepts. Called with the cart locked, before a line is written; compute only.

    Replace it to limit carts, to sell by the dozen to some, to refuse personalization, or to say how carts are merged
    at login.
    """

    max_lines: ClassVar[int | None] = 500
    max_units: ClassVar[int | None] = None
    merge: ClassVar[Literal["sum", "larger", "account"]] = "sum"
    """What a line gets that a guest's cart and the customer's own both have: all units, the larger quantity, or what
    the customer's cart has."""

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

    def units_left(self, *, lines: Sequence[CartLine]) -> int | None:
        """Return how many units a cart with these lines still takes; None for any number."""
        return None if self.max_units is None else max(0, self.max_units - sum(line.quantity for line in lines))

    def fitting_quantity(self, *, variant: Variant, quantity: int) -> int:
        """Return the greatest quantity up to ``quantity`` that ``check_quantity`` accepts; 0 where there is none.

        Called when carts are merged, which caps and does not refuse. Replace it together with ``check_quantity``.
        """
        most = min(quantity, variant.max_quantity or MAX_QUANTITY)
        if most < variant.min_quantity:
            return 0
        return most - (most - variant.min_quantity) % variant.quantity_step

    def merged_quantity(self, *, variant: Variant, own: int, guest: int) -> int:
        """Return how many units a line gets of which the customer's cart has ``own``, 0 for none, and a guest's cart
        has ``guest``.

        What cannot be bought is capped afterwards. Less than ``own`` counts as ``own``: merging takes nothing out.
        """
        if self.merge == "account" and own:
            return own
        return max(own, guest) if self.merge == "larger" else own + guest
