"""Holding units for a checkout, and giving them back."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from nexus_commerce.channels.models import Channel
from nexus_commerce.inventory.models import Reservation
from nexus_commerce.inventory.services.allocation import Wanted

__all__ = ["extend_reservations", "release_reservations", "reserve_stock", "sweep_reservations"]


def reserve_stock(*, holder: UUID, channel: Channel, lines: Sequence[Wanted], hold_for: timedelta) -> list[Reservation]:
    """Hold the units of every tracked line for ``holder``, or none of them."""
    raise NotImplementedError


def extend_reservations(*, holder: UUID, hold_for: timedelta) -> int:
    """Let what ``holder`` holds last at least ``hold_for`` from now."""
    raise NotImplementedError


def release_reservations(*, holder: UUID) -> int:
    """Give back what ``holder`` holds."""
    raise NotImplementedError


def sweep_reservations(*, limit: int = 500) -> int:
    """Give back what has expired."""
    raise NotImplementedError
