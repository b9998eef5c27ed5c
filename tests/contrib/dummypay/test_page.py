"""The shopper's page of the dummy provider."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from nexus_commerce.payments.providers.dummy import DummyProvider
from nexus_commerce.payments.providers.reports import PaymentReport, PaymentRequest

pytestmark = pytest.mark.urls("tests.contrib.dummypay.urls")


@pytest.fixture
def provider(settings: Any, tmp_path: Path) -> DummyProvider:
    options = {"path": str(tmp_path / "bank.sqlite3"), "page": "/bank/"}
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "nexus_commerce.contrib.dummypay"]
    settings.NEXUS_COMMERCE = {
        "PAYMENT_PROVIDERS": {
            "dummy": {"BACKEND": "nexus_commerce.payments.providers.dummy.DummyProvider", "OPTIONS": options},
            "manual": {"BACKEND": "nexus_commerce.payments.providers.manual.ManualProvider", "OPTIONS": {}},
        }
    }
    return DummyProvider("dummy", options)


def waiting(provider: DummyProvider, return_url: str = "/orders/1/?paid=1") -> PaymentReport:
    data = {"token": "needs_action"}
    asked = PaymentRequest(uuid4(), uuid4(), "A-1001", 4990, "EUR", return_url=return_url, data=data)
    ref = provider.start(asked, key=asked.payment).ref
    return provider.authorize(ref, asked, key=asked.payment)


def test_the_next_action_leads_to_the_page_which_asks(provider: DummyProvider, client: Client) -> None:
    report = waiting(provider)
    page = client.get(report.next_action["url"])
    text = page.content.decode()
    assert page.status_code == 200
    assert "€49.90" in text
    assert "A-1001" in text
    assert "no-store" in page.headers["Cache-Control"]
    assert provider.fetch(report.ref).status == "requires_action", "Looking at the page changes nothing."


@pytest.mark.parametrize(("answer", "status", "captured"), [("pay", "captured", 4990), ("decline", "failed", 0)])
def test_the_answer_decides_and_leads_back(
    provider: DummyProvider, client: Client, answer: str, status: str, captured: int
) -> None:
    report = waiting(provider)
    reply = client.post(report.next_action["url"], {"answer": answer})
    assert (reply.status_code, reply["Location"]) == (302, "/orders/1/?paid=1")
    found = provider.fetch(report.ref)
    assert (found.status, found.captured) == (status, captured)
    over = client.get(report.next_action["url"]).content.decode()
    assert "<form" not in over
    assert 'href="/orders/1/?paid=1"' in over


def test_the_first_answer_stands(provider: DummyProvider, client: Client) -> None:
    report = waiting(provider)
    for answer in ("pay", "pay", "decline"):
        client.post(report.next_action["url"], {"answer": answer})
    assert provider.fetch(report.ref).status == "captured"
    assert len(provider.bank.charges(report.ref)) == 1


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example", ""]
)
def test_nobody_is_sent_elsewhere(provider: DummyProvider, client: Client, url: str) -> None:
    report = waiting(provider, return_url=url)
    reply = client.post(report.next_action["url"], {"answer": "pay"})
    assert reply.status_code == 200
    assert "evil" not in reply.content.decode()
    assert "alert" not in reply.content.decode()
    assert "You can close this page." in reply.content.decode()


def test_an_address_of_this_host_is_accepted(provider: DummyProvider, client: Client) -> None:
    report = waiting(provider, return_url="http://testserver/orders/1/")
    assert client.post(report.next_action["url"], {"answer": "pay"})["Location"] == "http://testserver/orders/1/"


def test_other_sites_cannot_answer_for_the_shopper(provider: DummyProvider) -> None:
    report = waiting(provider)
    assert Client(enforce_csrf_checks=True).post(report.next_action["url"], {"answer": "pay"}).status_code == 403
    assert provider.fetch(report.ref).captured == 0


def test_there_is_no_page_for_other_payments(provider: DummyProvider, client: Client) -> None:
    report = waiting(provider)
    for path in (f"/bank/manual/{report.ref}/", f"/bank/nobody/{report.ref}/", "/bank/dummy/nothing/"):
        assert client.get(path).status_code == 404
    assert client.put(report.next_action["url"]).status_code == 405
