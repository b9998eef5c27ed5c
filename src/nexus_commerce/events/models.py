"""The models of events, each composed from what the host names and the library's abstract class."""

from typing import TYPE_CHECKING

from nexus_commerce.core.compose import compose, seal

if TYPE_CHECKING:
    from nexus_commerce.events.abstract_models import AbstractIdempotencyKey as IdempotencyKeyBase
    from nexus_commerce.events.abstract_models import AbstractInboxEntry as InboxEntryBase
    from nexus_commerce.events.abstract_models import AbstractJob as JobBase
    from nexus_commerce.events.abstract_models import AbstractOutboxEvent as OutboxEventBase
    from nexus_commerce.events.abstract_models import AbstractWebhookDelivery as WebhookDeliveryBase
    from nexus_commerce.events.abstract_models import AbstractWebhookEndpoint as WebhookEndpointBase
else:
    from nexus_commerce.events import abstract_models as a

    OutboxEventBase = compose("events.OutboxEvent", a.AbstractOutboxEvent)
    InboxEntryBase = compose("events.InboxEntry", a.AbstractInboxEntry)
    WebhookEndpointBase = compose("events.WebhookEndpoint", a.AbstractWebhookEndpoint)
    WebhookDeliveryBase = compose("events.WebhookDelivery", a.AbstractWebhookDelivery)
    JobBase = compose("events.Job", a.AbstractJob)
    IdempotencyKeyBase = compose("events.IdempotencyKey", a.AbstractIdempotencyKey)

__all__ = ["IdempotencyKey", "InboxEntry", "Job", "OutboxEvent", "WebhookDelivery", "WebhookEndpoint"]


@seal
class OutboxEvent(OutboxEventBase):
    """See ``AbstractOutboxEvent``."""


@seal
class InboxEntry(InboxEntryBase):
    """See ``AbstractInboxEntry``."""


@seal
class WebhookEndpoint(WebhookEndpointBase):
    """See ``AbstractWebhookEndpoint``."""


@seal
class WebhookDelivery(WebhookDeliveryBase):
    """See ``AbstractWebhookDelivery``."""


@seal
class Job(JobBase):
    """See ``AbstractJob``."""


@seal
class IdempotencyKey(IdempotencyKeyBase):
    """See ``AbstractIdempotencyKey``."""
