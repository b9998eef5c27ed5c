"""What an order needs before it is placed."""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from nexus_commerce.cart.services import Offer, PricedCart

__all__ = ["CheckoutPolicy", "Requirement"]


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something that is missing: a stable code, the field of the cart that cures it, and what a program can act on."""

    code: str
    field: str
    data: dict[str, Any] = dataclass_field(default_factory=dict)


class CheckoutPolicy:
    """Say what a cart lacks to become an order. Called in the checkout's transaction with the priced cart; compute
    only.

    Replace it to ask for an account, a phone number, an accepted text, or a least order value.
    """

    def missing(self, *, priced: PricedCart) -> Iterator[Requirement]:
        """Yield each requirement that is not met.

        Asked for by default: a line, an e-mail, an address to send to if anything is sent, and lines that can be
        bought.
        """
        if not priced.lines:
            yield Requirement("cart_empty", "lines")
        if not priced.cart.email:
            yield Requirement("email_missing", "email")
        if "shipping" not in priced.addresses and any(self.is_sent(entry.offer) for entry in priced.lines):
            yield Requirement("shipping_address_missing", "shipping_address")
        for change in priced.changes:
            if change.code != "price_changed":
                yield Requirement(change.code, "lines", {"line": str(change.line), **change.data})

    def is_sent(self, offer: Offer) -> bool:
        """Tell whether units of what is offered are sent: by its product type; of a bundle, whether an item is."""
        return offer.requires_shipping
