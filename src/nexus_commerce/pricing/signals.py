"""Signals of prices."""

from nexus_commerce.core.signals import CommerceSignal

__all__ = ["prices_changed"]

prices_changed = CommerceSignal(
    "Prices were set, changed or taken away.",
    price_list="the PriceList",
    variant_ids="a sorted list of the primary keys of the variants",
)
