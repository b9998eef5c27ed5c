"""What events, jobs, repeated requests and webhooks refuse."""

from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import Conflict, InvalidInput

__all__ = [
    "EntryNotClosed",
    "IdempotencyKeyInUse",
    "IdempotencyKeyReused",
    "JobNotRunning",
    "JobOver",
    "UnknownJobKind",
    "WebhookAddressRefused",
    "WebhookBusy",
    "WebhookEndpointOff",
    "WebhookEventsInvalid",
]


class EntryNotClosed(Conflict):
    """Only what is dead or uncertain can be replayed or settled by people."""

    code = "entry_not_closed"
    message = _("Only what is dead or uncertain can be tried again or settled.")


class JobNotRunning(Conflict):
    """The job was canceled or taken over by another process while it ran."""

    code = "job_not_running"
    message = _("The job does not run here any more.")


class JobOver(Conflict):
    """The job has ended and cannot be canceled or taken up again."""

    code = "job_over"
    message = _("The job has ended.")


class UnknownJobKind(InvalidInput):
    """No kind of job in ``NEXUS_COMMERCE["JOBS"]`` has this name."""

    code = "unknown_job_kind"
    message = _("There is no such kind of job.")


class IdempotencyKeyReused(InvalidInput):
    """The same key came before with another content."""

    code = "idempotency_key_reused"
    message = _("This Idempotency-Key was sent with another request before. Take a new key for a new request.")


class IdempotencyKeyInUse(Conflict):
    """A request with the same key is being carried out; ``params["retry_after"]`` are seconds."""

    code = "idempotency_key_in_use"
    message = _("The request with this Idempotency-Key is still being carried out. Send it again in a moment.")


class WebhookAddressRefused(InvalidInput):
    """The address of a webhook endpoint cannot be used; ``params["reason"]`` says why, in English."""

    code = "webhook_address_refused"
    message = _("Nothing can be sent to this address: %(reason)s")


class WebhookEventsInvalid(InvalidInput):
    """Each entry is the type of an event, or the beginning of types with a star; at least one is needed."""

    code = "webhook_events_invalid"
    message = _("Name types of events, or their beginnings with a star, such as order.placed or order.*.")


class WebhookEndpointOff(Conflict):
    """The endpoint is switched off: nothing is sent to it."""

    code = "webhook_endpoint_off"
    message = _("The endpoint is switched off. Switch it on first.")


class WebhookBusy(Conflict):
    """The delivery is being sent at this moment."""

    code = "webhook_busy"
    message = _("It is being sent at this moment.")
