"""Prices of a variant from larger quantities on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nexus_commerce.listing.offers import Offer
from nexus_commerce.listing.sql import Dialect, Table, in_window
from nexus_commerce.pricing.models import Price

__all__ = ["NO_TIERS", "prices_in_force", "read_tiers"]

NO_TIERS = "NULL"
"""Where the host has a price policy of its own: the price lists do not tell what it would quote."""


def prices_in_force(variant: Table, dialect: Dialect) -> str:
    """Return the subquery of all prices in force of a variant, for :func:`read_tiers`. The statement begins with
    ``offers.channel_tables``."""
    row = Table(Price, "a")
    place = (
        f"ROW_NUMBER() OVER (ORDER BY lists.place, {row.min_quantity} DESC, {row.valid_from} DESC NULLS LAST, {row.pk})"
    )
    found = (
        f"SELECT {place} AS place, {row.min_quantity} AS least, {row.amount} AS amount, {row.per} AS per, "
        f"{row.compare_at} AS compare_at FROM {row} JOIN lists ON lists.id = {row.price_list} "
        f"WHERE {row.variant} = {variant.pk} AND {in_window(row.valid_from, row.valid_until)}"
    )
    entry = f"{dialect.row}(tp.place, tp.least, tp.amount, tp.per, tp.compare_at)"
    return f"(SELECT {dialect.collect}({entry}) FROM ({found}) tp)"


def read_tiers(document: Sequence[Any] | None, offer: Offer) -> list[dict[str, Any]]:
    """Return the tiers above the least quantity of the variant, each with the price from its quantity on.

    A quantity from which on nothing changes is left out, such as one of a list that another list outranks.
    """
    rows = sorted(document or ())
    seen: Sequence[Any] = (offer.amount, offer.per, offer.compare_at)
    tiers = []
    for quantity in sorted({row[1] for row in rows if row[1] > offer.min_quantity}):
        terms = next(row[2:] for row in rows if row[1] <= quantity)
        if list(terms) == list(seen):
            continue
        seen = terms
        tier = offer._replace(amount=terms[0], per=terms[1], compare_at=terms[2])
        tiers.append(
            {
                "min_quantity": quantity,
                "price": tier.amount,
                "compare_at": tier.shown_compare_at,
                "price_per": tier.per,
            }
        )
    return tiers
