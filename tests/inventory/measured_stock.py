"""Stock that tells when shoppers wait for each other."""

import logging
from collections.abc import Sequence
from time import monotonic
from uuid import UUID

from nexus_commerce.channels.models import Channel
from nexus_commerce.inventory.backends import CounterBackend, Wanted
from nexus_commerce.inventory.models import Allocation

logger = logging.getLogger(__name__)


class MeasuredStock(CounterBackend):
    """Counters, with a warning for each order that waited for them."""

    slow = 0.5

    def allocate(self, *, order: UUID, channel: Channel, lines: Sequence[Wanted]) -> list[Allocation]:
        began = monotonic()
        try:
            return super().allocate(order=order, channel=channel, lines=lines)
        finally:
            if (waited := monotonic() - began) > self.slow:
                logger.warning("Order %s waited %.1f s for the stock of %d lines.", order, waited, len(lines))
