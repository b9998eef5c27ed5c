"""Sending an event to an endpoint: one try, and what comes of it."""

import logging
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from nexus_commerce.core.errors import CommerceError
from nexus_commerce.core.http import FetchRefused
from nexus_commerce.core.outside import refuse_inside_transaction
from nexus_commerce.events.models import WebhookDelivery, WebhookEndpoint
from nexus_commerce.events.redacting import error_text
from nexus_commerce.events.services.webhooks import due_deliveries, open_deliveries
from nexus_commerce.events.services.webhooks_endpoints import (
    disable_endpoint,
    live_secrets,
    locked,
    outside,
    record_endpoint_event,
)
from nexus_commerce.events.services.webhooks_signing import body_of, headers_of
from nexus_commerce.events.signals import webhook_tried

__all__ = ["PAUSES", "Outcome", "send_deliveries", "send_delivery", "send_test"]

logger = logging.getLogger("nexus_commerce.events")

PAUSES: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 5 * 60, 30 * 60, *(hours * 3600 for hours in (2, 5, 10, 14, 20, 24)))
)
"""How long to wait after the first try, the second, ...: ten tries in about three days. By chance up to a tenth more
or less, so that those who failed together do not come back together."""
TRIES: Final = len(PAUSES) + 1
LONGEST_WAIT: Final = timedelta(days=1)
"""How long ``Retry-After`` is respected at most."""
PATIENCE: Final = timedelta(days=5)
"""How long an endpoint may fail without a single success before it is switched off."""
LEASE: Final = timedelta(minutes=1)
"""After this a process that has a delivery is taken for dead; a request ends much earlier by itself."""
REPLY_BYTES: Final = 64 * 1024
LOG_LENGTH: Final = 50
TEST: Final = "webhook.test"
DIED: Final = "The process that sent it died or did not come back in time."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try: the status of the reply, or None and why there was none."""

    began_at: datetime
    milliseconds: int
    status: int | None = None
    error: str = ""
    retry_after: str = ""

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def send_deliveries(*, limit: int = 100) -> int:
    """Send up to ``limit`` deliveries that are due, one after the other; return how many. Outside any transaction."""
    due = open_deliveries(limit=limit)
    for delivery_id in due:
        send_delivery(delivery_id=delivery_id)
    return len(due)


def send_delivery(*, delivery_id: int) -> str:
    """Send a delivery, if it is due and nobody else has it; return its state, or ``gone``.

    Called outside any transaction. The claim is committed before anything is sent. A failure is kept in the delivery
    and leads to another try, ten in all over about three days; it is not raised.
    """
    refuse_inside_transaction()
    delivery = claim(delivery_id)
    if delivery is not None:
        settle(delivery, try_once(delivery))
    return WebhookDelivery.objects.filter(pk=delivery_id).values_list("state", flat=True).first() or "gone"


def send_test(*, endpoint: WebhookEndpoint) -> WebhookDelivery:
    """Send an endpoint the event ``webhook.test``, also one that is switched off; return the delivery with its log.

    Called outside any transaction. It is tried once, and says nothing about the health of the endpoint.
    """
    refuse_inside_transaction()
    with transaction.atomic():
        event = record_endpoint_event(locked(endpoint), "test")
        delivery = WebhookDelivery.objects.create(
            endpoint=endpoint, event=event, state="running", attempts=1, locked_until=Now() + LEASE
        )
    delivery = loaded(delivery.pk)
    settle(delivery, try_once(delivery))
    delivery.refresh_from_db()
    return delivery


def claim(delivery_id: int) -> WebhookDelivery | None:
    """Take a delivery, if it is due and as it was read; close one whose process died in its last try."""
    due = due_deliveries().filter(pk=delivery_id)
    died = due.filter(state="running", attempts__gte=TRIES)
    if died.update(state="dead", last_error=DIED, locked_until=None, finished_at=Now()):
        logger.error("Webhook delivery %s is dead: %s", delivery_id, DIED)
        return None
    claimed = due.update(state="running", attempts=F("attempts") + 1, locked_until=Now() + LEASE)
    return loaded(delivery_id) if claimed else None


def loaded(delivery_id: int) -> WebhookDelivery:
    """Return a delivery with its endpoint and event, and the database's time as ``now``."""
    rows = WebhookDelivery.objects.select_related("endpoint", "event").annotate(now=Now())
    return rows.get(pk=delivery_id)


def try_once(delivery: WebhookDelivery) -> Outcome:
    """Send the request and return what came of it, whatever that is."""
    now: datetime = delivery.now  # type: ignore[attr-defined]
    began, status, error, retry_after = monotonic(), None, "", ""
    try:
        body = body_of(delivery.event)
        headers = headers_of(
            message_id=str(delivery.event.event_id),
            timestamp=int(now.timestamp()),
            body=body,
            secrets=live_secrets(delivery.endpoint, now=now),
        )
        answer = outside().post(delivery.endpoint.url, body=body, headers=headers, max_bytes=REPLY_BYTES)
        status, retry_after = answer.status, answer.headers.get("retry-after", "")
    except FetchRefused as refusal:
        error = str(refusal.params["reason"])
    except CommerceError as refusal:
        error = str(refusal)
    except Exception as exc:
        logger.exception("Webhook delivery %s could not be sent", delivery.pk)
        error = error_text(exc)
    return Outcome(now, round((monotonic() - began) * 1000), status, error, retry_after)


@transaction.atomic
def settle(delivery: WebhookDelivery, outcome: Outcome) -> None:
    """Keep what came of a try, unless another process took the delivery over meanwhile."""
    is_test = delivery.event.type == TEST
    is_last = is_test or outcome.status == 410 or delivery.attempts >= TRIES
    state = "delivered" if outcome.is_success else "dead" if is_last else "pending"
    kept = still_ours(delivery).update(
        state=state,
        locked_until=None,
        available_at=Now() if state != "pending" else Now() + pause_after(delivery.attempts, outcome),
        finished_at=None if state == "pending" else Now(),
        last_error="" if outcome.is_success else outcome.error or f"The endpoint answered {outcome.status}.",
        response_status=outcome.status,
        log=[*delivery.log, log_entry(outcome)][-LOG_LENGTH:],
    )
    if kept and not is_test:
        judge_endpoint(delivery.endpoint, outcome)
    if kept:
        webhook_tried.send_after_commit(type(delivery), delivery=delivery, state=state, status=outcome.status)


def judge_endpoint(endpoint: WebhookEndpoint, outcome: Outcome) -> None:
    """Remember since when an endpoint fails; switch off one that is gone or has failed for too long."""
    row = WebhookEndpoint.objects.filter(pk=endpoint.pk)
    if outcome.is_success:
        row.exclude(failing_since=None).update(failing_since=None)
        return
    row.filter(failing_since=None).update(failing_since=Now())
    if outcome.status == 410:
        disable_endpoint(endpoint=endpoint, reason="gone")
    elif row.filter(failing_since__lte=Now() - PATIENCE).exists():
        disable_endpoint(endpoint=endpoint, reason="failing")


def still_ours(delivery: WebhookDelivery) -> QuerySet[WebhookDelivery]:
    """The delivery, as long as nobody else took it since it was claimed."""
    return WebhookDelivery.objects.filter(
        pk=delivery.pk, state="running", attempts=delivery.attempts, locked_until=delivery.locked_until
    )


def log_entry(outcome: Outcome) -> dict[str, object]:
    """Return what is kept of a try. What the endpoint replied is not: it is not ours to keep."""
    return {
        "at": outcome.began_at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "status": outcome.status,
        "milliseconds": outcome.milliseconds,
        "error": outcome.error,
    }


def pause_after(attempts: int, outcome: Outcome) -> timedelta:
    """Return how long to wait after so many tries: what the table says, or longer where the endpoint asked for it."""
    planned = PAUSES[attempts - 1] * random.uniform(0.9, 1.1)  # noqa: S311 - spreads load, guards nothing
    return max(planned, min(asked_pause(outcome.retry_after, now=outcome.began_at), LONGEST_WAIT))


def asked_pause(retry_after: str, *, now: datetime) -> timedelta:
    """Read ``Retry-After``: seconds, or a date (RFC 9110); what is neither asks for nothing."""
    text = retry_after.strip()
    if text.isascii() and text.isdecimal():
        return timedelta(seconds=min(int(text[:9]), 10**8))
    try:
        until = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return timedelta(0)
    return (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
