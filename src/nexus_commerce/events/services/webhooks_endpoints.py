"""Who is told of events by webhook, and by which secret they know us."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now

from nexus_commerce.core.encryption import decrypt, encrypt
from nexus_commerce.core.http import FetchRefused, SafeHttpClient
from nexus_commerce.core.locking import lock_rows
from nexus_commerce.core.outside import refuse_inside_transaction
from nexus_commerce.events.errors import WebhookAddressRefused, WebhookEventsInvalid
from nexus_commerce.events.models import OutboxEvent, WebhookEndpoint
from nexus_commerce.events.services.webhooks_signing import new_secret
from nexus_commerce.events.services.writing import record_event
from nexus_commerce.events.signals import webhook_endpoint_changed

__all__ = [
    "change_endpoint",
    "create_endpoint",
    "disable_endpoint",
    "enable_endpoint",
    "live_secrets",
    "outside",
    "record_endpoint_event",
    "rotate_secret",
]

PURPOSE: Final = "webhooks"
OVERLAP: Final = timedelta(days=1)
MOST_PATTERNS: Final = 100
PATTERN: Final = re.compile(r"\*|[a-z0-9_]+(\.[a-z0-9_]+)*(\.\*)?")


@cache
def outside() -> SafeHttpClient:
    """Return the client of this process: making one reads the certificates of the system."""
    return SafeHttpClient()


def create_endpoint(*, name: str, url: str, events: Sequence[str], actor: str = "") -> tuple[WebhookEndpoint, str]:
    """Register an address that is told of events; return it and its secret, which is never shown again.

    Called outside any transaction, for the name in the address is resolved. ``events`` as on the model. Raises
    ``WebhookAddressRefused``, ``WebhookEventsInvalid`` and ``EncryptionMissing``.
    """
    refuse_inside_transaction()
    checked = clean_events(events)
    check_address(url)
    secret = new_secret()
    with transaction.atomic():
        endpoint = WebhookEndpoint.objects.create(
            name=name, url=url, events=checked, secret=encrypt(secret, purpose=PURPOSE)
        )
        record_endpoint_event(endpoint, "created", actor=actor)
    return endpoint, secret


def change_endpoint(
    *,
    endpoint: WebhookEndpoint,
    name: str | None = None,
    url: str | None = None,
    events: Sequence[str] | None = None,
    actor: str = "",
) -> WebhookEndpoint:
    """Change what is given; the secret stays. What waits to be sent goes to the new address.

    Called outside any transaction. Raises ``WebhookAddressRefused`` and ``WebhookEventsInvalid``.
    """
    refuse_inside_transaction()
    given: dict[str, Any] = {"name": name, "url": url, "events": None if events is None else clean_events(events)}
    if url is not None:
        check_address(url)
    with transaction.atomic():
        row = locked(endpoint)
        changes = {key: value for key, value in given.items() if value not in (None, getattr(row, key))}
        if changes:
            write(row, **changes)
            record_endpoint_event(row, "changed", actor=actor)
    return row


@transaction.atomic
def rotate_secret(*, endpoint: WebhookEndpoint, overlap: timedelta = OVERLAP, actor: str = "") -> str:
    """Give an endpoint a new secret and return it; it is never shown again.

    Requests are signed with the old one as well until ``overlap`` is over, so that receivers can change in their own
    time. One that was replaced before that loses its validity at once.
    """
    row = locked(endpoint)
    secret = new_secret()
    write(
        row,
        secret=encrypt(secret, purpose=PURPOSE),
        previous_secret=row.secret,
        previous_secret_until=Now() + overlap,
    )
    record_endpoint_event(row, "secret_rotated", actor=actor)
    return secret


@transaction.atomic
def enable_endpoint(*, endpoint: WebhookEndpoint, actor: str = "") -> WebhookEndpoint:
    """Switch an endpoint on again. What waited when it was switched off is sent now."""
    row = locked(endpoint)
    if not row.is_active:
        write(row, is_active=True, failing_since=None, disabled_reason="")
        record_endpoint_event(row, "enabled", actor=actor)
    return row


@transaction.atomic
def disable_endpoint(*, endpoint: WebhookEndpoint, reason: str = "by_hand", actor: str = "") -> WebhookEndpoint:
    """Switch an endpoint off: nothing is sent or queued until it is switched on.

    ``reason``: ``by_hand``, ``gone`` (it answered 410) or ``failing`` (nothing but failures for days).
    """
    row = locked(endpoint)
    if row.is_active:
        write(row, is_active=False, disabled_reason=reason)
        record_endpoint_event(row, "disabled", actor=actor, reason=reason)
    return row


def live_secrets(endpoint: WebhookEndpoint, *, now: datetime) -> list[str]:
    """Return the secrets that requests are signed with: the one in force first, then the one it replaced."""
    kept = [endpoint.secret]
    if endpoint.previous_secret_until is not None and endpoint.previous_secret_until > now:
        kept.append(endpoint.previous_secret)
    return [decrypt(secret, purpose=PURPOSE) for secret in kept]


def record_endpoint_event(endpoint: WebhookEndpoint, change: str, *, actor: str = "", **payload: Any) -> OutboxEvent:
    """Tell of a change of an endpoint by ``webhook.<change>``, in the transaction that holds its row locked."""
    events = OutboxEvent.objects.filter(aggregate="webhook_endpoint", aggregate_id=endpoint.public_id)
    version = (events.aggregate(last=Max("version"))["last"] or 0) + 1
    record_event(
        type=f"webhook.{change}",
        aggregate="webhook_endpoint",
        aggregate_id=endpoint.public_id,
        version=version,
        payload=payload,
    )
    webhook_endpoint_changed.send_after_commit(type(endpoint), endpoint=endpoint, change=change, actor=actor)
    return events.get(version=version)


def clean_events(events: Sequence[str]) -> list[str]:
    """Return the types and beginnings of types once each, in their order. Raises ``WebhookEventsInvalid``."""
    cleaned = list(dict.fromkeys(pattern.strip() for pattern in events))
    wrong = [pattern for pattern in cleaned if not PATTERN.fullmatch(pattern)]
    if wrong or not cleaned or len(cleaned) > MOST_PATTERNS:
        raise WebhookEventsInvalid(field="events", wrong=wrong[:5])
    return cleaned


def check_address(url: str) -> None:
    """Refuse what would not be connected to now. It is checked again whenever something is sent."""
    longest = WebhookEndpoint._meta.get_field("url").max_length
    if len(url) > (longest or 0):
        raise WebhookAddressRefused(field="url", reason=f"it is longer than {longest} characters.")
    try:
        outside().check(url)
    except FetchRefused as refusal:
        raise WebhookAddressRefused(field="url", reason=refusal.params["reason"]) from refusal


def locked(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """Return the row of an endpoint as it is now, locked."""
    return lock_rows(WebhookEndpoint.objects.filter(pk=endpoint.pk))[0]


def write(endpoint: WebhookEndpoint, **values: Any) -> None:
    """Save these columns of a locked row, and read back what the database made of them."""
    for name, value in values.items():
        setattr(endpoint, name, value)
    endpoint.save(update_fields=[*values, "updated_at"])
    endpoint.refresh_from_db()
