"""Which events are queued for whom, and which deliveries are due."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from pytest_django import DjangoAssertNumQueries

from nexus_commerce.events.errors import WebhookBusy, WebhookEndpointOff
from nexus_commerce.events.models import InboxEntry, WebhookDelivery, WebhookEndpoint
from nexus_commerce.events.services import (
    deliver_entry,
    offer_deliveries,
    open_deliveries,
    open_entries,
    queue_deliveries,
    relay_events,
    replay_delivery,
    withdraw_delivery_offers,
)
from nexus_commerce.notifications.webhooks import Webhooks
from tests.events.receiving import delivery_to, happened

pytestmark = pytest.mark.django_db


def endpoint_for(*events: str, **values: Any) -> WebhookEndpoint:
    return WebhookEndpoint.objects.create(
        name="ERP", url="https://erp.test/", events=list(events), secret="-", **values
    )


MATCHES = [
    (["*"], "stock.changed", True),
    (["order.*"], "order.placed", True),
    (["order.*"], "orders.placed", False),
    (["order.placed"], "order.placed", True),
    (["order.placed"], "order.paid", False),
    (["stock.low", "order.*"], "order.paid", True),
    (["refund.*"], "order.paid", False),
]


@pytest.mark.parametrize(("patterns", "event_type", "matches"), MATCHES)
def test_an_event_goes_to_those_who_asked_for_its_type(patterns: list[str], event_type: str, matches: bool) -> None:
    endpoint_for(*patterns)
    assert queue_deliveries(event=happened(event_type)) == matches
    assert WebhookDelivery.objects.count() == matches


@pytest.mark.parametrize(
    "event_type", ["payment.notified", "order.access_requested", "webhook.disabled", "webhook.created", "webhook.test"]
)
def test_what_is_internal_goes_to_nobody(event_type: str) -> None:
    endpoint_for("*", event_type)
    assert not Webhooks().wants(event_type)
    assert queue_deliveries(event=happened(event_type)) == 0
    assert not WebhookDelivery.objects.exists()


@pytest.mark.parametrize(
    "event_type", ["payment.captured", "order.placed", "shipment.shipped", "stock.low", "erp.done"]
)
def test_everything_else_may_go_out(event_type: str) -> None:
    assert Webhooks().wants(event_type)


def test_an_endpoint_that_is_off_gets_nothing() -> None:
    endpoint_for("*", is_active=False)
    assert queue_deliveries(event=happened()) == 0


def test_queueing_twice_queues_once(django_assert_max_num_queries: Any) -> None:
    for _ in range(3):
        endpoint_for("*")
    event = happened()
    for _ in range(2):
        with django_assert_max_num_queries(4):
            queue_deliveries(event=event)
    assert WebhookDelivery.objects.filter(event=event).count() == 3


@pytest.mark.hosts
def test_the_relay_queues_each_event_for_each_endpoint() -> None:
    endpoint = endpoint_for("order.*")
    placed, changed = happened("order.placed"), happened("stock.changed")
    relay_events()
    for entry_id in open_entries():
        deliver_entry(entry_id=entry_id)
    assert list(WebhookDelivery.objects.values_list("endpoint", "event", "state")) == [
        (endpoint.pk, placed.pk, "pending")
    ]
    states = InboxEntry.objects.filter(consumer="nexus.webhooks").values_list("event", "state")
    assert dict(states) == {placed.pk: "done", changed.pk: "done"}


def test_endpoints_take_turns() -> None:
    slow, quick = endpoint_for("a.slow"), endpoint_for("a.quick")
    first = [delivery_to(slow, happened("a.slow")).pk for _ in range(4)]
    then = [delivery_to(quick, happened("a.quick")).pk for _ in range(2)]
    WebhookDelivery.objects.filter(pk__in=first).update(available_at=F("available_at") - timedelta(hours=1))
    assert open_deliveries(limit=10) == [first[0], then[0], first[1], then[1], first[2], first[3]]
    assert open_deliveries(limit=2) == [first[0], then[0]]


def test_what_is_not_due_is_not_open(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    endpoint, off = endpoint_for("*"), endpoint_for("*", is_active=False)
    due, later, delivered, dead, running, left = (delivery_to(endpoint, happened()) for _ in range(6))
    rows = WebhookDelivery.objects
    rows.create(endpoint=off, event=due.event)
    rows.filter(pk=later.pk).update(available_at=F("available_at") + timedelta(hours=1))
    rows.filter(pk=delivered.pk).update(state="delivered")
    rows.filter(pk=dead.pk).update(state="dead")
    rows.filter(pk=running.pk).update(state="running", locked_until=F("available_at") + timedelta(minutes=1))
    rows.filter(pk=left.pk).update(state="running", locked_until=F("available_at") - timedelta(minutes=1))
    with django_assert_num_queries(1):
        assert open_deliveries(limit=10) == [due.pk, left.pk]


def test_what_was_offered_is_not_offered_again_at_once() -> None:
    delivery = delivery_to(endpoint_for("*"))
    assert offer_deliveries(limit=10) == [delivery.pk]
    assert offer_deliveries(limit=10) == []
    assert open_deliveries(limit=10) == [delivery.pk]
    withdraw_delivery_offers(delivery_ids=[delivery.pk])
    assert offer_deliveries(limit=10) == [delivery.pk]
    WebhookDelivery.objects.update(locked_until=F("locked_until") - timedelta(minutes=2))
    assert offer_deliveries(limit=10) == [delivery.pk]


@pytest.mark.parametrize("state", ["pending", "delivered", "dead"])
def test_a_delivery_is_sent_again_from_the_beginning(state: str) -> None:
    delivery = delivery_to(endpoint_for("*"))
    log = [{"at": "2026-01-02T03:04:05Z", "status": 500, "milliseconds": 3, "error": ""}]
    WebhookDelivery.objects.update(
        state=state, attempts=10, log=log, available_at=F("available_at") + timedelta(days=1)
    )
    again = replay_delivery(delivery=delivery)
    assert (again.state, again.attempts, again.finished_at, again.log) == ("pending", 0, None, log)
    assert open_deliveries(limit=10) == [delivery.pk]


def test_what_is_being_sent_is_not_sent_again() -> None:
    delivery = delivery_to(endpoint_for("*"))
    WebhookDelivery.objects.update(state="running", locked_until=F("available_at") + timedelta(minutes=1))
    with pytest.raises(WebhookBusy):
        replay_delivery(delivery=delivery)
    WebhookDelivery.objects.update(locked_until=F("available_at") - timedelta(minutes=1))
    assert replay_delivery(delivery=delivery).state == "pending"


def test_nothing_is_sent_again_to_an_endpoint_that_is_off() -> None:
    endpoint = endpoint_for("*")
    delivery = delivery_to(endpoint)
    WebhookEndpoint.objects.update(is_active=False)
    with pytest.raises(WebhookEndpointOff):
        replay_delivery(delivery=WebhookDelivery.objects.get(pk=delivery.pk))


@pytest.mark.postgresql
def test_open_deliveries_are_found_by_their_index() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the plan is PostgreSQL's")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM nexus_events_webhookdelivery"
            " WHERE state IN ('pending', 'running') AND available_at <= now()"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "nexus_webhookdelivery_open" in plan
