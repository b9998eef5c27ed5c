"""What loads and changes promotions, and counts their uses."""

from nexus_commerce.promotions.services.codes import normalize_code
from nexus_commerce.promotions.services.customers import customer_key_of
from nexus_commerce.promotions.services.facts import load_customer_groups, load_line_facts
from nexus_commerce.promotions.services.loading import facts_needed, load_promotions

__all__ = [
    "customer_key_of",
    "facts_needed",
    "load_customer_groups",
    "load_line_facts",
    "load_promotions",
    "normalize_code",
]
