"""The models of events, each composed from what the host names and the library's abstract class."""

from typing import TYPE_CHECKING

from nexus_commerce.core.compose import compose, seal

if TYPE_CHECKING:
    from nexus_commerce.events.abstract_models import AbstractOutboxEvent as OutboxEventBase
else:
    from nexus_commerce.events import abstract_models as a

    OutboxEventBase = compose("events.OutboxEvent", a.AbstractOutboxEvent)

__all__ = ["OutboxEvent"]


@seal
class OutboxEvent(OutboxEventBase):
    """See ``AbstractOutboxEvent``."""
