"""What can be sold now."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.inventory.models import StockItem

__all__ = ["available_quantities", "available_subquery"]

SELLABLE = F("on_hand") + F("backorder_limit") - F("allocated") - F("reserved")


def available_subquery(channel: Any, variant: str = "pk") -> Coalesce:
    """Make the annotation of the units that the channel's locations can sell of the variant in column ``variant``.

    ``channel`` is its primary key, or an expression of it. The annotation looks at stock items only: whether the
    variant is tracked, or a bundle, is for the caller to see.
    """
    items = StockItem.objects.filter(
        variant=OuterRef(variant), location__is_active=True, location__channels=channel
    ).order_by()
    total = items.values("variant").annotate(total=Sum(SELLABLE)).values("total")
    return Coalesce(Subquery(total, output_field=BigIntegerField()), 0, output_field=BigIntegerField())


def available_quantities(
    *, variant_ids: Collection[int], channel: Channel, holder: UUID | None = None
) -> dict[int, int | None]:
    """Return the units of each variant that ``channel`` can sell now; None where stock is not tracked.

    A bundle has as many as its scarcest item allows. Two statements for any number of variants.
    """
    parts: dict[int, list[tuple[int, int]]] = defaultdict(list)
    own: dict[int, bool] = {}
    rows = (
        Variant.objects.filter(pk__in=variant_ids)
        .order_by()
        .values_list(
            "pk", "track_stock", "bundle_items__variant", "bundle_items__quantity", "bundle_items__variant__track_stock"
        )
    )
    for pk, tracked, item, quantity, item_tracked in rows:
        own[pk] = tracked and item is None
        if item is not None and item_tracked:
            parts[pk].append((item, quantity))
    wanted = {pk for pk, tracked in own.items() if tracked} | {item for items in parts.values() for item, _ in items}
    stock = {
        item.pk: item.sellable
        for item in Variant.objects.filter(pk__in=wanted)
        .order_by()
        .only("pk")
        .annotate(sellable=available_subquery(channel.pk))
    }
    found: dict[int, int | None] = {}
    for pk, tracked in own.items():
        limits = [stock[item] // quantity for item, quantity in parts[pk]]
        if tracked:
            limits.append(stock[pk])
        found[pk] = max(0, min(limits)) if limits else None
    return found
