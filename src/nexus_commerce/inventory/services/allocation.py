"""Promising units to orders."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Q, Value, When

from nexus_commerce.catalog.models import BundleItem
from nexus_commerce.channels.models import Channel
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.locking import lock_rows
from nexus_commerce.inventory.errors import OutOfStock
from nexus_commerce.inventory.models import Allocation, StockItem
from nexus_commerce.inventory.policies import Pick, StockNeed
from nexus_commerce.inventory.signals import stock_allocated

__all__ = ["Wanted", "allocate_stock"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line of an order that wants units: its public id, and what the shopper's line says of the variant."""

    line: UUID
    variant_id: int
    sku: str
    quantity: int
    track_stock: bool
    is_bundle: bool


@transaction.atomic
def allocate_stock(*, order: UUID, channel: Channel, lines: Sequence[Wanted]) -> list[Allocation]:
    """Promise the units of every tracked line to ``order``, or none of them.

    Bundles take the stock of their items; lines that are not tracked take nothing. The location policy chooses among
    the active locations that serve ``channel``, best first. Stock items are locked in the order of their keys and
    changed by one conditional UPDATE whose row count is checked; a constraint holds the same. Call it last in a
    transaction: these are the hottest rows. Raises ``OutOfStock`` naming each line and what is available. Sends
    ``stock_allocated``.
    """
    needs = needs_of(lines)
    if not needs:
        return []
    locked = lock_rows(
        StockItem.objects.filter(
            variant__in={need.variant_id for need in needs}, location__is_active=True, location__channels=channel.pk
        ).select_related("location")
    )
    items = sorted(locked, key=lambda item: (-item.location.priority, item.location_id))
    picks = nexus_settings.LOCATION_POLICY().pick(needs, items)
    check_met(lines, needs, picks, items)
    take(picks)
    allocations = Allocation.objects.bulk_create(
        Allocation(stock_item_id=pick.stock_item_id, order=order, line=pick.line, quantity=pick.quantity)
        for pick in picks
    )
    stock_allocated.send_after_commit(Allocation, order=order, allocations=allocations)
    return allocations


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
                needs.append(StockNeed(bundle.line, variant_id, quantity * bundle.quantity))
    return needs


def check_met(
    lines: Sequence[Wanted], needs: Sequence[StockNeed], picks: Sequence[Pick], items: Sequence[StockItem]
) -> None:
    """Raise ``OutOfStock`` for the lines whose needs the picks do not meet."""
    variant_of = {item.pk: item.variant_id for item in items}
    picked: dict[tuple[UUID, int], int] = defaultdict(int)
    for pick in picks:
        picked[pick.line, variant_of[pick.stock_item_id]] += pick.quantity
    short = {need.line for need in needs if picked[need.line, need.variant_id] != need.quantity}
    if short:
        raise OutOfStock(lines=[shortage(wanted, needs, items) for wanted in lines if wanted.line in short])


def shortage(wanted: Wanted, needs: Sequence[StockNeed], items: Sequence[StockItem]) -> dict[str, object]:
    """Describe a line that cannot be served: what it wants and how much of it there is."""
    stock: dict[int, int] = defaultdict(int)
    for item in items:
        stock[item.variant_id] += max(0, item.available)
    own = [need for need in needs if need.line == wanted.line]
    available = min(stock[need.variant_id] * wanted.quantity // need.quantity for need in own)
    return {"line": str(wanted.line), "sku": wanted.sku, "wanted": wanted.quantity, "available": available}


def take(picks: Sequence[Pick]) -> None:
    """Allocate the picked units by one conditional UPDATE; raise ``OutOfStock`` when a row has too few."""
    units: dict[int, int] = defaultdict(int)
    for pick in picks:
        units[pick.stock_item_id] += pick.quantity
    enough = Q()
    for pk, quantity in units.items():
        enough |= Q(pk=pk, on_hand__gte=F("allocated") + F("reserved") - F("backorder_limit") + quantity)
    taken = Case(*(When(pk=pk, then=Value(quantity)) for pk, quantity in units.items()))
    rows = StockItem.objects.filter(enough).update(allocated=F("allocated") + taken, version=F("version") + 1)
    if rows != len(units):
        raise OutOfStock(lines=[])
