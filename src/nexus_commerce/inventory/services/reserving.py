"""Holding units for a checkout, and giving them back."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from nexus_commerce.channels.models import Channel
from nexus_commerce.conf import nexus_settings
from nexus_commerce.inventory.backends import Wanted
from nexus_commerce.inventory.models import Reservation, StockItem
from nexus_commerce.inventory.signals import stock_released, stock_reserved

__all__ = ["extend_reservations", "release_reservations", "reserve_stock", "sweep_reservations"]


@transaction.atomic
def reserve_stock(*, holder: UUID, channel: Channel, lines: Sequence[Wanted], hold_for: timedelta) -> list[Reservation]:
    """Hold the units of every tracked line for ``holder``, the public id of a cart, or none of them.

    They expire ``hold_for`` from now by the database's clock; what has expired gives way to whoever wants it, and the
    next sweep frees it. Units, locations, locks and errors are those of ``allocate_stock``: call it last. A holder
    that holds something already gives it back first (``release_reservations``). May write ``stock.low``; sends
    ``stock_reserved``.
    """
    reservations = nexus_settings.STOCK_BACKEND().reserve(
        holder=holder, channel=channel, lines=lines, hold_for=hold_for
    )
    if reservations:
        stock_reserved.send_after_commit(Reservation, holder=holder, reservations=reservations)
    return reservations


@transaction.atomic
def extend_reservations(*, holder: UUID, hold_for: timedelta) -> int:
    """Let what ``holder`` holds last at least ``hold_for`` from now, never shorter; return how many rows it has.

    Also what has expired is held again, unless it was swept or sold. Waits for nobody who wants the same goods. Sends
    ``stock_reserved``, without rows.
    """
    rows = nexus_settings.STOCK_BACKEND().extend(holder=holder, hold_for=hold_for)
    if rows:
        stock_reserved.send_after_commit(Reservation, holder=holder, reservations=[])
    return rows


@transaction.atomic
def release_reservations(*, holder: UUID) -> int:
    """Give back what ``holder`` holds, and return how many rows that were; doing so again is harmless.

    May write ``stock.back``; sends ``stock_released``.
    """
    return _told(nexus_settings.STOCK_BACKEND().release(holder=holder))


@transaction.atomic
def sweep_reservations(*, limit: int = 500) -> int:
    """Give back up to ``limit`` reservations that have expired by the database's clock; return how many.

    Passes over what others have locked, so that it waits for nobody and several may run at once. Promises to orders
    are not touched. Run it each minute. Events and signals of ``release_reservations``.
    """
    return _told(nexus_settings.STOCK_BACKEND().sweep(limit=limit))


def _told(ended: list[Reservation]) -> int:
    if ended:
        stock_released.send_after_commit(StockItem, reservations=ended, allocations=[])
    return len(ended)
