"""Keys of calls that must have one effect, however often they are sent."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from nexus_commerce.core.retrying import refuse_outer_transaction
from nexus_commerce.events.errors import IdempotencyKeyInUse, IdempotencyKeyReused
from nexus_commerce.events.models import IdempotencyKey

__all__ = [
    "KEEP_FOR",
    "KEEP_PAYMENTS_FOR",
    "LOCK_FOR",
    "ClaimedKey",
    "StoredReply",
    "claim_key",
    "complete_key",
    "erase_keys",
    "hash_principal",
    "note_resource",
    "purge_keys",
    "release_key",
    "renew_key",
]

LOCK_FOR: Final = timedelta(seconds=60)
"""How long a call that says nothing more counts as running: longer than a web server lets a request take."""
KEEP_FOR: Final = timedelta(hours=24)
KEEP_PAYMENTS_FOR: Final = timedelta(hours=72)
TRIES: Final = 5
LONGEST_WAIT: Final = 10


@dataclass(frozen=True, slots=True)
class StoredReply:
    """What was replied."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class ClaimedKey:
    """A key that is the caller's to carry out. ``resource`` is what a call that broke off had made."""

    id: int
    resource: UUID | None = None


def hash_principal(kind: str, value: object = "") -> str:
    """Return the hash that stands for somebody in ``principal``: ``("user", pk)``, or a token's ``kind`` and hash."""
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()


def claim_key(
    *, scope: str, principal: str, operation: str, fingerprint: str, keep_for: timedelta = KEEP_FOR
) -> ClaimedKey | StoredReply:
    """Take a key for the caller, or return the reply that was given under it.

    One INSERT, committed by itself before anything else happens: from then on another call of this key is told to
    wait. The lock of a call that broke off runs out by the database's clock; its key is taken over then, with what it
    made. A call that was only slow and lost its key so cannot complete any more, and is undone.

    Raises ``IdempotencyKeyReused`` for another content, ``IdempotencyKeyInUse`` while a call runs, and
    ``InsideTransaction``.
    """
    refuse_outer_transaction("The taking of an idempotency key")
    columns = {"principal": principal, "operation": operation[:64], "fingerprint": fingerprint}
    for _try in range(TRIES):
        if key := _insert(scope, columns, keep_for):
            return ClaimedKey(key)
        row = IdempotencyKey.objects.annotate(now=Now()).filter(scope=scope).first()
        if row is None:  # given back, or purged, a moment ago
            continue
        if row.expires_at <= row.now and not _is_locked(row, row.now):
            _delete(row)
            continue
        if row.fingerprint != fingerprint:
            raise IdempotencyKeyReused
        if row.state == "completed":
            return StoredReply(row.status or 200, row.headers, bytes(row.body))
        if _is_locked(row, row.now):
            raise IdempotencyKeyInUse(retry_after=_pause(row, row.now))
        if key := _take_over(row, scope, columns, keep_for):
            return ClaimedKey(key, row.resource)
    raise IdempotencyKeyInUse(retry_after=1)


def complete_key(*, key: ClaimedKey, reply: StoredReply) -> None:
    """Keep the reply under the key. Called last in the transaction of the effect, so that both stand or fall.

    Raises ``IdempotencyKeyInUse`` where another call took the key over: the caller's transaction is undone then.
    """
    _update(
        key, state="completed", status=reply.status, headers=dict(reply.headers), body=reply.body, locked_until=None
    )


def note_resource(*, key: ClaimedKey, resource: UUID) -> None:
    """Keep what the call made, in the transaction that makes it. Raises ``IdempotencyKeyInUse`` as ``complete_key``."""
    _update(key, resource=resource, locked_until=Now() + LOCK_FOR)


def renew_key(*, key: ClaimedKey) -> None:
    """Keep the key locked from now on. Raises ``IdempotencyKeyInUse`` where another call took it over."""
    _update(key, locked_until=Now() + LOCK_FOR)


def release_key(*, key: ClaimedKey) -> None:
    """Give a key back under which nothing was done; one that made something can be taken over at once.

    Does nothing to a completed key, or to one that another call took over.
    """
    mine = IdempotencyKey.objects.filter(pk=key.id, state="running")
    if not mine.filter(resource=None).delete()[0]:
        mine.update(locked_until=Now())


def purge_keys(*, limit: int = 5000) -> int:
    """Delete keys that have served their time, and return how many. One that is being used stays."""
    over = IdempotencyKey.objects.filter(expires_at__lte=Now()).exclude(state="running", locked_until__gt=Now())
    numbers = list(over.order_by("expires_at").values_list("pk", flat=True)[:limit])
    return IdempotencyKey.objects.filter(pk__in=numbers).delete()[0]


def erase_keys(*, principal: str) -> int:
    """Delete what was replied to somebody, whatever is left of its time, and return how many replies there were."""
    return IdempotencyKey.objects.filter(principal=principal).exclude(state="running").delete()[0]


def _insert(scope: str, columns: Mapping[str, Any], keep_for: timedelta, resource: UUID | None = None) -> int | None:
    """Return the primary key of the new row, or None where the scope has one."""
    row = IdempotencyKey(
        scope=scope, resource=resource, expires_at=Now() + keep_for, locked_until=Now() + LOCK_FOR, **columns
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return None
    return int(row.pk)


def _take_over(row: Any, scope: str, columns: Mapping[str, Any], keep_for: timedelta) -> int | None:
    """Put a new row in the place of one whose lock ran out: its key is what tells the new call from the old one."""
    with transaction.atomic():
        if not _delete(row):
            return None
        return _insert(scope, columns, keep_for, row.resource)


def _delete(row: Any) -> int:
    """Delete a row that nobody holds, and return how many that were."""
    free = ~Q(state="running") | Q(locked_until__lte=Now())
    return IdempotencyKey.objects.filter(free, pk=row.pk).delete()[0]


def _update(key: ClaimedKey, **columns: Any) -> None:
    if not IdempotencyKey.objects.filter(pk=key.id, state="running").update(**columns):
        raise IdempotencyKeyInUse(retry_after=1)


def _is_locked(row: Any, now: datetime) -> bool:
    return row.state == "running" and row.locked_until is not None and row.locked_until > now


def _pause(row: Any, now: datetime) -> int:
    """Return the seconds after which to ask again: half of the time that the call has been running, within bounds."""
    running: float = (now - row.created_at).total_seconds()
    left: float = (row.locked_until - now).total_seconds()
    return max(1, min(math.ceil(running / 2), math.ceil(left), LONGEST_WAIT))
