"""What the shop adds to events."""

from django.db import models

from nexus_commerce.events.abstract_models import AbstractOutboxEvent


class ShopOutboxEvent(AbstractOutboxEvent):
    trace_id = models.CharField(max_length=32, null=True, blank=True, db_index=True)

    class Meta:
        abstract = True
