"""What the shop adds to events."""

from django.db import models

from nexus_commerce.events.abstract_models import (
    AbstractIdempotencyKey,
    AbstractInboxEntry,
    AbstractJob,
    AbstractOutboxEvent,
    AbstractWebhookDelivery,
    AbstractWebhookEndpoint,
)


class ShopOutboxEvent(AbstractOutboxEvent):
    trace_id = models.CharField(max_length=32, null=True, blank=True, db_index=True)

    class Meta:
        abstract = True


class ShopInboxEntry(AbstractInboxEntry):
    handled_on = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        abstract = True


class ShopWebhookEndpoint(AbstractWebhookEndpoint):
    owner = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        abstract = True


class ShopWebhookDelivery(AbstractWebhookDelivery):
    route = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        abstract = True


class ShopJob(AbstractJob):
    requested_for = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        abstract = True


class ShopIdempotencyKey(AbstractIdempotencyKey):
    client = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        abstract = True
