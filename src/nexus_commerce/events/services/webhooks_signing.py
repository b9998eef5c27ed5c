"""What is sent to an endpoint: the body made of an event, and the headers that sign it by Standard Webhooks v1."""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import UTC
from secrets import token_bytes
from typing import Final

from nexus_commerce.events.models import OutboxEvent

__all__ = ["body_of", "headers_of", "new_secret", "signature_of"]

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32


def new_secret() -> str:
    """Make a secret of 256 bits in the form that libraries for receivers read: ``whsec_`` and base64."""
    return PREFIX + b64encode(token_bytes(SECRET_BYTES)).decode()


def body_of(event: OutboxEvent) -> bytes:
    """Return the body that tells of an event: JSON, the same bytes whenever it is made.

    ``{"type", "timestamp", "data"}``; in ``data`` stands the payload of the event, with ``object`` and ``id``, which
    say what changed, and ``version``, which counts its changes. The payload cannot replace these three.
    """
    told = {"object": event.aggregate, "id": str(event.aggregate_id), "version": event.version}
    when = event.occurred_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    message = {"type": event.type, "timestamp": when, "data": event.payload | told}
    return json.dumps(message, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def headers_of(*, message_id: str, timestamp: int, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """Return the headers of a request; ``timestamp`` in seconds since 1970. One signature for each live secret."""
    signatures = (signature_of(secret, message_id=message_id, timestamp=timestamp, body=body) for secret in secrets)
    return {
        "Content-Type": "application/json",
        "User-Agent": "nexus-commerce",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def signature_of(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """Sign a message: ``v1,`` and the HMAC-SHA256 of id, time and body, joined by full stops, in base64."""
    key = b64decode(secret.removeprefix(PREFIX))
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return f"v1,{b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"
