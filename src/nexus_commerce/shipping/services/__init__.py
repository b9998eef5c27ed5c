"""What sets up shipping, what it offers, what carriers ask for it, and what was chosen."""

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
from nexus_commerce.shipping.services.setup import (
    RateData,
    create_shipping_method,
    create_shipping_zone,
    record_shipping_change,
    set_shipping_areas,
    set_shipping_rate,
)

__all__ = [
    "OfferedMethod",
    "RateData",
    "ask_carriers",
    "base_code",
    "carrier_aliases",
    "chosen_shipping",
    "create_shipping_method",
    "create_shipping_zone",
    "get_carrier",
    "has_methods",
    "is_outdated",
    "offered_methods",
    "record_shipping_change",
    "set_shipping_areas",
    "set_shipping_rate",
    "with_quote",
]
