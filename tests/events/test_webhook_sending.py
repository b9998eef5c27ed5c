"""What an endpoint gets, over real https, and what comes of each reply."""

import json
import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from nexus_commerce.core.outside import AskedInTransaction
from nexus_commerce.events.models import OutboxEvent, WebhookDelivery, WebhookEndpoint
from nexus_commerce.events.services import (
    disable_endpoint,
    enable_endpoint,
    replay_delivery,
    rotate_secret,
    send_deliveries,
    send_delivery,
    send_test,
)
from nexus_commerce.events.services.webhooks_sending import (
    PAUSES,
    Outcome,
    asked_pause,
    claim,
    pause_after,
    settle,
    try_once,
)
from nexus_commerce.events.signals import webhook_tried
from tests.events.receiving import (
    Receiver,
    advance,
    delivery_to,
    drip,
    endless,
    endpoint_at,
    happened,
    raw,
    reached,
    receive,
    silent,
    status,
    tries_of,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receive() as receiver, reached(receiver):
        yield receiver


def send(delivery: WebhookDelivery) -> str:
    return send_delivery(delivery_id=delivery.pk)


def wait_of(delivery: WebhookDelivery) -> timedelta:
    """Return how long a delivery waits from now."""
    delivery.refresh_from_db()
    return delivery.available_at - timezone.now()


@pytest.mark.hosts
def test_an_endpoint_gets_the_event_and_can_verify_it(receiver: Receiver) -> None:
    endpoint, secret = endpoint_at(receiver)
    event = happened("order.placed", number="N1", total=1000)
    delivery = delivery_to(endpoint, event)

    assert send(delivery) == "delivered"
    (request,) = receiver.requests
    message = Webhook(secret).verify(request.body, request.headers)
    assert message["type"] == "order.placed"
    assert message["data"] == {
        "id": str(event.aggregate_id),
        "number": "N1",
        "object": "order",
        "total": 1000,
        "version": 1,
    }
    assert request.headers["webhook-id"] == str(event.event_id)
    assert request.headers["Content-Type"] == "application/json"
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.response_status) == ("delivered", 1, 200)
    assert (delivery.last_error, delivery.locked_until) == ("", None)
    assert delivery.finished_at is not None
    (entry,) = delivery.log
    assert entry.keys() == {"at", "status", "milliseconds", "error"}
    assert (entry["status"], entry["error"]) == (200, "")


def test_each_try_has_the_same_id_and_body_and_verifies(receiver: Receiver) -> None:
    receiver.script = [500, 503, 204]
    endpoint, secret = endpoint_at(receiver)
    delivery = delivery_to(endpoint)
    assert send(delivery) == "pending"
    assert send(delivery) == "pending"  # Not due: nothing is sent.
    advance(delivery)
    assert send(delivery) == "pending"
    advance(delivery)
    assert send(delivery) == "delivered"
    assert send(delivery) == "delivered"

    assert tries_of(delivery) == [500, 503, 204]
    assert len({(request.headers["webhook-id"], request.body) for request in receiver.requests}) == 1
    for request in receiver.requests:
        Webhook(secret).verify(request.body, request.headers)


def test_another_secret_or_another_body_does_not_verify(receiver: Receiver) -> None:
    endpoint, secret = endpoint_at(receiver)
    _, other = endpoint_at(receiver)
    send(delivery_to(endpoint))
    (request,) = receiver.requests
    with pytest.raises(WebhookVerificationError):
        Webhook(other).verify(request.body, request.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(request.body.replace(b"1000", b"1"), request.headers)


def test_both_secrets_sign_while_they_are_changed(receiver: Receiver) -> None:
    endpoint, old = endpoint_at(receiver)
    new = rotate_secret(endpoint=endpoint, overlap=timedelta(hours=1))
    send(delivery_to(endpoint))
    WebhookEndpoint.objects.update(previous_secret_until=F("previous_secret_until") - timedelta(hours=2))
    send(delivery_to(endpoint))

    during, after = receiver.requests
    for secret in (old, new):
        Webhook(secret).verify(during.body, during.headers)
    Webhook(new).verify(after.body, after.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(after.body, after.headers)


@pytest.mark.parametrize(
    ("reply", "code", "error"),
    [
        (500, 500, "The endpoint answered 500."),
        (404, 404, "The endpoint answered 404."),
        (status(302, Location="https://pictures.test/other"), 302, "The endpoint answered 302."),
        (raw(b"garbage\r\n"), None, "the exchange broke down (BadStatusLine)."),
        (silent, None, "it took longer than 1 seconds."),
        (drip, None, "it took longer than 1 seconds."),
        (endless, None, "the answer is larger than 65,536 bytes."),
    ],
)
def test_whatever_is_no_success_is_tried_again(receiver: Receiver, reply: Any, code: int | None, error: str) -> None:
    receiver.script = [reply]
    endpoint, _ = endpoint_at(receiver)
    delivery = delivery_to(endpoint)
    assert send(delivery) == "pending"
    delivery.refresh_from_db()
    assert (delivery.response_status, delivery.last_error) == (code, error)
    assert "garbage" not in str(delivery.log)
    assert [request.path for request in receiver.requests] == ["/hook"]
    assert timedelta(seconds=3) < wait_of(delivery) < timedelta(seconds=6)
    endpoint.refresh_from_db()
    assert endpoint.failing_since is not None


def test_the_address_is_checked_again_when_something_is_sent(receiver: Receiver) -> None:
    endpoint, _ = endpoint_at(receiver)
    WebhookEndpoint.objects.update(url=f"https://169.254.169.254:{receiver.port}/latest")
    delivery = delivery_to(endpoint)
    assert send(delivery) == "pending"
    delivery.refresh_from_db()
    assert "not a public address" in delivery.last_error
    assert receiver.requests == []


def test_ten_tries_take_about_three_days(receiver: Receiver) -> None:
    receiver.script = [500]
    endpoint, _ = endpoint_at(receiver)
    delivery = delivery_to(endpoint)
    waits = []
    for _ in range(9):
        assert send(delivery) == "pending"
        waits.append(wait_of(delivery))
        advance(delivery)
    assert send(delivery) == "dead"
    advance(delivery)
    assert send(delivery) == "dead"

    assert len(receiver.requests) == 10
    for wait, pause in zip(waits, PAUSES, strict=True):
        assert pause * 0.89 - timedelta(seconds=1) < wait < pause * 1.11
    assert timedelta(days=3) < sum(PAUSES, timedelta()) < timedelta(days=3, hours=4)
    delivery.refresh_from_db()
    assert (delivery.attempts, len(delivery.log)) == (10, 10)
    assert delivery.finished_at is not None


def test_pauses_differ_by_chance() -> None:
    pauses = {pause_after(4, Outcome(NOW, 1, 500)) for _ in range(50)}
    assert len(pauses) > 40
    assert PAUSES[3] * 0.9 <= min(pauses) < PAUSES[3] < max(pauses) <= PAUSES[3] * 1.1


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("0", 0),
        (format_datetime(NOW + timedelta(minutes=5), usegmt=True), 300),
        (format_datetime(NOW - timedelta(minutes=5), usegmt=True), -300),
        ("Fri, 02 Jan 2026 03:05:05 -0000", 60),
        ("", 0),
        ("soon", 0),
        ("-5", 0),
        ("1.5", 0),
        ("٣", 0),
        ("9" * 5000, 10**8),
        ("Fri, 99 Jan 99999999999 03:05:05 GMT", 0),
    ],
)
def test_reads_retry_after(text: str, seconds: int) -> None:
    assert asked_pause(text, now=NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [("3600", 3595, 3600), ("1", 3, 6), ("9999999", 86_390, 86_400), ("nonsense", 3, 6)],
)
def test_an_endpoint_may_ask_for_more_time(receiver: Receiver, asked: str, least: int, most: int) -> None:
    receiver.script = [status(429, Retry_After=asked)]
    delivery = delivery_to(endpoint_at(receiver)[0])
    assert send(delivery) == "pending"
    assert timedelta(seconds=least) < wait_of(delivery) < timedelta(seconds=most)


def test_an_endpoint_that_is_gone_is_switched_off_at_once(receiver: Receiver) -> None:
    receiver.script = [410]
    endpoint, _ = endpoint_at(receiver)
    delivery, waiting = delivery_to(endpoint), delivery_to(endpoint)
    assert send(delivery) == "dead"
    assert send(waiting) == "pending"

    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.disabled_reason) == (False, "gone")
    event = OutboxEvent.objects.get(type="webhook.disabled")
    assert (event.aggregate_id, event.payload) == (endpoint.public_id, {"reason": "gone"})
    assert len(receiver.requests) == 1

    receiver.script = [200]
    enable_endpoint(endpoint=endpoint)
    assert send(waiting) == "delivered"


@pytest.mark.parametrize(("days", "is_active"), [(4.9, True), (5.1, False)])
def test_an_endpoint_that_fails_for_five_days_is_switched_off(receiver: Receiver, days: float, is_active: bool) -> None:
    receiver.script = [500]
    endpoint, _ = endpoint_at(receiver)
    send(delivery_to(endpoint))
    WebhookEndpoint.objects.update(failing_since=F("failing_since") - timedelta(days=days))
    send(delivery_to(endpoint))
    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.disabled_reason) == (is_active, "" if is_active else "failing")
    told = OutboxEvent.objects.filter(type="webhook.disabled").values_list("payload", flat=True)
    assert list(told) == ([] if is_active else [{"reason": "failing"}])


def test_one_success_in_five_days_is_enough(receiver: Receiver) -> None:
    receiver.script = [500, 200, 500]
    endpoint, _ = endpoint_at(receiver)
    send(delivery_to(endpoint))
    WebhookEndpoint.objects.update(failing_since=F("failing_since") - timedelta(days=9))
    assert send(delivery_to(endpoint)) == "delivered"
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None
    send(delivery_to(endpoint))
    endpoint.refresh_from_db()
    assert endpoint.is_active


def test_what_was_delivered_can_be_sent_again_with_the_same_id(receiver: Receiver) -> None:
    endpoint, _ = endpoint_at(receiver)
    delivery = delivery_to(endpoint)
    send(delivery)
    replay_delivery(delivery=delivery)
    assert send(delivery) == "delivered"
    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert tries_of(delivery) == [200, 200]


def test_a_test_is_sent_at_once_and_once(receiver: Receiver) -> None:
    receiver.script = [200, 410]
    endpoint, secret = endpoint_at(receiver, "order.*")
    disable_endpoint(endpoint=endpoint)
    good, bad = send_test(endpoint=endpoint), send_test(endpoint=endpoint)

    assert (good.state, bad.state) == ("delivered", "dead")
    assert (tries_of(good), tries_of(bad)) == ([200], [410])
    first, second = (Webhook(secret).verify(request.body, request.headers) for request in receiver.requests)
    assert first["type"] == "webhook.test"
    assert first["data"]["id"] == str(endpoint.public_id)
    assert first["data"]["version"] < second["data"]["version"]
    endpoint.refresh_from_db()
    assert (endpoint.failing_since, endpoint.disabled_reason) == (None, "by_hand")


def test_what_a_dead_process_left_is_taken_up(receiver: Receiver) -> None:
    delivery = delivery_to(endpoint_at(receiver)[0])
    rows = WebhookDelivery.objects.filter(pk=delivery.pk)
    rows.update(state="running", attempts=1, locked_until=F("available_at") + timedelta(minutes=1))
    assert send(delivery) == "running"
    assert receiver.requests == []
    advance(delivery, timedelta(minutes=2))
    assert send(delivery) == "delivered"
    rows.update(state="running", attempts=10, locked_until=F("available_at") - timedelta(minutes=2))
    assert send(delivery) == "dead"
    assert len(receiver.requests) == 1
    delivery.refresh_from_db()
    assert "died" in delivery.last_error


def test_one_who_comes_back_too_late_changes_nothing(receiver: Receiver) -> None:
    delivery = delivery_to(endpoint_at(receiver)[0])
    receiver.script = [500]
    claimed = claim(delivery.pk)
    assert claimed is not None
    outcome = try_once(claimed)
    WebhookDelivery.objects.update(attempts=2, locked_until=F("locked_until") + timedelta(minutes=1))
    settle(claimed, outcome)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.log) == ("running", 2, [])


def test_a_secret_that_cannot_be_read_fails_with_its_cure(receiver: Receiver, settings: Any) -> None:
    delivery = delivery_to(endpoint_at(receiver)[0])
    settings.SECRET_KEY = "another"
    assert send(delivery) == "pending"
    delivery.refresh_from_db()
    assert "another SECRET_KEY" in delivery.last_error
    assert receiver.requests == []


def test_what_cannot_be_sent_at_all_is_a_failed_try(receiver: Receiver) -> None:
    delivery = delivery_to(endpoint_at(receiver)[0])
    WebhookDelivery.objects.filter(pk=delivery.pk).update(log=[{"status": 1}] * 60)
    OutboxEvent.objects.filter(pk=delivery.event_id).update(payload=["not", "a", "dict"])
    assert send(delivery) == "pending"
    delivery.refresh_from_db()
    assert delivery.last_error.startswith("TypeError")
    assert len(delivery.log) == 50


def test_a_large_event_arrives_whole(receiver: Receiver) -> None:
    endpoint, secret = endpoint_at(receiver)
    assert send(delivery_to(endpoint, happened(rows=["x" * 1000] * 5000))) == "delivered"
    (request,) = receiver.requests
    assert len(json.loads(request.body)["data"]["rows"]) == 5000
    Webhook(secret).verify(request.body, request.headers)


def test_sends_what_is_due_and_says_how_many(receiver: Receiver) -> None:
    endpoint, _ = endpoint_at(receiver)
    for _ in range(3):
        delivery_to(endpoint)
    assert send_deliveries(limit=2) == 2
    assert send_deliveries() == 1
    assert send_deliveries() == 0
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 3


def test_one_who_hangs_does_not_keep_the_next_from_their_events(receiver: Receiver) -> None:
    receiver.script = [silent, 200]
    (stuck, _), (well, _) = endpoint_at(receiver, "a.*"), endpoint_at(receiver, "b.*")
    for _ in range(5):
        delivery_to(stuck, happened("a.a"))
    waiting = delivery_to(well, happened("b.b"))
    began = time.monotonic()
    send_deliveries(limit=2)
    waiting.refresh_from_db()
    assert waiting.state == "delivered"
    assert time.monotonic() - began < 2


def test_no_secret_and_no_reply_is_logged(receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    receiver.script = [raw(b"HTTP/1.1 500 No\r\nContent-Length: 6\r\n\r\ncanary"), 200]
    endpoint, secret = endpoint_at(receiver)
    delivery = delivery_to(endpoint)
    send(delivery)
    advance(delivery)
    send(delivery)
    delivery.refresh_from_db()
    kept = f"{caplog.text} {delivery.log} {delivery.last_error}"
    assert secret not in kept
    assert "canary" not in kept
    assert "v1," not in kept


def test_each_try_sends_a_signal(receiver: Receiver, django_capture_on_commit_callbacks: Any) -> None:
    heard: list[Any] = []

    def hear(**payload: Any) -> None:
        heard.append((payload["delivery"].pk, payload["state"], payload["status"]))

    webhook_tried.connect(hear)
    receiver.script = [500, 200]
    delivery = delivery_to(endpoint_at(receiver)[0])
    with django_capture_on_commit_callbacks(execute=True):
        send(delivery)
    advance(delivery)
    with django_capture_on_commit_callbacks(execute=True):
        send(delivery)
    webhook_tried.disconnect(hear)
    assert heard == [(delivery.pk, "pending", 500), (delivery.pk, "delivered", 200)]


def test_a_delivery_that_is_gone_is_said_to_be() -> None:
    assert send_delivery(delivery_id=0) == "gone"


def test_nothing_is_sent_inside_a_transaction(receiver: Receiver) -> None:
    endpoint, _ = endpoint_at(receiver)
    delivery = delivery_to(endpoint)
    with transaction.atomic(), pytest.raises(AskedInTransaction):
        send(delivery)
    with transaction.atomic(), pytest.raises(AskedInTransaction):
        send_test(endpoint=endpoint)
    assert receiver.requests == []
