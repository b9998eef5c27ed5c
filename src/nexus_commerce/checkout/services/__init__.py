"""From a cart to an order, and what can become of that: the choreographies over several domains."""

from nexus_commerce.checkout.services.accepting import accept_order
from nexus_commerce.checkout.services.canceling import cancel_order
from nexus_commerce.checkout.services.finalizing import finalize
from nexus_commerce.checkout.services.place import place_order
from nexus_commerce.checkout.services.refunding import refund_order
from nexus_commerce.checkout.services.results import PlacedOrder
from nexus_commerce.checkout.services.resuming import (
    abandon_checkout,
    complete_payment,
    existing_order,
    resume_checkout,
)
from nexus_commerce.checkout.services.sweeping import bring_up_to_date, sweep_checkouts

__all__ = [
    "PlacedOrder",
    "abandon_checkout",
    "accept_order",
    "bring_up_to_date",
    "cancel_order",
    "complete_payment",
    "existing_order",
    "finalize",
    "place_order",
    "refund_order",
    "resume_checkout",
    "sweep_checkouts",
]
