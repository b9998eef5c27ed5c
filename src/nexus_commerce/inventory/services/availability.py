"""What can be sold now."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Expression

from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.conf import nexus_settings

__all__ = ["available_quantities", "available_subquery"]


def available_subquery(channel: Any, variant: str = "pk", holder: Any = None) -> Expression:
    """Make the annotation of the units that the channel's locations can sell of the variant in column ``variant``.

    ``channel`` is its primary key and ``holder`` the public id of a cart, or expressions of them. The annotation looks
    at stock alone: whether the variant is tracked, or a bundle, is for the caller to see. What has expired is
    available, swept or not, and to a holder what it holds itself.
    """
    return nexus_settings.STOCK_BACKEND().available_subquery(channel, variant, holder)


def available_quantities(
    *, variant_ids: Collection[int], channel: Channel, holder: UUID | None = None
) -> dict[int, int | None]:
    """Return the units of each variant that ``channel`` can sell now; None where stock is not tracked.

    What has expired is available, swept or not; to ``holder``, the public id of a cart, also what it holds itself. A
    bundle has as many as its scarcest item allows. Two statements for any number of variants.
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
        .annotate(sellable=available_subquery(channel.pk, holder=holder))
    }
    found: dict[int, int | None] = {}
    for pk, tracked in own.items():
        limits = [stock[item] // quantity for item, quantity in parts[pk]]
        if tracked:
            limits.append(stock[pk])
        found[pk] = max(0, min(limits)) if limits else None
    return found
