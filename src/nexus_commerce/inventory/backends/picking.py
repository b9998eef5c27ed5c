"""From the lines of an order to units of stock items."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from django.db.models import QuerySet

from nexus_commerce.catalog.models import BundleItem
from nexus_commerce.channels.models import Channel
from nexus_commerce.conf import nexus_settings
from nexus_commerce.inventory.backends.base import Wanted
from nexus_commerce.inventory.backends.locked import LockedStock
from nexus_commerce.inventory.errors import OutOfStock
from nexus_commerce.inventory.models import StockItem
from nexus_commerce.inventory.policies import Pick, StockNeed

__all__ = ["needs_of", "pick_units", "serving_items", "units_by_line"]

Key = tuple[UUID, int]
"""A line, and a variant or a stock item."""


def needs_of(lines: Sequence[Wanted]) -> list[StockNeed]:
    """Return the units of tracked variants that the lines need, bundles taken apart."""
    needs = [StockNeed(w.line, w.variant_id, w.quantity) for w in lines if w.track_stock and not w.is_bundle]
    bundles = [wanted for wanted in lines if wanted.is_bundle]
    if bundles:
        parts = defaultdict(list)
        items = BundleItem.objects.filter(bundle__in={b.variant_id for b in bundles}, variant__track_stock=True)
        for bundle_id, variant_id, quantity in items.values_list("bundle_id", "variant_id", "quantity"):
            parts[bundle_id].append((variant_id, quantity))
        for bundle in bundles:
            for variant_id, quantity in parts[bundle.variant_id]:
                needs.append(StockNeed(bundle.line, variant_id, quantity * bundle.quantity, quantity))
    return needs


def serving_items(needs: Iterable[StockNeed], channel: Channel) -> QuerySet[StockItem]:
    """Return the stock items of what is needed, at the active locations that serve the channel."""
    variant_ids = {need.variant_id for need in needs}
    return StockItem.objects.filter(
        variant__in=variant_ids, location__is_active=True, location__channels=channel.pk
    ).select_related("location")


def pick_units(
    stock: LockedStock,
    lines: Sequence[Wanted],
    needs: Sequence[StockNeed],
    *,
    kept: Mapping[Key, int] | None = None,
    serving: Iterable[StockItem] | None = None,
) -> list[Pick]:
    """Let the location policy choose among the locked items what the needs take, best location first.

    Where it does not suffice, what has expired of the same variants is freed, and the policy is asked once more.
    ``kept`` is what the lines have already, by line and variant; ``serving`` are the items to choose from, where not
    all that are locked. Raises ``OutOfStock`` naming each line that is short and what is available to it.
    """
    have = kept or {}
    choice = stock.items.values() if serving is None else serving
    items = sorted(choice, key=lambda item: (-item.location.priority, item.location_id))
    rest = [need for each in needs if (need := rest_of(each, have)).quantity > 0]
    policy = nexus_settings.LOCATION_POLICY()
    picks = policy.pick(rest, items)
    short = short_of(rest, picks, stock)
    if short and stock.end_expired({need.variant_id for need in short}):
        picks = policy.pick(rest, items)
        short = short_of(rest, picks, stock)
    if short:
        named = {need.line for need in short}
        raise OutOfStock(lines=[shortage(line, needs, have, items) for line in lines if line.line in named])
    return picks


def rest_of(need: StockNeed, have: Mapping[Key, int]) -> StockNeed:
    """Return what is missing of a need."""
    return replace(need, quantity=need.quantity - have.get((need.line, need.variant_id), 0))


def short_of(needs: Sequence[StockNeed], picks: Sequence[Pick], stock: LockedStock) -> list[StockNeed]:
    """Return the needs that the picks do not meet."""
    picked: dict[Key, int] = defaultdict(int)
    for pick in picks:
        picked[pick.line, stock.items[pick.stock_item_id].variant_id] += pick.quantity
    return [need for need in needs if picked[need.line, need.variant_id] != need.quantity]


def shortage(
    wanted: Wanted, needs: Sequence[StockNeed], have: Mapping[Key, int], items: Sequence[StockItem]
) -> dict[str, object]:
    """Describe a line that cannot be served: what it wants and how much of it there is."""
    stock: dict[int, int] = defaultdict(int)
    for item in items:
        stock[item.variant_id] += max(0, item.available)
    own = [need for need in needs if need.line == wanted.line]
    available = min(
        (stock[need.variant_id] + have.get((need.line, need.variant_id), 0)) * wanted.quantity // need.quantity
        for need in own
    )
    return {"line": str(wanted.line), "sku": wanted.sku, "wanted": wanted.quantity, "available": available}


def units_by_line(picks: Iterable[Pick]) -> dict[Key, int]:
    """Return the units that each line takes of each stock item: a policy may pick one twice."""
    units: dict[Key, int] = defaultdict(int)
    for pick in picks:
        units[pick.line, pick.stock_item_id] += pick.quantity
    return dict(units)
