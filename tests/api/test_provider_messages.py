"""What payment providers post to the shop."""

from __future__ import annotations

from typing import Any

import pytest

from nexus_commerce.catalog.models import Variant
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.events.services import deliver_all
from nexus_commerce.payments.models import Payment, ProviderNotice
from nexus_commerce.payments.providers.dummy import DummyBank
from nexus_commerce.payments.providers.dummy_bank import SIGNATURE_HEADER, Message
from tests.api.checkouts import fill, order_of, pay
from tests.api.client import ROOT, Api, Reply, problem

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


@pytest.fixture
def placed(api: Api, variant: Variant, bank: DummyBank) -> Reply:
    """Return a checkout whose shopper has paid at the provider, and not come back."""
    reply = pay(api, fill(api, (variant, 1)), "needs_action")
    bank.approve(reference())
    return reply


def reference() -> str:
    return Payment.objects.get().provider_ref or ""


def post(message: Message, alias: str = "dummy", **swapped: Any) -> Reply:
    reply: Reply = Api().http.generic(  # type: ignore[assignment]
        "POST", f"{ROOT}payment-webhooks/{alias}", data=message.body, headers={**message.headers, **swapped}
    )
    return reply


def notified() -> int:
    return OutboxEvent.objects.filter(type="payment.notified").count()


def test_a_message_has_the_payment_looked_into(api: Api, bank: DummyBank, placed: Reply) -> None:
    message = bank.webhook(reference(), "payment.captured")
    reply = post(message)
    assert (reply.status_code, reply.content) == (204, b"")
    assert order_of(api, placed)["state"] == "pending"  # nothing that a message says is believed
    deliver_all()
    assert order_of(api, placed)["state"] == "placed"

    assert post(message).status_code == 204
    assert post(bank.webhook(reference(), "payment.captured", event=ProviderNotice.objects.get().provider_event))
    assert (ProviderNotice.objects.count(), notified()) == (1, 1)


def test_what_a_message_says_is_not_believed(api: Api, variant: Variant, bank: DummyBank) -> None:
    placed = pay(api, fill(api, (variant, 1)), "needs_action")
    assert post(bank.webhook(reference(), "payment.captured")).status_code == 204
    deliver_all()
    assert order_of(api, placed)["state"] == "pending"


@pytest.mark.parametrize("forged", ["body", "signature", "none", "old", "other secret"])
def test_a_forged_message_leaves_nothing(bank: DummyBank, placed: Reply, forged: str) -> None:
    message = bank.webhook(reference(), "payment.captured")
    headers: dict[str, str] = dict(message.headers)
    match forged:
        case "body":
            message = Message(message.body.replace(b"captured", b"refunded"), headers)
        case "signature":
            headers[SIGNATURE_HEADER] = headers[SIGNATURE_HEADER][:-1] + "x"
        case "none":
            del headers[SIGNATURE_HEADER]
        case "old":
            headers = bank.webhook(reference(), "payment.captured", at=1).headers
        case "other secret":
            headers = DummyBank(bank.path, "guessed").sign(message.body).headers
    problem(post(Message(message.body, headers)), 400, "invalid_signature")
    assert (ProviderNotice.objects.count(), notified()) == (0, 0)


def test_a_signed_message_that_cannot_be_read_leaves_nothing(bank: DummyBank, placed: Reply) -> None:
    for body in (b"", b"[]", b"{}", b"\xff", b'{"id": 1, "type": "x", "data": {"ref": "x", "payment": "x"}}'):
        problem(post(bank.sign(body)), 400, "invalid_signature")
    assert not ProviderNotice.objects.exists()


@pytest.mark.parametrize("alias", ["unknown", "manual", "gift_card", "store_credit", "DUMMY", "x" * 200])
def test_there_are_messages_of_online_providers_only(bank: DummyBank, placed: Reply, alias: str) -> None:
    problem(post(bank.webhook(reference(), "payment.captured"), alias), 404, "not_found")


def test_a_long_message_is_refused(bank: DummyBank, placed: Reply) -> None:
    problem(post(bank.sign(b" " * (1024 * 1024 + 1))), 413, "body_too_large")
    assert post(bank.sign(b" " * (1024 * 1024))).status_code == 400


def test_messages_are_posted_only(bank: DummyBank, placed: Reply) -> None:
    for method in ("GET", "PUT", "DELETE"):
        reply = Api().call(method, "payment-webhooks/dummy")
        problem(reply, 405, "method_not_allowed")
        assert "POST" in reply.headers["Allow"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_the_bytes_count_and_not_what_they_are_called(bank: DummyBank, placed: Reply, kind: str) -> None:
    message = bank.webhook(reference(), "payment.captured")
    assert post(message, **{"content-type": kind}).status_code == 204
