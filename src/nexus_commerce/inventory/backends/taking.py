"""Taking promised units off what is on hand, or setting them free."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F

from nexus_commerce.core.errors import Conflict
from nexus_commerce.core.locking import lock_rows
from nexus_commerce.inventory.backends.locked import LockedStock, add_to_rows
from nexus_commerce.inventory.errors import AllocationMissing, NotOnHand
from nexus_commerce.inventory.models import Allocation, StockItem, StockLocation, StockMovement

__all__ = ["consume", "release_allocations"]


def consume(
    *,
    order: UUID,
    units: Mapping[UUID, int],
    location: StockLocation | None,
    reference: UUID | None,
    actor: str,
) -> list[StockMovement]:
    """Take units of order lines off what is on hand; see ``StockBackend.consume``."""
    stock, rows = lock_promised(order, list(units))
    here = [row for row in rows if location is None or stock.items[row.stock_item_id].location_id == location.pk]
    taken = spread(stock, rows, here, units, is_taken=True)
    gone: dict[int, int] = defaultdict(int)
    for row, quantity in taken:
        row.consumed += quantity
        gone[row.stock_item_id] += quantity
    count_units("consumed", taken)
    movements = StockMovement.objects.bulk_create(
        StockMovement(
            stock_item=stock.items[pk], quantity=-quantity, reason="shipped", actor=actor, reference=reference
        )
        for pk, quantity in gone.items()
    )
    for pk, quantity in gone.items():
        stock.items[pk].on_hand -= quantity
        stock.items[pk].allocated -= quantity
    stock.write()
    return movements


def release_allocations(*, order: UUID, units: Mapping[UUID, int] | None) -> list[Allocation]:
    """Set open units of an order free; see ``StockBackend.release_allocations``."""
    stock, rows = lock_promised(order, None if units is None else list(units))
    if units is None:
        freed = [(row, open_units(row)) for row in rows if open_units(row)]
    else:
        freed = spread(stock, rows, rows[::-1], units, is_taken=False)
    for row, quantity in freed:
        row.released += quantity
        stock.items[row.stock_item_id].allocated -= quantity
    count_units("released", freed)
    stock.write()
    return [row for row, _ in freed]


def lock_promised(order: UUID, lines: Sequence[UUID] | None) -> tuple[LockedStock, list[Allocation]]:
    """Lock what is promised to the lines of an order, or to all of them: the stock items, then the allocations."""
    mine = Allocation.objects.filter(order=order)
    if lines is not None:
        mine = mine.filter(line__in=lines)
    items = StockItem.objects.filter(pk__in=mine.values("stock_item")).select_related("variant")
    stock = LockedStock(lock_rows(items))
    return stock, (lock_rows(mine.filter(stock_item__in=stock.items)) if stock.items else [])


def open_units(row: Allocation) -> int:
    """Return the units of an allocation that are neither sent nor released."""
    return row.quantity - row.consumed - row.released


def spread(
    stock: LockedStock,
    rows: Sequence[Allocation],
    usable: Sequence[Allocation],
    units: Mapping[UUID, int],
    *,
    is_taken: bool,
) -> list[tuple[Allocation, int]]:
    """Spread units of lines over the ``usable`` ones of their allocations ``rows``, in their order.

    What is taken has to be on hand. Raises ``AllocationMissing`` and ``NotOnHand``, naming every line.
    """
    on_hand = {pk: item.on_hand for pk, item in stock.items.items()}
    spent: list[tuple[Allocation, int]] = []
    missing: list[dict[str, Any]] = []
    absent: list[dict[str, Any]] = []
    for (line, variant_id), wanted in stock_units(stock, rows, units).items():
        own = [row for row in usable if row.line == line and stock.items[row.stock_item_id].variant_id == variant_id]
        left, there = wanted, sum(map(open_units, own))
        for row in own:
            bound = on_hand[row.stock_item_id] if is_taken else open_units(row)
            if quantity := min(left, open_units(row), bound):
                spent.append((row, quantity))
                on_hand[row.stock_item_id] -= quantity
                left -= quantity
        named = {"line": str(line), "wanted": wanted}
        if there < wanted:
            missing.append(named | {"open": there})
        elif left:
            absent.append(named | {"on_hand": wanted - left})
    if missing:
        raise AllocationMissing(lines=missing)
    if absent:
        raise NotOnHand(lines=absent)
    return spent


def stock_units(
    stock: LockedStock, rows: Sequence[Allocation], units: Mapping[UUID, int]
) -> dict[tuple[UUID, int], int]:
    """Return how many units of each variant so many units of each line are, by line and variant."""
    found = {}
    for row in rows:
        if quantity := units[row.line] * row.per_unit:
            found[row.line, stock.items[row.stock_item_id].variant_id] = quantity
    return found


def count_units(column: str, spent: Sequence[tuple[Allocation, int]]) -> None:
    """Add the units to a column of their allocations, which they must be open in."""

    def bears(step: Mapping[str, int]) -> dict[str, Any]:
        return {"quantity__gte": F("consumed") + F("released") + step[column]}

    steps = {row.pk: {column: quantity} for row, quantity in spent}
    if steps and add_to_rows(Allocation, steps, bears) != len(steps):
        raise Conflict
