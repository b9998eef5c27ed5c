"""Signals of prices."""

from nexus_commerce.core.signals import CommerceSignal

__all__ = ["price_list_changed", "prices_changed"]

prices_changed = CommerceSignal(
    "Prices were set, changed or taken away.",
    price_list="the PriceList",
    variant_ids="a sorted list of the primary keys of the variants",
)

price_list_changed = CommerceSignal(
    "A price list was made or changed.",
    price_list="the PriceList",
    changed="a frozenset of the names of its fields that changed, all that were set for a new one",
)
