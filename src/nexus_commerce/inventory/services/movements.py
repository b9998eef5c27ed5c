"""Changing what is on hand."""

from collections.abc import Mapping
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from nexus_commerce.catalog.models import Variant
from nexus_commerce.core.locking import lock_rows
from nexus_commerce.events.services import Event, record_events
from nexus_commerce.inventory.errors import InvalidStockChange
from nexus_commerce.inventory.models import StockItem, StockLocation, StockMovement
from nexus_commerce.inventory.signals import stock_changed

__all__ = ["receive_stock", "set_on_hand", "set_stock_levels"]


@transaction.atomic
def receive_stock(
    *,
    variant: Variant,
    location: StockLocation,
    quantity: int,
    reason: str = "received",
    note: str = "",
    actor: str = "",
    reference: UUID | None = None,
) -> StockItem:
    """Add ``quantity`` units (negative: take away) to what is on hand, with a movement that says why.

    The stock item is made where there is none. Raises ``InvalidStockChange`` when the rest would not cover what is
    promised. Writes ``stock.changed``; sends ``stock_changed`` after commit.
    """
    if not quantity:
        raise InvalidStockChange("There is nothing to change: give a quantity other than 0.", field="quantity")
    item = find_or_insert(variant, location)
    try:
        with transaction.atomic():
            StockItem.objects.filter(pk=item.pk).update(on_hand=F("on_hand") + quantity, version=F("version") + 1)
    except IntegrityError as exc:
        raise InvalidStockChange(field="quantity") from exc
    item.refresh_from_db()
    movement = StockMovement.objects.create(
        stock_item=item, quantity=quantity, reason=reason, note=note, actor=actor, reference=reference
    )
    record_events(events=[change_event(item)])
    stock_changed.send_after_commit(StockItem, stock_item=item, movement=movement)
    return item


@transaction.atomic
def set_on_hand(
    *,
    variant: Variant,
    location: StockLocation,
    quantity: int,
    reason: str = "counted",
    note: str = "",
    actor: str = "",
) -> StockItem:
    """Set what is on hand to a counted figure; the difference becomes a movement. Errors and events of
    ``receive_stock``."""
    item = find_or_insert(variant, location)
    (item,) = lock_rows(StockItem.objects.filter(pk=item.pk))
    if item.on_hand == quantity:
        return item
    return receive_stock(
        variant=variant,
        location=location,
        quantity=quantity - item.on_hand,
        reason=reason,
        note=note,
        actor=actor,
    )


@transaction.atomic
def set_stock_levels(
    *, location: StockLocation, levels: Mapping[int, int], reason: str = "imported", actor: str = ""
) -> int:
    """Set what is on hand of many variants (by primary key) at a location, and return how many changed.

    The location is locked. A constant number of statements; a movement, a ``stock.changed`` event and a
    ``stock_changed`` signal for each that changed. Raises ``InvalidStockChange`` and changes nothing when one of them
    would not cover what is promised.
    """
    lock_rows(StockLocation.objects.filter(pk=location.pk))
    known = lock_rows(StockItem.objects.filter(location=location, variant__in=levels.keys()))
    changes = [(item, levels[item.variant_id] - item.on_hand) for item in known]
    for item, difference in changes:
        item.on_hand += difference
        item.version += 1
        check_level(item)
    StockItem.objects.bulk_update([item for item, delta in changes if delta], ["on_hand", "version"], batch_size=500)
    missing = sorted(levels.keys() - {item.variant_id for item in known})
    changes += [(item, item.on_hand) for item in insert_items(location, {pk: levels[pk] for pk in missing})]
    movements = StockMovement.objects.bulk_create(
        [
            StockMovement(stock_item=item, quantity=delta, reason=reason, actor=actor)
            for item, delta in changes
            if delta
        ],
        batch_size=1000,
    )
    record_events(events=[change_event(movement.stock_item) for movement in movements])
    for movement in movements:
        stock_changed.send_after_commit(StockItem, stock_item=movement.stock_item, movement=movement)
    return len(movements)


def find_or_insert(variant: Variant, location: StockLocation) -> StockItem:
    """Return the stock item, made now where there is none.

    Whoever inserts one locks the location first: two who insert the same one would else wait for each other, one for
    the unique index, the other for the location.
    """
    mine = StockItem.objects.filter(variant=variant, location=location)
    if (item := mine.first()) is not None:
        return item
    lock_rows(StockLocation.objects.filter(pk=location.pk))
    item, _ = StockItem.objects.get_or_create(variant=variant, location=location)
    return item


def insert_items(location: StockLocation, levels: Mapping[int, int]) -> list[StockItem]:
    """Insert stock items at their levels; the caller has locked the location, so that nobody else inserts them."""
    items = [StockItem(location=location, variant_id=pk, on_hand=quantity) for pk, quantity in levels.items()]
    for item in items:
        check_level(item)
    return StockItem.objects.bulk_create(items, batch_size=1000)


def check_level(item: StockItem) -> None:
    """Raise ``InvalidStockChange`` unless what is on hand is within bounds and covers what is promised."""
    if not 0 <= item.on_hand <= 10**12 or item.available < 0:
        raise InvalidStockChange(field="quantity", variant=item.variant_id)


def change_event(item: StockItem) -> Event:
    """Return the event that tells of a changed stock item."""
    return Event(
        type="stock.changed",
        aggregate="stock_item",
        aggregate_id=item.public_id,
        version=item.version,
        payload={
            "on_hand": item.on_hand,
            "allocated": item.allocated,
            "reserved": item.reserved,
            "backorder_limit": item.backorder_limit,
        },
    )
