import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class AbstractOutboxEvent(models.Model):
    """A change that others care about, written in the transaction that made it.

    ``aggregate`` and ``aggregate_id`` name what changed, ``version`` which change of it this is; events of one
    aggregate are delivered in that order. A row is pending until every subscriber has it.
    """

    event_id = models.UUIDField(_("event id"), default=uuid.uuid4, unique=True, editable=False)
    type = models.CharField(_("type"), max_length=64)
    aggregate = models.CharField(_("aggregate"), max_length=64)
    aggregate_id = models.UUIDField(_("aggregate id"))
    version = models.PositiveBigIntegerField(_("version"))
    payload = models.JSONField(_("payload"), default=dict)
    state = models.CharField(_("state"), max_length=16, default="pending")
    occurred_at = models.DateTimeField(_("occurred at"), db_default=Now())
    available_at = models.DateTimeField(_("not to be sent before"), db_default=Now())
    locked_until = models.DateTimeField(_("locked until"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("last error"), blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("outbox event")
        verbose_name_plural = _("outbox events")
        constraints = [
            models.UniqueConstraint(
                name="nexus_outboxevent_once", fields=["aggregate_id", "version", "type", "aggregate"]
            )
        ]
        indexes = [
            models.Index(
                name="nexus_outboxevent_pending", fields=["available_at", "id"], condition=models.Q(state="pending")
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.aggregate_id}"
