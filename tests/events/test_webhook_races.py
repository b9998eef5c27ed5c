"""Races of senders on PostgreSQL. Each is paired with a mutant that lacks the guard and must then go wrong."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from nexus_commerce.events.models import OutboxEvent, WebhookDelivery, WebhookEndpoint
from nexus_commerce.events.services import (
    disable_endpoint,
    queue_deliveries,
    send_delivery,
    webhooks_endpoints,
    webhooks_sending,
)
from nexus_commerce.events.services.webhooks import due_deliveries
from nexus_commerce.events.services.webhooks_sending import LEASE, loaded
from tests.concurrency.racing import race
from tests.events.receiving import Receiver, delivery_to, endpoint_at, happened, reached, receive, status

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 4
SENDERS = 4


def slowly(handler: Any) -> None:
    """Answer after a while, so that everybody comes while the first one waits."""
    time.sleep(0.2)
    status(200)(handler)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receive(slowly) as receiver, reached(receiver):
        yield receiver


def most_requests(receiver: Receiver) -> int:
    """Let several send the same delivery at once; return how many requests one caused at most."""
    endpoint, _ = endpoint_at(receiver)
    for _ in range(ROUNDS):
        delivery = delivery_to(endpoint)
        states = race([lambda pk=delivery.pk: send_delivery(delivery_id=pk)] * SENDERS)
        assert set(states) <= {"delivered", "running"}, states
    ids = [request.headers["webhook-id"] for request in receiver.requests]
    assert len(set(ids)) == ROUNDS
    return max(ids.count(each) for each in ids)


def test_several_senders_send_once_and_several_relays_queue_once(receiver: Receiver) -> None:
    assert most_requests(receiver) == 1
    endpoint, _ = endpoint_at(receiver)
    for _ in range(ROUNDS):
        event = happened()
        queued = race([lambda event=event: queue_deliveries(event=event)] * SENDERS)
        assert len({str(count) for count in queued}) == 1, queued
        assert WebhookDelivery.objects.filter(endpoint=endpoint, event=event).count() == 1


def looks_first(delivery_id: int) -> WebhookDelivery | None:
    """Look whether it is due, and take it whatever happened since."""
    if not due_deliveries().filter(pk=delivery_id).exists():
        return None
    rows = WebhookDelivery.objects.filter(pk=delivery_id)
    rows.update(state="running", attempts=F("attempts") + 1, locked_until=Now() + LEASE)
    return loaded(delivery_id)


def joins_endpoint(delivery_id: int) -> WebhookDelivery | None:
    """Claim with a join: the UPDATE looks its rows up beforehand, and what it waited for has changed since."""
    with transaction.atomic():
        due = WebhookDelivery.objects.filter(
            pk=delivery_id, endpoint__is_active=True, state="pending", available_at__lte=Now()
        )
        taken = due.update(state="running", attempts=F("attempts") + 1, locked_until=Now() + LEASE)
        time.sleep(0.05)
    return loaded(delivery_id) if taken else None


def test_other_ways_of_claiming_send_more_than_once(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for mutant in (looks_first, joins_endpoint):
        monkeypatch.setattr(webhooks_sending, "claim", mutant)
        receiver.requests.clear()
        assert most_requests(receiver) > 1, mutant.__name__


def told_of_switching_off(receiver: Receiver) -> tuple[int, list[Any]]:
    """Let several switch an endpoint off at once; return how many events tell of it at most, and what was raised."""
    most, raised = 0, []
    for _ in range(ROUNDS):
        endpoint, _ = endpoint_at(receiver)
        results = race([lambda row=endpoint: disable_endpoint(endpoint=row, reason="gone")] * SENDERS)
        raised += [result for result in results if isinstance(result, Exception)]
        told = OutboxEvent.objects.filter(type="webhook.disabled", aggregate_id=endpoint.public_id)
        most = max(most, told.count())
    return most, raised


def test_an_endpoint_is_switched_off_once_because_it_is_locked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told_of_switching_off(receiver) == (1, [])
    monkeypatch.setattr(webhooks_endpoints, "locked", lambda row: WebhookEndpoint.objects.get(pk=row.pk))
    most, raised = told_of_switching_off(receiver)
    assert most > 1 or raised
