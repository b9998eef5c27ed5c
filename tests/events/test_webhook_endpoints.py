"""Who is told by webhook: addresses, types of events, secrets, on and off."""

import logging
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from nexus_commerce.core.encryption import EncryptionMissing
from nexus_commerce.core.outside import AskedInTransaction
from nexus_commerce.events.errors import WebhookAddressRefused, WebhookEventsInvalid
from nexus_commerce.events.models import OutboxEvent, WebhookEndpoint
from nexus_commerce.events.services import (
    change_endpoint,
    create_endpoint,
    disable_endpoint,
    enable_endpoint,
    rotate_secret,
)
from nexus_commerce.events.services.webhooks_endpoints import live_secrets
from nexus_commerce.events.signals import webhook_endpoint_changed

pytestmark = pytest.mark.django_db

URL = "https://93.184.216.34/hook"
"""A public address that needs no name server; nothing is sent to it here."""


@pytest.fixture
def endpoint() -> WebhookEndpoint:
    return create_endpoint(name="ERP", url=URL, events=["order.*"])[0]


@pytest.fixture
def changes() -> Iterator[list[tuple[str, str]]]:
    heard: list[tuple[str, str]] = []

    def hear(change: str, actor: str, **rest: Any) -> None:
        heard.append((change, actor))

    webhook_endpoint_changed.connect(hear)
    yield heard
    webhook_endpoint_changed.disconnect(hear)


def told(endpoint: WebhookEndpoint) -> list[tuple[str, int, dict[str, Any]]]:
    events = OutboxEvent.objects.filter(aggregate="webhook_endpoint", aggregate_id=endpoint.public_id)
    return [(event.type, event.version, event.payload) for event in events.order_by("pk")]


@pytest.mark.hosts
def test_an_endpoint_is_made_with_a_secret_that_is_kept_encrypted() -> None:
    endpoint, secret = create_endpoint(name="ERP", url=URL, events=[" order.* ", "stock.low", "order.*"], actor="ada")
    endpoint.refresh_from_db()

    assert (endpoint.name, endpoint.url, endpoint.is_active) == ("ERP", URL, True)
    assert endpoint.events == ["order.*", "stock.low"]
    assert secret not in str(WebhookEndpoint.objects.filter(pk=endpoint.pk).values())
    assert live_secrets(endpoint, now=timezone.now()) == [secret]
    assert told(endpoint) == [("webhook.created", 1, {})]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.com/hook", "only https"),
        ("https://localhost/hook", "not a public address"),
        ("https://169.254.169.254/latest", "not a public address"),
        ("https://[::ffff:10.0.0.1]/hook", "not a public address"),
        ("https://93.184.216.34:22/hook", "port 22"),
        ("https://ada:secret@93.184.216.34/hook", "credentials"),
        ("https://93.184.216.34/" + "x" * 500, "longer than 500"),
        ("", "only https"),
    ],
)
def test_addresses_inside_are_refused_when_they_are_saved(url: str, reason: str, endpoint: WebhookEndpoint) -> None:
    with pytest.raises(WebhookAddressRefused, match=reason) as refused:
        create_endpoint(name="ERP", url=url, events=["*"])
    assert refused.value.field == "url"
    with pytest.raises(WebhookAddressRefused, match=reason):
        change_endpoint(endpoint=endpoint, url=url)
    endpoint.refresh_from_db()
    assert endpoint.url == URL
    assert WebhookEndpoint.objects.count() == 1


@pytest.mark.parametrize(
    "events",
    [
        [],
        [""],
        ["Order.placed"],
        ["order.pla*"],
        ["*.placed"],
        ["order. placed"],
        ["["],
        [f"a.b{n}" for n in range(101)],
    ],
)
def test_patterns_that_would_never_match_are_refused(events: list[Any], endpoint: WebhookEndpoint) -> None:
    with pytest.raises(WebhookEventsInvalid):
        create_endpoint(name="ERP", url=URL, events=events)
    with pytest.raises(WebhookEventsInvalid):
        change_endpoint(endpoint=endpoint, events=events)


def test_what_is_given_changes_and_the_rest_stays(endpoint: WebhookEndpoint) -> None:
    before = endpoint.secret
    other = "https://93.184.216.34:8443/other?key=1"
    changed = change_endpoint(endpoint=endpoint, url=other, events=["*"], actor="ada")
    assert (changed.name, changed.url, changed.events, changed.secret) == ("ERP", other, ["*"], before)
    change_endpoint(endpoint=endpoint, name="ERP")
    assert [event_type for event_type, _, _ in told(endpoint)] == ["webhook.created", "webhook.changed"]


def test_a_new_secret_leaves_the_old_one_valid_for_a_while(endpoint: WebhookEndpoint) -> None:
    now = timezone.now()
    (old,) = live_secrets(endpoint, now=now)
    new = rotate_secret(endpoint=endpoint, overlap=timedelta(hours=1))
    endpoint.refresh_from_db()

    assert new != old
    assert live_secrets(endpoint, now=now) == [new, old]
    assert live_secrets(endpoint, now=now + timedelta(hours=1, minutes=1)) == [new]
    newest = rotate_secret(endpoint=endpoint)
    endpoint.refresh_from_db()
    assert live_secrets(endpoint, now=now) == [newest, new]


def test_a_secret_can_be_withdrawn_at_once(endpoint: WebhookEndpoint) -> None:
    new = rotate_secret(endpoint=endpoint, overlap=timedelta(0))
    endpoint.refresh_from_db()
    assert live_secrets(endpoint, now=timezone.now()) == [new]


def test_off_and_on_are_told_once(endpoint: WebhookEndpoint) -> None:
    for _ in range(2):
        off = disable_endpoint(endpoint=endpoint, actor="ada")
    assert (off.is_active, off.disabled_reason) == (False, "by_hand")
    for _ in range(2):
        on = enable_endpoint(endpoint=endpoint)
    assert (on.is_active, on.disabled_reason, on.failing_since) == (True, "", None)
    assert told(endpoint) == [
        ("webhook.created", 1, {}),
        ("webhook.disabled", 2, {"reason": "by_hand"}),
        ("webhook.enabled", 3, {}),
    ]


def test_each_change_sends_a_signal_with_who_did_it(
    changes: list[tuple[str, str]], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        endpoint, _ = create_endpoint(name="ERP", url=URL, events=["*"], actor="ada")
        change_endpoint(endpoint=endpoint, name="Books", actor="bob")
        rotate_secret(endpoint=endpoint, actor="cyd")
        disable_endpoint(endpoint=endpoint, actor="dot")
        enable_endpoint(endpoint=endpoint, actor="eve")
    assert changes == [
        ("created", "ada"),
        ("changed", "bob"),
        ("secret_rotated", "cyd"),
        ("disabled", "dot"),
        ("enabled", "eve"),
    ]


def test_secrets_are_in_no_log_and_no_text(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    endpoint, secret = create_endpoint(name="ERP", url=URL, events=["*"])
    rotated = rotate_secret(endpoint=endpoint)
    texts = f"{caplog.text} {endpoint!r} {list(OutboxEvent.objects.values())}"
    assert secret not in texts
    assert rotated not in texts


def test_without_the_extra_no_endpoint_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.fernet", None)
    with pytest.raises(EncryptionMissing, match="nexus-commerce"):
        create_endpoint(name="ERP", url=URL, events=["*"])
    assert not WebhookEndpoint.objects.exists()


def test_addresses_are_resolved_outside_transactions_only(endpoint: WebhookEndpoint) -> None:
    with transaction.atomic(), pytest.raises(AskedInTransaction):
        create_endpoint(name="ERP", url=URL, events=["*"])
    with transaction.atomic(), pytest.raises(AskedInTransaction):
        change_endpoint(endpoint=endpoint, name="Books")
