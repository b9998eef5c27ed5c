"""What the law asks for beside a reduced price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nexus_commerce.channels.models import Channel
from nexus_commerce.listing.cards import Viewer, own_prices
from nexus_commerce.listing.offers import Offer
from nexus_commerce.pricing.history import lowest_prices

__all__ = ["NOT_REDUCED", "lowest_of_reduced"]

NOT_REDUCED: Mapping[str, Any] = {"lowest_price_30_days": None, "lowest_price_per": None, "reduced_since": None}


def lowest_of_reduced(offers: Iterable[Offer], channel: Channel, viewer: Viewer) -> dict[int, dict[str, Any]]:
    """Return, for each variant that is shown as reduced, the lowest public price of the 30 days before.

    No statement where none is, else two. Nothing where the host has a price policy of its own: its prices have no
    history here.
    """
    reduced = {offer.variant_id: offer.min_quantity for offer in offers if offer.shown_compare_at is not None}
    if not reduced or not own_prices():
        return {}
    found = lowest_prices(
        variant_ids=reduced, channel=channel, country=viewer.country, now=viewer.now, quantities=reduced
    )
    return {
        variant_id: {
            "lowest_price_30_days": lowest.amount,
            "lowest_price_per": lowest.per,
            "reduced_since": lowest.reduced_since,
        }
        for variant_id, lowest in found.items()
    }
