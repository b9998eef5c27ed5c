"""Signatures and bodies: what the library of receivers verifies, byte by byte."""

import base64
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from standardwebhooks import Webhook

from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.events.services.webhooks_signing import body_of, headers_of, new_secret, signature_of
from tests.events.receiving import happened

ID = "5d7b7c1e-4f55-4c43-9b0c-3c3ad5a0f9d1"
BODIES = [
    b"{}",
    b"",
    '{"type":"order.placed","data":{"note":"Größe 木 🙂"}}'.encode(),
    b'{"a": "' + b"x" * 100_000 + b'"}',
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("timestamp", [0, 1_674_087_231, 4_102_444_800])
def test_signs_as_the_standard_does(body: bytes, timestamp: int) -> None:
    for secret in (new_secret() for _ in range(5)):
        when = datetime.fromtimestamp(timestamp, UTC)
        expected = Webhook(secret).sign(ID, when, body.decode())
        assert signature_of(secret, message_id=ID, timestamp=timestamp, body=body) == expected


def test_secrets_are_random_and_long() -> None:
    secrets = {new_secret() for _ in range(50)}
    assert len(secrets) == 50
    assert {len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) for secret in secrets} == {32}


def test_each_live_secret_signs() -> None:
    first, second = new_secret(), new_secret()
    now = int(datetime.now(UTC).timestamp())
    headers = headers_of(message_id=ID, timestamp=now, body=b'{"a":1}', secrets=[first, second])
    for secret in (first, second):
        assert Webhook(secret).verify(b'{"a":1}', headers) == {"a": 1}
    assert headers["webhook-signature"].count("v1,") == 2


def test_a_body_is_made_of_the_event_alone() -> None:
    event = OutboxEvent(
        type="order.placed",
        aggregate="order",
        aggregate_id=UUID(ID),
        version=3,
        payload={"total": 1000, "currency": "EUR", "number": "N-ä"},
        occurred_at=datetime(2026, 1, 2, 3, 4, 5, 678_900, tzinfo=UTC),
    )
    assert body_of(event).decode() == (
        '{"data":{"currency":"EUR","id":"5d7b7c1e-4f55-4c43-9b0c-3c3ad5a0f9d1","number":"N-ä","object":"order",'
        '"total":1000,"version":3},"timestamp":"2026-01-02T03:04:05.678Z","type":"order.placed"}'
    )


def test_a_payload_cannot_say_what_changed() -> None:
    event = OutboxEvent(
        type="a.b",
        aggregate="a",
        aggregate_id=UUID(ID),
        version=1,
        payload={"id": "other", "object": "other", "version": 9},
        occurred_at=datetime(2026, 1, 2, tzinfo=UTC),
    )
    assert json.loads(body_of(event))["data"] == {"id": ID, "object": "a", "version": 1}


@pytest.mark.django_db
def test_a_body_is_the_same_bytes_whenever_it_is_made() -> None:
    event = happened(z=1, a={"y": [1, 2], "b": None}, m="x")
    bodies = {body_of(OutboxEvent.objects.get(pk=event.pk)) for _ in range(3)}
    assert len(bodies) == 1
