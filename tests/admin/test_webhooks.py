"""Webhooks in the admin: setting them up, secrets, tests, deliveries and sending again."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from standardwebhooks import Webhook

from nexus_commerce.events.models import WebhookDelivery, WebhookEndpoint
from nexus_commerce.events.services import create_endpoint, disable_endpoint, send_delivery
from tests.events.receiving import Receiver, delivery_to, endpoint_at, happened, reached, receive

pytestmark = pytest.mark.django_db

URL = "https://93.184.216.34/hook"
VALUES = {"name": "ERP", "url": URL, "events": "order.*\r\nstock.low\r\n"}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receive() as receiver, reached(receiver):
        yield receiver


@pytest.fixture
def endpoint() -> WebhookEndpoint:
    return create_endpoint(name="ERP", url=URL, events=["order.*"])[0]


def page(name: str, *args: Any, of: str = "webhookendpoint") -> str:
    return reverse(f"admin:nexus_events_{of}_{name}", args=args)


def add(pages: Client, **changes: str) -> Any:
    return pages.post(page("add"), VALUES | changes)


def texts(response: Any) -> str:
    return str(response.content.decode())


def test_an_endpoint_is_added_and_its_secret_is_shown_once(pages: Client) -> None:
    assert 'name="events"' in texts(pages.get(page("add")))
    response = add(pages)
    assert response.status_code == 200
    secret = response.context["secret"]
    assert f'value="{secret}"' in texts(response)
    assert secret.startswith("whsec_")
    assert "no-store" in response["Cache-Control"]

    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.name, endpoint.url, endpoint.events) == ("ERP", URL, ["order.*", "stock.low"])
    for shown in (page("changelist"), page("change", endpoint.pk), page("history", endpoint.pk)):
        assert secret not in texts(pages.get(shown))
        assert endpoint.secret not in texts(pages.get(shown))
    kept = [session.get_decoded() for session in Session.objects.all()]
    assert secret not in f"{kept} {list(LogEntry.objects.values())} {pages.cookies}"
    assert LogEntry.objects.get().get_change_message() == "Added."


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("url", "http://example.com/", "only https"),
        ("url", "https://127.0.0.1/hook", "not a public address"),
        ("url", "", "This field is required"),
        ("events", "Order placed", "order.placed or order.*"),
        ("events", "", "This field is required"),
        ("name", "", "This field is required"),
    ],
)
def test_what_a_service_refuses_is_shown_at_its_field(pages: Client, field: str, value: str, words: str) -> None:
    response = add(pages, **{field: value})
    assert response.status_code == 200
    assert words in str(response.context["form"].errors[field])
    assert not WebhookEndpoint.objects.exists()


def test_pages_work_where_each_request_is_a_transaction(pages: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    assert add(pages).context["secret"]
    endpoint = WebhookEndpoint.objects.get()
    assert pages.post(page("edit", endpoint.pk), VALUES | {"name": "Books"}).status_code == 302
    endpoint.refresh_from_db()
    assert endpoint.name == "Books"


def test_an_endpoint_is_changed(pages: Client, endpoint: WebhookEndpoint) -> None:
    form = pages.get(page("edit", endpoint.pk)).context["form"]
    assert (form.initial["name"], form.initial["events"]) == ("ERP", "order.*")
    pages.post(page("edit", endpoint.pk), VALUES | {"name": "Books"})
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.events) == ("Books", ["order.*", "stock.low"])
    refused = pages.post(page("edit", endpoint.pk), VALUES | {"url": "https://10.0.0.1/"})
    assert "not a public address" in str(refused.context["form"].errors["url"])


def test_a_secret_is_replaced_and_shown_once(pages: Client, receiver: Receiver) -> None:
    endpoint, old = endpoint_at(receiver)
    response = pages.post(page("replace_secret", endpoint.pk), {"overlap": "24"})
    new = response.context["secret"]
    assert new != old
    assert "no-store" in response["Cache-Control"]
    send_delivery(delivery_id=delivery_to(endpoint).pk)
    for secret in (old, new):
        Webhook(secret).verify(receiver.requests[0].body, receiver.requests[0].headers)
    assert "The one before is valid until" in texts(pages.get(page("change", endpoint.pk)))
    assert new not in f"{[s.get_decoded() for s in Session.objects.all()]} {list(LogEntry.objects.values())}"


def test_a_test_is_sent_and_its_outcome_told(pages: Client, receiver: Receiver) -> None:
    receiver.script = [204, 500]
    endpoint, _ = endpoint_at(receiver)
    good = pages.post(page("send_a_test", endpoint.pk), follow=True)
    bad = pages.post(page("send_a_test", endpoint.pk), follow=True)
    assert "It arrived: 204 after" in texts(good)
    assert "It did not arrive: The endpoint answered 500." in texts(bad)
    assert len(receiver.requests) == 2


def test_an_endpoint_is_switched_off_and_on(pages: Client, endpoint: WebhookEndpoint) -> None:
    labels = [action["label"] for action in pages.get(page("change", endpoint.pk)).context["object_actions"]]
    assert labels == ["Change", "Send a test", "Replace the secret", "Switch off"]
    pages.post(page("switch_off", endpoint.pk))
    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.disabled_reason) == (False, "by_hand")
    assert pages.post(page("switch_off", endpoint.pk)).status_code == 404
    pages.post(page("switch_on", endpoint.pk))
    endpoint.refresh_from_db()
    assert endpoint.is_active


def test_the_list_counts_what_waits_in_as_few_statements(
    pages: Client, endpoint: WebhookEndpoint, django_assert_max_num_queries: Any
) -> None:
    others = [create_endpoint(name=f"N{n}", url=URL, events=["*"])[0] for n in range(5)]
    for other in others:
        delivery_to(other, happened("stock.low"))
    WebhookDelivery.objects.filter(endpoint=others[0]).update(state="dead")
    with django_assert_max_num_queries(8):
        response = pages.get(page("changelist"))
    rows = {row.name: (row.waiting_count, row.dead_count) for row in response.context["cl"].result_list}
    assert rows["ERP"] == (0, 0)
    assert rows["N0"] == (0, 5)
    assert rows["N4"] == (5, 0)


@pytest.mark.parametrize("name", ["add", "edit", "replace_secret", "send_a_test", "switch_off"])
def test_those_who_may_only_look_change_nothing(name: str, endpoint: WebhookEndpoint) -> None:
    user = get_user_model().objects.create_user(username="eve", password="secret", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_webhookendpoint"))
    client = Client()
    client.force_login(user)
    before = WebhookEndpoint.objects.values().get()
    args = () if name == "add" else (endpoint.pk,)
    assert client.get(page("change", endpoint.pk)).status_code == 200
    for response in (client.get(page(name, *args)), client.post(page(name, *args), VALUES)):
        assert response.status_code == 403
    assert WebhookEndpoint.objects.values().get() == before


def test_a_delivery_shows_its_tries_and_what_is_sent(pages: Client, receiver: Receiver) -> None:
    receiver.script = [500]
    endpoint, _ = endpoint_at(receiver)
    delivery = delivery_to(endpoint, happened(number="N-<b>"))
    send_delivery(delivery_id=delivery.pk)
    shown = texts(pages.get(page("change", delivery.pk, of="webhookdelivery")))
    assert "N-&lt;b&gt;" in shown
    assert "<td>500</td>" in shown
    assert str(delivery.event.event_id) in shown


def test_one_delivery_is_sent_again(pages: Client, endpoint: WebhookEndpoint) -> None:
    delivery = delivery_to(endpoint)
    WebhookDelivery.objects.update(state="dead", attempts=10)
    pages.post(page("send_again", delivery.pk, of="webhookdelivery"))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("pending", 0)
    disable_endpoint(endpoint=endpoint)
    assert pages.post(page("send_again", delivery.pk, of="webhookdelivery")).status_code == 404


def test_many_deliveries_are_sent_again(pages: Client, endpoint: WebhookEndpoint) -> None:
    off = create_endpoint(name="Off", url=URL, events=["*"])[0]
    dead, running, held = delivery_to(endpoint), delivery_to(endpoint), delivery_to(off)
    WebhookDelivery.objects.filter(pk__in=[dead.pk, held.pk]).update(state="dead", attempts=10)
    later = F("available_at") + timedelta(minutes=1)
    WebhookDelivery.objects.filter(pk=running.pk).update(state="running", locked_until=later)
    disable_endpoint(endpoint=off)
    chosen = {"action": "send_again_all", "_selected_action": [dead.pk, running.pk, held.pk]}
    response = pages.post(page("changelist", of="webhookdelivery"), chosen, follow=True)
    assert "1 will be sent again." in texts(response)
    assert "2 not: their endpoint is off" in texts(response)
    states = dict(WebhookDelivery.objects.values_list("pk", "state"))
    assert (states[dead.pk], states[running.pk], states[held.pk]) == ("pending", "running", "dead")


def test_the_list_of_deliveries_reads_as_much_for_many_as_for_few(
    pages: Client, endpoint: WebhookEndpoint, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    address = page("changelist", of="webhookdelivery")
    delivery_to(endpoint)
    with CaptureQueriesContext(connection) as few:
        pages.get(address)
    for _ in range(5):
        delivery_to(endpoint)
    with django_assert_num_queries(len(few)):
        pages.get(address)


@pytest.mark.parametrize(
    "words",
    [
        {"state": "dead"},
        {"event__type": "order.placed"},
        {"endpoint__id__exact": "1"},
        {"q": "order"},
        {"created_at__gte": "2026-01-01 00:00:00+00:00"},
    ],
)
def test_deliveries_are_filtered(pages: Client, endpoint: WebhookEndpoint, words: dict[str, str]) -> None:
    delivery_to(endpoint)
    assert pages.get(page("changelist", of="webhookdelivery"), words).status_code == 200


@pytest.mark.parametrize("words", [{"is_active__exact": "1"}, {"failing_since__isempty": "0"}, {"q": "erp"}])
def test_endpoints_are_filtered(pages: Client, endpoint: WebhookEndpoint, words: dict[str, str]) -> None:
    assert pages.get(page("changelist"), words).status_code == 200
