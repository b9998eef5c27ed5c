"""Changing what is on hand."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction

from nexus_commerce.catalog.models import Variant
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.locking import lock_rows
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
    item = lock_or_make(variant, location)
    change_levels([(item, quantity)], reason=reason, note=note, actor=actor, reference=reference)
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
    item = lock_or_make(variant, location)
    if item.pk is None or item.on_hand != quantity:
        change_levels([(item, quantity - item.on_hand)], reason=reason, note=note, actor=actor)
    return item


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
    changes = [(item, difference) for item in known if (difference := levels[item.variant_id] - item.on_hand)]
    missing = sorted(levels.keys() - {item.variant_id for item in known})
    changes += [(StockItem(location=location, variant_id=pk), levels[pk]) for pk in missing]
    return len(change_levels(changes, reason=reason, actor=actor))


def lock_or_make(variant: Variant, location: StockLocation) -> StockItem:
    """Return the stock item, locked; where there is none, one that is to be inserted.

    Whoever inserts one locks the location first: two who insert the same one would else wait for each other, one for
    the unique index, the other for the location.
    """
    mine = StockItem.objects.filter(variant=variant, location=location)
    found = lock_rows(mine)
    if not found:
        lock_rows(StockLocation.objects.filter(pk=location.pk))
        found = lock_rows(mine)
    item = found[0] if found else StockItem()
    item.variant, item.location = variant, location
    return item


def change_levels(
    changes: Sequence[tuple[StockItem, int]],
    *,
    reason: str,
    note: str = "",
    actor: str = "",
    reference: UUID | None = None,
) -> list[StockMovement]:
    """Change what is on hand of locked or new stock items, with a movement that says why for each that changed."""
    nexus_settings.STOCK_BACKEND().change_on_hand(changes=changes)
    movements = StockMovement.objects.bulk_create(
        [
            StockMovement(
                stock_item=item, quantity=quantity, reason=reason, note=note, actor=actor, reference=reference
            )
            for item, quantity in changes
            if quantity
        ],
        batch_size=1000,
    )
    for movement in movements:
        stock_changed.send_after_commit(StockItem, stock_item=movement.stock_item, movement=movement)
    return movements
