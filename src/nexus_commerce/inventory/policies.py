"""Which location serves a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from nexus_commerce.inventory.models import StockItem

__all__ = ["LocationPolicy", "Pick", "StockNeed"]


@dataclass(frozen=True, slots=True)
class StockNeed:
    """So many units of a tracked variant for an order line, ``per_unit`` of them for each unit of it."""

    line: UUID
    variant_id: int
    quantity: int
    per_unit: int = 1


@dataclass(frozen=True, slots=True)
class Pick:
    """Units of a stock item taken for an order line."""

    stock_item_id: int
    line: UUID
    quantity: int


class LocationPolicy:
    """Choose where units come from. Called inside the checkout's last locks: compute only, ask nothing.

    Replace it to prefer the nearest warehouse, or to keep an order in one parcel.
    """

    def pick(self, needs: Sequence[StockNeed], items: Sequence[StockItem]) -> list[Pick]:
        """Return the picks for the needs out of the locked stock items, which come best location first.

        A line is served from the first location that has all of it, else from several in that order. Needs that cannot
        be met are left out; the caller refuses them.
        """
        left = {item.pk: item.available for item in items}
        picks: list[Pick] = []
        for need in needs:
            own = [item for item in items if item.variant_id == need.variant_id and left[item.pk] > 0]
            whole = [item for item in own if left[item.pk] >= need.quantity]
            missing = need.quantity
            for item in whole[:1] or own:
                taken = min(missing, left[item.pk])
                if taken:
                    picks.append(Pick(item.pk, need.line, taken))
                    left[item.pk] -= taken
                    missing -= taken
        return picks
