"""Stripe through its SDK, on a local server: what the suite of providers does not ask."""

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from time import monotonic, time
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from nexus_commerce.contrib.stripe.asking import StripeMisused, clean, decline_code
from nexus_commerce.contrib.stripe.provider import StripeProvider
from nexus_commerce.contrib.stripe.reading import read_intent, read_refund
from nexus_commerce.core.outside import AskedInTransaction
from nexus_commerce.payments.providers.base import InvalidNotice, PaymentProvider, ProviderRefused, ProviderUnavailable
from nexus_commerce.payments.providers.reports import PaymentReport, PaymentRequest
from tests.payments.providers.stripe_account import SECRET_KEY, THREE_D_SECURE, WEBHOOK_SECRET, StripeAccount

DECLINED = "4000000000000002"
STOLEN = "4000000000009979"
REFUND_PENDING = "4000000000007726"
REFUND_FAILS = "4000000000005126"


def asking(data: Any = None, return_url: str = "") -> PaymentRequest:
    return PaymentRequest(uuid4(), uuid4(), "1001", 4990, "EUR", return_url=return_url, data=data or {})


def pay(provider: PaymentProvider, data: Any = None, return_url: str = "") -> PaymentReport:
    asked = asking(data, return_url)
    return provider.authorize(provider.start(asked, key=asked.payment).ref, asked, key=asked.payment)


def test_an_intent_names_payment_and_order(stripe_account: StripeAccount) -> None:
    asked = asking()
    ref = stripe_account.provider().start(asked, key=asked.payment).ref
    intent = stripe_account.call(f"/v1/payment_intents/{ref}")
    assert intent["metadata"] == {
        "nexus_payment": str(asked.payment),
        "nexus_order": str(asked.order),
        "order_number": "1001",
    }
    assert (intent["amount"], intent["currency"], intent["capture_method"]) == (4990, "eur", "automatic")


def test_a_redirect_where_there_is_a_way_back_and_a_secret_where_not(stripe_account: StripeAccount) -> None:
    provider, card = stripe_account.provider(), stripe_account.card(THREE_D_SECURE)
    report = pay(provider, card, "https://shop.example.com/back")
    assert report.next_action == {"type": "redirect", "url": f"https://hooks.stripe.test/{report.ref}"}
    for url in ("", "/relative"):
        action = pay(provider, card, url).next_action
        assert action["type"] == "client_secret"
        assert action["client_secret"].startswith("pi_")
        assert action["public_key"] == "pk_test_public"


def test_in_the_browser_a_decline_is_not_the_end(stripe_account: StripeAccount) -> None:
    provider = stripe_account.provider()
    report = pay(provider)
    assert (report.status, report.next_action["type"]) == ("requires_action", "client_secret")
    assert provider.fetch(report.ref) == report
    with pytest.raises(OSError, match="402"):
        stripe_account.confirm_in_browser(report.ref, DECLINED)
    assert provider.fetch(report.ref) == report
    stripe_account.confirm_in_browser(report.ref)
    assert (provider.fetch(report.ref).status, stripe_account.charged(report.ref)) == ("captured", 1)


def test_a_payment_method_is_an_id_and_nothing_else(stripe_account: StripeAccount) -> None:
    provider, asked = stripe_account.provider(), asking()
    ref = provider.start(asked, key=asked.payment).ref
    for method in ("4242424242424242", "pm_1/../../x", {"number": "4242424242424242"}, ["pm_1"], "pm_" + "x" * 300):
        with pytest.raises(ProviderRefused) as refusal:
            provider.authorize(ref, asking({"payment_method": method}), key=uuid4())
        assert refusal.value.code == "invalid_payment_method"
        assert "4242" not in str(refusal.value)


@pytest.mark.parametrize(("number", "code"), [(DECLINED, "card_declined"), (STOLEN, "card_declined")])
def test_a_decline_is_a_refusal_and_stays_one(stripe_account: StripeAccount, number: str, code: str) -> None:
    provider, asked = stripe_account.provider(), asking(stripe_account.card(number))
    ref = provider.start(asked, key=asked.payment).ref
    for _ in range(2):
        with pytest.raises(ProviderRefused) as refusal:
            provider.authorize(ref, asked, key=asked.payment)
        assert refusal.value.code == code
    found = provider.fetch(ref)
    assert (found.status, found.failure_code, stripe_account.charged(ref)) == ("failed", code, 0)


def test_a_thief_is_not_told_why() -> None:
    assert decline_code({"code": "card_declined", "decline_code": "stolen_card"}) == "generic_decline"
    assert decline_code({"code": "card_declined", "decline_code": "insufficient_funds"}) == "insufficient_funds"
    assert decline_code({"code": "expired_card"}) == "expired_card"
    assert decline_code(None) == "card_declined"


def test_asking_again_by_another_key_tells_how_it_went(stripe_account: StripeAccount) -> None:
    provider = stripe_account.provider()
    report = pay(provider, stripe_account.card())
    again = provider.authorize(report.ref, asking(stripe_account.card()), key=uuid4())
    assert (again, stripe_account.charged(report.ref)) == (report, 1)


def test_a_part_that_was_captured_and_given_back(stripe_account: StripeAccount) -> None:
    """Stripe lists what a partial capture releases as a refund, which it is not."""
    provider = stripe_account.provider(capture="manual")
    ref = pay(provider, stripe_account.card()).ref
    report = provider.capture(ref, amount=1000, currency="EUR", key=uuid4())
    assert (report.status, report.authorized, report.captured, report.refunded) == ("voided", 4990, 1000, 0)
    provider.refund(ref, amount=300, currency="EUR", key=uuid4())
    assert provider.fetch(ref).refunded == 300
    stripe_account.call("/v1/refunds", {"payment_intent": ref, "amount": 200})  # in Stripe's dashboard
    assert provider.fetch(ref).refunded == 500


@pytest.mark.parametrize(
    ("number", "states", "refunded"),
    [(REFUND_PENDING, ["pending", "succeeded"], 1000), (REFUND_FAILS, ["failed", "failed"], 0)],
)
def test_refunds_that_take_time_or_fail(
    stripe_account: StripeAccount, number: str, states: list[str], refunded: int
) -> None:
    provider = stripe_account.provider()
    ref = pay(provider, stripe_account.card(number)).ref
    first = provider.refund(ref, amount=1000, currency="EUR", key=uuid4())
    assert provider.fetch(ref).refunded == 0
    provider.fetch_refund(ref, first.ref)
    assert [first.status, provider.fetch_refund(ref, first.ref).status] == states
    assert provider.fetch(ref).refunded == refunded


FAULTS = {
    "rate limit": {"kind": "answer", "status": 429, "error": {"type": "invalid_request_error", "message": "slow"}},
    "server error": {"kind": "answer", "status": 500, "error": {"type": "api_error", "message": "oops"}},
    "in use": {"kind": "answer", "status": 409, "error": {"type": "idempotency_error", "code": "lock_timeout"}},
    "another": {"kind": "answer", "status": 400, "error": {"type": "idempotency_error", "message": "differs"}},
    "connection": {"kind": "cut"},
    "time": {"kind": "hang", "seconds": 2},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_no_clear_no_leaves_it_open(stripe_account: StripeAccount, fault: str) -> None:
    provider, asked = stripe_account.provider(timeout=1), asking()
    stripe_account.faults([{"path": "payment_intents", **FAULTS[fault]}])
    began = monotonic()
    with pytest.raises(ProviderUnavailable):
        provider.start(asked, key=asked.payment)
    assert monotonic() - began < 2, "One request, and no second try by itself."
    assert provider.start(asked, key=asked.payment).status == "pending"


@pytest.mark.parametrize("operation", ["authorize", "capture", "refund"])
def test_a_lost_reply_charges_once(stripe_account: StripeAccount, operation: str) -> None:
    provider, asked, key = stripe_account.provider(capture="manual"), asking(stripe_account.card()), uuid4()
    ref = provider.start(asked, key=key).ref
    steps = {
        "authorize": lambda: provider.authorize(ref, asked, key=key),
        "capture": lambda: provider.capture(ref, amount=4990, currency="EUR", key=key),
        "refund": lambda: provider.refund(ref, amount=1000, currency="EUR", key=key),
    }
    for name, step in steps.items():
        if name == operation:
            stripe_account.faults([{"path": "confirm|capture|refunds", "kind": "lost_reply"}])
            with pytest.raises(ProviderUnavailable):
                step()
        step()
    found = provider.fetch(ref)
    assert (stripe_account.charged(ref), found.captured, found.refunded) == (1, 4990, 1000)


def test_a_wrong_key_or_request_is_loud_and_tells_no_secret(
    stripe_account: StripeAccount, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = "rk_test_" + "canary"
    told = {"message": f"Invalid API Key provided: {wrong}", "type": "invalid_request_error"}
    for status, expected in ((401, StripeMisused), (403, StripeMisused), (400, ProviderRefused)):
        stripe_account.faults([{"path": "payment_intents", "kind": "answer", "status": status, "error": told}])
        with caplog.at_level(logging.ERROR, "nexus_commerce.payments"), pytest.raises(expected) as trouble:
            pay(stripe_account.provider(api_key=wrong))
        assert "canary" not in f"{trouble.value!r} {trouble.value.__cause__!r} {trouble.value.__suppress_context__}"
        assert trouble.value.__suppress_context__, "A traceback would print Stripe's own error."
    assert len([record for record in caplog.records if record.levelno == logging.ERROR]) == 3
    assert "canary" not in caplog.text


def test_an_intent_that_is_not_there_says_nothing_about_the_money(stripe_account: StripeAccount) -> None:
    for ask in (lambda p: p.fetch("pi_gone"), lambda p: p.fetch_refund("pi_gone", "re_gone")):
        with pytest.raises(StripeMisused) as trouble:
            ask(stripe_account.provider())
        assert trouble.value.__suppress_context__


def test_texts_lose_their_secrets() -> None:
    text = f"{SECRET_KEY} sk_live_abc rk_test_abc {WEBHOOK_SECRET} pi_12_secret_34 pi_12 sk_test_****1234"
    assert clean(text) == "sk_test_… sk_live_… rk_test_… whsec_… (client secret) pi_12 sk_test_…"


@pytest.mark.django_db(transaction=True)
def test_nobody_is_asked_inside_a_transaction(stripe_account: StripeAccount) -> None:
    with transaction.atomic(), pytest.raises(AskedInTransaction):
        stripe_account.provider().fetch("pi_1")


def test_messages_of_another_mode_or_without_a_secret_are_refused(stripe_account: StripeAccount) -> None:
    provider = stripe_account.provider()
    ref = pay(provider, stripe_account.card()).ref
    with pytest.raises(InvalidNotice):
        provider.parse_webhook(*stripe_account.message(ref, livemode=True))
    live = StripeProvider("stripe", {"api_key": "sk_live_1", "webhook_secret": WEBHOOK_SECRET})
    with pytest.raises(InvalidNotice):
        live.parse_webhook(*stripe_account.message(ref))
    assert live.parse_webhook(*stripe_account.message(ref, livemode=True))
    for secret in ("", " ", "whsec_another"):
        with pytest.raises(InvalidNotice):
            stripe_account.provider(webhook_secret=secret).parse_webhook(*stripe_account.message(ref))


def test_messages_about_refunds_and_about_nothing_of_ours(stripe_account: StripeAccount) -> None:
    provider = stripe_account.provider()
    ref = pay(provider, stripe_account.card()).ref
    refund = {"object": "refund", "id": "re_1", "payment_intent": ref, "metadata": {"nexus_refund": "1"}}
    [notice] = provider.parse_webhook(*stripe_account.message(ref, type="refund.updated", data={"object": refund}))
    assert (notice.ref, notice.payment, notice.type) == (ref, None, "refund.updated")
    payout = {"object": "payout", "id": "po_1", "metadata": {}}
    assert provider.parse_webhook(*stripe_account.message(ref, type="payout.paid", data={"object": payout})) == []
    for data in ({}, {"object": None}, []):
        with pytest.raises(InvalidNotice):
            provider.parse_webhook(*stripe_account.message(ref, data=data))


@pytest.fixture
def posted() -> Iterator[tuple[str, Queue[tuple[bytes, dict[str, str]]]]]:
    """Yield an address, and what is posted there."""
    queue: Queue[tuple[bytes, dict[str, str]]] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            queue.put((body, {name.lower(): value for name, value in self.headers.items()}))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", queue
        server.shutdown()


def test_a_message_that_the_server_sends_by_itself_is_understood(
    stripe_account: StripeAccount, posted: tuple[str, Queue[tuple[bytes, dict[str, str]]]]
) -> None:
    address, queue = posted
    hook = {"url": address, "secret": WEBHOOK_SECRET, "events": ["payment_intent.succeeded"]}
    stripe_account.call("/_config/webhooks/shop", hook, as_json=True)
    provider, asked = stripe_account.provider(), asking(stripe_account.card())
    ref = provider.start(asked, key=asked.payment).ref
    provider.authorize(ref, asked, key=asked.payment)
    notice = None
    while notice is None or notice.ref != ref:  # others are still on their way
        [notice] = provider.parse_webhook(*queue.get(timeout=10))
    assert (notice.payment, notice.type) == (asked.payment, "payment_intent.succeeded")


def test_options_are_checked() -> None:
    right = {"api_key": "sk_test_1", "publishable_key": "pk_test_1", "webhook_secret": "whsec_1"}
    for wrong, text in (
        ({"api_key": ""}, "api_key is a secret key"),
        ({"api_key": "pk_test_1"}, "api_key is a secret key"),
        ({"publishable_key": "pk_live_1"}, "not of the same mode"),
        ({"webhook_secret": ""}, "webhook_secret is missing"),
        ({"capture": "later"}, "either 'automatic' or 'manual'"),
        ({"timeout": 60}, "timeout is a number"),
        ({"timeout": "5"}, "timeout is a number"),
        ({"api_kee": "sk_test_canary"}, "no option 'api_kee'"),
    ):
        [problem] = StripeProvider("stripe", right | wrong).check()
        assert text in str(problem.msg)
        assert "canary" not in f"{problem.msg} {problem.hint}"
    assert StripeProvider("stripe", right).check() == []
    assert StripeProvider("stripe", right).client_options() == {"publishable_key": "pk_test_1"}


def intent_of(**changes: Any) -> dict[str, Any]:
    """Return a PaymentIntent as Stripe writes it."""
    known = {"id": "pi_1", "amount": 4990, "amount_received": 0, "currency": "eur", "status": "requires_capture"}
    known |= {"latest_charge": None, "metadata": {}, "last_payment_error": None, "next_action": None}
    return known | {"client_secret": "pi_1_secret_2"} | changes


def test_what_the_local_server_never_says() -> None:
    def status(**changes: Any) -> str:
        return read_intent(intent_of(**changes), (), publishable_key="").status

    assert status(status="processing") == "pending"
    assert status(status="requires_confirmation") == "pending"
    moment = int(time()) + 7 * 86400
    card = {"card": {"capture_before": moment}}
    charge = {"status": "succeeded", "amount": 4990, "payment_method_details": card}
    report = read_intent(intent_of(latest_charge=charge), (), publishable_key="")
    assert report.expires_at == datetime.fromtimestamp(moment, UTC)
    refund = {"id": "re_1", "status": "failed", "failure_reason": "lost_or_stolen_card"}
    assert read_refund(refund).failure_code == "lost_or_stolen_card"
    assert read_refund({"id": "re_1", "status": "canceled"}).failure_code == "canceled"
    assert read_refund({"id": "re_1", "status": "requires_action"}).status == "pending"
