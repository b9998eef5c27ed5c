"""Promising units to orders, sending them, and setting them free."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nexus_commerce.channels.models import Channel
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.inventory.backends import Wanted
from nexus_commerce.inventory.models import Allocation, StockItem, StockLocation, StockMovement
from nexus_commerce.inventory.signals import stock_allocated, stock_changed, stock_consumed, stock_released

__all__ = ["allocate_reserved", "allocate_stock", "consume_allocations", "release_allocations"]


@transaction.atomic
def allocate_stock(*, order: UUID, channel: Channel, lines: Sequence[Wanted]) -> list[Allocation]:
    """Promise the units of every tracked line to ``order``, or none of them.

    Bundles take the stock of their items; lines that are not tracked take nothing. The location policy chooses among
    the active locations that serve ``channel``, best first; where that does not suffice, reservations that have expired
    give way. Stock items are locked in the order of their keys and changed by one conditional UPDATE whose row count is
    checked; a constraint holds the same. Call it last in a transaction: these are the hottest rows. Raises
    ``OutOfStock`` naming each line and what is available. May write ``stock.low``; sends ``stock_allocated``.
    """
    allocations = nexus_settings.STOCK_BACKEND().allocate(order=order, channel=channel, lines=lines)
    if allocations:
        stock_allocated.send_after_commit(Allocation, order=order, allocations=allocations)
    return allocations


@transaction.atomic
def allocate_reserved(*, holder: UUID, order: UUID, channel: Channel, lines: Sequence[Wanted]) -> list[Allocation]:
    """Turn what ``holder`` still holds for the lines into allocations of ``order``, and allocate the rest afresh.

    ``lines`` are those of ``reserve_stock``. What was swept meanwhile is taken as by ``allocate_stock``; the holder
    holds nothing afterwards. Called again for the same order, it promises nothing more and returns an empty list.
    Raises ``OutOfStock``, and nothing is changed then: what is reserved stays so. Locks and events of
    ``allocate_stock``; sends ``stock_allocated``.
    """
    allocations = nexus_settings.STOCK_BACKEND().allocate_reserved(
        holder=holder, order=order, channel=channel, lines=lines
    )
    if allocations:
        stock_allocated.send_after_commit(Allocation, order=order, allocations=allocations)
    return allocations


@transaction.atomic
def consume_allocations(
    *,
    order: UUID,
    units: Mapping[UUID, int],
    location: StockLocation | None = None,
    reference: UUID | None = None,
    actor: str = "",
) -> list[StockMovement]:
    """Take units of order lines, which are promised to it, off what is on hand: they leave.

    ``units`` says how many of each line, by its public id; a unit of a bundle takes what it is made of. With
    ``location`` only what is promised there is taken. ``reference`` is the public id of the shipment. Lines without
    allocations are passed over.

    Raises ``AllocationMissing`` when more than the open units of a line are asked for, and ``NotOnHand`` for units
    sold on backorder that have not come in; nothing is changed then. Writes ``stock.changed``; sends
    ``stock_consumed``, and ``stock_changed`` for each movement.
    """
    check_units(units)
    movements = nexus_settings.STOCK_BACKEND().consume(
        order=order, units=units, location=location, reference=reference, actor=actor
    )
    if movements:
        stock_consumed.send_after_commit(Allocation, order=order, movements=movements)
    for movement in movements:
        stock_changed.send_after_commit(StockItem, stock_item=movement.stock_item, movement=movement)
    return movements


@transaction.atomic
def release_allocations(*, order: UUID, units: Mapping[UUID, int] | None = None) -> int:
    """Set units promised to an order free, and return how many allocations changed.

    ``units`` are those of ``consume_allocations``; without them, everything that is open is set free, and doing so
    again is harmless. Raises ``AllocationMissing`` when more than the open units of a line are
    asked for; nothing is changed then. May write ``stock.back``; sends ``stock_released``.
    """
    check_units(units or {})
    released = nexus_settings.STOCK_BACKEND().release_allocations(order=order, units=units)
    if released:
        stock_released.send_after_commit(StockItem, reservations=[], allocations=released)
    return len(released)


def check_units(units: Mapping[UUID, int]) -> None:
    """Raise ``InvalidInput`` for fewer than no units."""
    if any(quantity < 0 for quantity in units.values()):
        raise InvalidInput(_("Give a whole number from 0."), field="units")
