"""What shipping offers, and what it was chosen for."""

from nexus_commerce.shipping.choices import is_outdated
from nexus_commerce.shipping.services.offered import OfferedMethod, chosen_shipping, offered_methods, with_quote

__all__ = ["OfferedMethod", "chosen_shipping", "is_outdated", "offered_methods", "with_quote"]
