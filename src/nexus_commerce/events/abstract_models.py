import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.abstract_models import Named, Timestamped
from nexus_commerce.core.labels import label_of


class Attempted(models.Model):
    """Work that is tried until it is done: who has it until when, how often it was tried, and what went wrong last.

    Times are the database's.
    """

    state = models.CharField(_("state"), max_length=16, default="pending")
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    available_at = models.DateTimeField(_("not before"), db_default=Now())
    locked_until = models.DateTimeField(_("locked until"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        abstract = True


class AbstractOutboxEvent(models.Model):
    """A change that others care about, written in the transaction that made it.

    ``aggregate`` and ``aggregate_id`` name what changed, ``version`` which change of it this is; events of one
    aggregate are handed on in that order. A row is pending until it was handed on, which leaves an inbox entry for
    each subscriber.
    """

    event_id = models.UUIDField(_("event id"), default=uuid.uuid4, unique=True, editable=False)
    type = models.CharField(_("type"), max_length=64)
    aggregate = models.CharField(_("aggregate"), max_length=64)
    aggregate_id = models.UUIDField(_("aggregate id"))
    version = models.PositiveBigIntegerField(_("version"))
    payload = models.JSONField(_("payload"), default=dict)
    state = models.CharField(_("state"), max_length=16, default="pending")
    occurred_at = models.DateTimeField(_("occurred at"), db_default=Now())
    relayed_at = models.DateTimeField(_("handed on at"), null=True, blank=True)

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
            models.Index(name="nexus_outboxevent_pending", fields=["id"], condition=models.Q(state="pending")),
            models.Index(name="nexus_outboxevent_occurred", fields=["occurred_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.aggregate_id}"


class AbstractInboxEntry(Attempted):
    """An outbox event that a subscriber is to handle, each once.

    States: ``pending``, ``running`` while ``locked_until`` lasts, ``done``, ``dead`` after the last try, and
    ``uncertain`` where a process died while it did something that must not be done twice: people decide then.
    Entries of one subscriber and aggregate are handled in the order of their events.
    """

    consumer = models.CharField(_("subscriber"), max_length=64)
    event = models.ForeignKey("nexus_events.OutboxEvent", models.CASCADE, related_name="entries")
    aggregate_id = models.UUIDField(_("aggregate id"))
    is_sending = models.BooleanField(_("being sent"), default=False, editable=False)
    created_at = models.DateTimeField(_("created at"), db_default=Now())

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("inbox entry")
        verbose_name_plural = _("inbox entries")
        constraints = [models.UniqueConstraint(name="nexus_inboxentry_once", fields=["consumer", "event"])]
        indexes = [
            models.Index(
                name="nexus_inboxentry_open",
                fields=["available_at", "id"],
                condition=models.Q(state__in=["pending", "running"]),
            ),
            models.Index(
                name="nexus_inboxentry_order",
                fields=["consumer", "aggregate_id", "id"],
                condition=models.Q(state__in=["pending", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consumer}: {label_of(self, 'event')}"


class AbstractWebhookEndpoint(Named, Timestamped):
    """An address of somebody else that is told of events, signed by Standard Webhooks.

    ``events`` are types, or beginnings of types with a star (``order.*``). The secret is encrypted; while it is being
    changed, the one before is valid until ``previous_secret_until``.
    """

    name = models.CharField(_("name"), max_length=255)
    url = models.URLField(_("address"), max_length=500)
    events = models.JSONField(_("events"), default=list)
    secret = models.TextField(editable=False)
    previous_secret = models.TextField(blank=True, editable=False)
    previous_secret_until = models.DateTimeField(null=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True, editable=False)
    disabled_reason = models.CharField(_("why it was switched off"), max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")

    def __str__(self) -> str:
        return self.name


class AbstractWebhookDelivery(Named, Attempted):
    """An event that is sent to an endpoint, with what came of each try in ``log``.

    States: ``pending``, ``running``, ``delivered``, ``dead``. What is sent is made from the event at each try.
    """

    endpoint = models.ForeignKey("nexus_events.WebhookEndpoint", models.CASCADE, related_name="deliveries")
    event = models.ForeignKey("nexus_events.OutboxEvent", models.CASCADE, related_name="deliveries")
    response_status = models.PositiveIntegerField(_("status of the reply"), null=True, blank=True)
    log = models.JSONField(_("tries"), default=list)
    created_at = models.DateTimeField(_("created at"), db_default=Now())

    class Meta:
        abstract = True
        ordering = ["-id"]
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [models.UniqueConstraint(name="nexus_webhookdelivery_once", fields=["endpoint", "event"])]
        indexes = [
            models.Index(
                name="nexus_webhookdelivery_open",
                fields=["available_at", "id"],
                condition=models.Q(state__in=["pending", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{label_of(self, 'event')}: {self.state}"


class AbstractJob(Named, Timestamped):
    """A long piece of work: an import, an export. It can be watched while it runs and taken up again where it broke
    off.

    States: ``queued``, ``running``, ``done``, ``failed``, ``canceled``. ``cursor`` is how far it came, ``result`` what
    it made; ``heartbeat_at`` tells a slow job from a dead one.
    """

    kind = models.CharField(_("kind"), max_length=64)
    state = models.CharField(_("state"), max_length=16, default="queued")
    params = models.JSONField(_("parameters"), default=dict, blank=True)
    done = models.PositiveBigIntegerField(_("done"), default=0)
    total = models.PositiveBigIntegerField(_("total"), null=True, blank=True)
    cursor = models.JSONField(_("how far it came"), default=dict, blank=True)
    result = models.JSONField(_("result"), default=dict, blank=True)
    errors = models.JSONField(_("errors"), default=list, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    actor = models.CharField(_("started by"), max_length=255, blank=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-id"]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [models.Index(name="nexus_job_state", fields=["state", "heartbeat_at"])]

    def __str__(self) -> str:
        return f"{self.kind}: {self.state}"


class AbstractIdempotencyKey(models.Model):
    """A call that must have one effect, however often it is sent: by whom, with which content, and what was replied.

    ``scope`` is the hash of principal, method, route and key, so that nobody meets another's; ``fingerprint`` that of
    the content. States: ``running`` while ``locked_until`` lasts, ``completed`` with the reply. ``resource`` is what
    the call made (an order), so that a call that broke off is taken up from there.
    """

    scope = models.CharField(_("scope"), max_length=64, unique=True)
    principal = models.CharField(_("principal"), max_length=64, db_index=True)
    operation = models.CharField(_("operation"), max_length=64)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    state = models.CharField(_("state"), max_length=16, default="running")
    resource = models.UUIDField(_("resource"), null=True, blank=True)
    status = models.PositiveIntegerField(_("status"), null=True, blank=True)
    headers = models.JSONField(_("headers"), default=dict)
    body = models.BinaryField(_("reply"), default=bytes)
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    expires_at = models.DateTimeField(_("expires at"))
    locked_until = models.DateTimeField(_("locked until"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-id"]
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        indexes = [models.Index(name="nexus_idempotencykey_expiry", fields=["expires_at"])]

    def __str__(self) -> str:
        return f"{self.operation}: {self.state}"
