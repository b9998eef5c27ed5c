"""Taking promised units away, and giving them back."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from nexus_commerce.channels.models import Channel
from nexus_commerce.inventory.models import Allocation, StockLocation, StockMovement
from nexus_commerce.inventory.services.allocation import Wanted

__all__ = ["allocate_reserved", "consume_allocations", "release_allocations"]


def allocate_reserved(*, holder: UUID, order: UUID, channel: Channel, lines: Sequence[Wanted]) -> list[Allocation]:
    """Turn what ``holder`` reserved into allocations of ``order``, and allocate the rest afresh."""
    raise NotImplementedError


def consume_allocations(
    *,
    order: UUID,
    units: Mapping[UUID, int],
    location: StockLocation | None = None,
    reference: UUID | None = None,
    actor: str = "",
) -> list[StockMovement]:
    """Take units of order lines, which were promised, off what is on hand."""
    raise NotImplementedError


def release_allocations(*, order: UUID, units: Mapping[UUID, int] | None = None) -> int:
    """Give back units promised to order lines; all that are open without ``units``."""
    raise NotImplementedError
