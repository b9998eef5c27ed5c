"""What a checkout comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nexus_commerce.orders.models import Order
from nexus_commerce.payments.errors import PaymentDeclined
from nexus_commerce.payments.models import Payment

__all__ = ["PlacedOrder"]


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order, the payment that its provider was asked for (None when there was nothing to ask), and the token that
    opens it for a guest.

    The order is ``placed``, or ``pending`` while its payment waits for the shopper (``next_action``) or for an answer
    of the provider, or in ``review``. ``is_new`` is False when the cart had become this order before. ``failure`` says
    why it expired instead; a service raises that.
    """

    order: Order
    payment: Payment | None
    token: str | None
    is_new: bool
    failure: PaymentDeclined | None = None

    @property
    def next_action(self) -> Mapping[str, Any]:
        """What the shopper has to do before the payment is made; empty where there is nothing."""
        return self.payment.next_action if self.payment is not None else {}
