"""What sets up taxes, and what asks an outside tax engine."""

from nexus_commerce.tax.services.asking import ask_tax_engine
from nexus_commerce.tax.services.rates import check_overlap, end_tax_rate, set_tax_rate
from nexus_commerce.tax.services.zones import (
    create_tax_class,
    create_tax_zone,
    record_tax_change,
    set_default_tax_class,
    set_tax_areas,
)

__all__ = [
    "ask_tax_engine",
    "check_overlap",
    "create_tax_class",
    "create_tax_zone",
    "end_tax_rate",
    "record_tax_change",
    "set_default_tax_class",
    "set_tax_areas",
    "set_tax_rate",
]
