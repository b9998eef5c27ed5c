"""What shipping offers, what carriers ask for it, and what was chosen."""

from nexus_commerce.shipping.choices import is_outdated
from nexus_commerce.shipping.services.methods import has_methods
from nexus_commerce.shipping.services.offered import (
    OfferedMethod,
    base_code,
    chosen_shipping,
    offered_methods,
    with_quote,
)
from nexus_commerce.shipping.services.quoting import ask_carriers, carrier_aliases, get_carrier

__all__ = [
    "OfferedMethod",
    "ask_carriers",
    "base_code",
    "carrier_aliases",
    "chosen_shipping",
    "get_carrier",
    "has_methods",
    "is_outdated",
    "offered_methods",
    "with_quote",
]
