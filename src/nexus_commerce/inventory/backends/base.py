"""What a stock backend is asked, and what it must keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Expression

from nexus_commerce.channels.models import Channel
from nexus_commerce.inventory.models import Allocation, Reservation, StockItem, StockLocation, StockMovement

__all__ = ["StockBackend", "Wanted"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line of an order that wants units: its public id, and what the shopper's line says of the variant."""

    line: UUID
    variant_id: int
    sku: str
    quantity: int
    track_stock: bool
    is_bundle: bool


class StockBackend:
    """How units are held, promised and taken. ``STOCK_BACKEND`` names the class; it is made anew for each call.

    ``nexus_commerce.inventory.services`` is what everybody calls. Each service opens a transaction, or a savepoint of
    the caller's, asks the backend, and sends the signal of the act; a method that raises has changed nothing. The
    suite :class:`nexus_commerce.testing.stock_backends.StockBackendCompliance` holds a backend to what follows.

    *What is kept.* A row of ``Reservation`` for what a holder holds at a stock item, deleted when the hold ends; a row
    of ``Allocation`` for what is promised to an order line; a ``StockItem`` for each variant and location, whose
    ``on_hand`` is the sum of its movements. ``allocated`` and ``reserved`` of a stock item are the sums of those rows:
    lists, filters and the admin read them there. A backend that keeps its units elsewhere may let these two lag, by no
    more than a ``sweep``.

    *What never happens.* More units of a stock item are held and promised than ``on_hand + backorder_limit``, whoever
    asks at the same time; a unit held by one is promised to another before the hold expired; a sweep takes a promise
    back. All or nothing: one line that cannot be served refuses all lines.

    *Locks.* Others wait for what a method changed until the caller's transaction ends: change the hottest rows last.
    Two transactions that want the same units in another order must not wait for each other; ``core.locking.lock_rows``
    locks stock items by their keys, then their reservations, then allocations. Ask no network.

    *Time.* What expires, expires by the clock of the database (``django.db.models.functions.Now``).

    *Statements.* Their number must not grow with the number of lines.

    *Events.* ``stock.changed`` when ``on_hand`` changed, ``stock.low`` and ``stock.back`` when what is available fell
    to the low-stock level or rose from nothing; see ``nexus_commerce.inventory.backends.telling``.
    """

    def reserve(
        self, *, holder: UUID, channel: Channel, lines: Sequence[Wanted], hold_for: timedelta
    ) -> list[Reservation]:
        """Hold the units of every tracked line until ``hold_for`` from now. Raises ``OutOfStock``.

        What has expired at a stock item is free for the taking, swept or not.
        """
        raise NotImplementedError

    def extend(self, *, holder: UUID, hold_for: timedelta) -> int:
        """Let what the holder holds last at least ``hold_for`` from now, never shorter; return how many rows it has.

        Runs on each activity of a checkout: it must not wait for others who want the same goods.
        """
        raise NotImplementedError

    def release(self, *, holder: UUID) -> list[Reservation]:
        """Free what the holder holds; return the reservations that ended."""
        raise NotImplementedError

    def sweep(self, *, limit: int) -> list[Reservation]:
        """Free up to ``limit`` reservations that have expired, waiting for nobody; return those that ended."""
        raise NotImplementedError

    def allocate(self, *, order: UUID, channel: Channel, lines: Sequence[Wanted]) -> list[Allocation]:
        """Promise the units of every tracked line to the order. Raises ``OutOfStock``. The hottest path of all."""
        raise NotImplementedError

    def allocate_reserved(
        self, *, holder: UUID, order: UUID, channel: Channel, lines: Sequence[Wanted]
    ) -> list[Allocation]:
        """Promise the order what the holder still holds for its lines, and the rest afresh. Raises ``OutOfStock``.

        The holder holds nothing afterwards. Called again for the same order, nothing more is promised.
        """
        raise NotImplementedError

    def release_allocations(self, *, order: UUID, units: Mapping[UUID, int] | None) -> list[Allocation]:
        """Free open units of order lines, or all of them; return the allocations that changed. See ``consume``."""
        raise NotImplementedError

    def consume(
        self,
        *,
        order: UUID,
        units: Mapping[UUID, int],
        location: StockLocation | None,
        reference: UUID | None,
        actor: str,
    ) -> list[StockMovement]:
        """Take promised units off what is on hand, with a movement ``shipped`` for each stock item.

        ``units`` counts units of order lines; of a bundle's line, one is ``per_unit`` units of each item, as its
        allocations say. Lines without allocations are passed over. Raises ``AllocationMissing`` and ``NotOnHand``.
        """
        raise NotImplementedError

    def change_on_hand(self, *, changes: Sequence[tuple[StockItem, int]]) -> None:
        """Add so many units (negative: take away) to what is on hand of stock items that the caller has locked.

        An item without a primary key is inserted. The items show the change afterwards; the caller writes the
        movements. Raises ``InvalidStockChange`` when one of them would not cover what is promised.
        """
        raise NotImplementedError

    def available_subquery(self, channel: Any, variant: str = "pk", holder: Any = None) -> Expression:
        """Make the annotation of the units that the channel's locations can sell of the variant in a column.

        ``channel`` is its primary key and ``holder`` the public id of a cart, or expressions of them (``Slot``). What
        has expired counts, and what the holder itself holds. Compiled once in a process: it depends on nothing else.
        """
        raise NotImplementedError
