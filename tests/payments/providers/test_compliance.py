"""The suite that hosts run against their providers: on those of the library, and that it finds those that are wrong."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.sessions.models import Session

from nexus_commerce.payments.providers.base import InvalidNotice, PaymentProvider, ProviderRefused, ProviderUnavailable
from nexus_commerce.payments.providers.dummy import DummyProvider
from nexus_commerce.payments.providers.reports import Notice, PaymentReport, PaymentRequest, RefundReport
from nexus_commerce.testing.payment_providers import ProviderCompliance
from tests.payments.providers.stripe_account import SECRET_KEY, THREE_D_SECURE, WEBHOOK_SECRET, StripeAccount


class TestDummy(ProviderCompliance):
    @pytest.fixture(autouse=True)
    def _bank(self, tmp_path: Path) -> None:
        self.options: dict[str, Any] = {"path": tmp_path / "bank.sqlite3", "secret": "canary of a secret"}

    def provider(self, **options: Any) -> DummyProvider:
        self.options |= options
        return DummyProvider("dummy", self.options)

    def declined(self) -> Mapping[str, Any]:
        return {"token": "decline"}

    def acting(self) -> Mapping[str, Any]:
        return {"token": "needs_action"}

    def act(self, ref: str, *, agrees: bool) -> None:
        bank = self.provider().bank
        bank.approve(ref) if agrees else bank.decline(ref)

    def message(self, ref: str, *, event: str, at: float) -> tuple[bytes, Mapping[str, str]]:
        return self.provider().bank.webhook(ref, "payment.captured", event=event, at=at)

    def lose_next_reply(self, operation: str) -> None:
        self.options["script"] = f"lost_reply:{operation}"
        bank = self.provider().bank
        for payment in bank.payments():
            bank.rescript(payment.ref, f"lost_reply:{operation}")

    def unreachable(self) -> PaymentProvider:
        return self.provider(path="/no/such/folder/bank.sqlite3")


class TestStripe(ProviderCompliance):
    keeps_rest = False

    @pytest.fixture(autouse=True)
    def _account(self, stripe_account: StripeAccount) -> None:
        self.account = stripe_account

    def provider(self, **options: Any) -> PaymentProvider:
        return self.account.provider(**options)

    def paying(self) -> Mapping[str, Any]:
        return self.account.card()

    def declined(self) -> Mapping[str, Any]:
        return self.account.card("4000000000000002")

    def acting(self) -> Mapping[str, Any]:
        return self.account.card(THREE_D_SECURE)

    def act(self, ref: str, *, agrees: bool) -> None:
        self.account.authenticate(ref, success=agrees)

    def message(self, ref: str, *, event: str, at: float) -> tuple[bytes, Mapping[str, str]]:
        body, headers = self.account.message(ref, event=event, at=at)
        return body, headers

    def lose_next_reply(self, operation: str) -> None:
        self.account.faults([{"path": "payment_intents|refunds", "kind": "lost_reply"}])

    def unreachable(self) -> PaymentProvider:
        return self.account.provider(api_base="http://127.0.0.1:1")

    def secrets(self) -> list[str]:
        return [SECRET_KEY, WEBHOOK_SECRET]


BROKEN = (
    (
        lambda report: {"captured": report.captured + 1} if report.captured else {},
        "test_paying_takes_or_holds_the_amount",
    ),
    (lambda report: {"captured": 49.9} if report.captured else {}, "test_paying_takes_or_holds_the_amount"),
    (lambda report: {"currency": "eur"}, "test_starting_moves_no_money"),
    (lambda report: {"status": "captured"}, "test_starting_moves_no_money"),
    (lambda report: {"status": "succeeded"}, "test_paying_takes_or_holds_the_amount"),
    (lambda report: {"ref": ""}, "test_starting_moves_no_money"),
    (lambda report: {"refunded": 0}, "test_refunds_add_up"),
    (lambda report: {"failure_code": ""}, "test_a_declined_payment_takes_nothing"),
    (lambda report: {"next_action": {}}, "test_an_action_of_the_shopper_decides"),
    (lambda report: {"amount": report.amount * 100}, "test_amounts_are_minor_units_of_the_currency"),
    (lambda report: {"expires_at": datetime(2026, 1, 1)}, "test_starting_moves_no_money"),  # noqa: DTZ001
)


class Reporting(DummyProvider):
    """Does everything right, and reports it wrongly."""

    changes: Any = None

    def report(self, reply: Mapping[str, Any]) -> PaymentReport:
        report = super().report(reply)
        return replace(report, **self.changes(report))


class Forgetful(DummyProvider):
    """Does everything each time that it is asked."""

    def once(self, kind: str, key: UUID, *args: Any) -> dict[str, Any]:
        return super().once(kind, uuid4(), *args)


class Losing(Forgetful):
    """Forgets, and loses one reply."""

    loses = ""

    def once(self, kind: str, key: UUID, *args: Any) -> dict[str, Any]:
        reply = super().once(kind, key, *args)
        if kind == Losing.loses:
            Losing.loses = ""
            raise ProviderUnavailable
        return reply


class Lenient(DummyProvider):
    """Captures and refunds what is asked, as far as it goes, and believes every message."""

    def capture(self, ref: str, *, amount: int, currency: str, key: UUID) -> PaymentReport:
        held = self.bank.payment(ref).held
        return super().capture(ref, amount=min(abs(amount) or 1, held), currency=currency, key=key)

    def refund(self, ref: str, *, amount: int, currency: str, key: UUID) -> RefundReport:
        left = self.bank.payment(ref).refundable
        if left <= 0:
            return RefundReport("re_1", "succeeded")
        return super().refund(ref, amount=min(abs(amount) or 1, left), currency=currency, key=key)

    def void(self, ref: str, *, key: UUID) -> PaymentReport:
        try:
            return super().void(ref, key=key)
        except ProviderRefused:
            return self.fetch(ref)

    def parse_webhook(self, body: bytes, headers: Mapping[str, str]) -> Sequence[Notice]:
        try:
            about = json.loads(body)
            return [Notice(about["id"], about["type"], about["data"]["ref"])]
        except ValueError as exc:
            raise InvalidNotice from exc

    def fetch(self, ref: str) -> PaymentReport:
        try:
            return super().fetch(ref)
        except ProviderRefused:
            return PaymentReport(ref, "pending", 0, "EUR")


class Chatty(DummyProvider):
    """Tells its secret, and asks the shop's database."""

    def client_options(self) -> Mapping[str, Any]:
        return self.options | {"path": ""}

    def authorize(self, ref: str, request: PaymentRequest, *, key: UUID) -> PaymentReport:
        list(Session.objects.all()[:1])
        return super().authorize(ref, request, key=key)


def suite_of(kind: type[DummyProvider], path: Path) -> TestDummy:
    """Return the suite of a provider that is wrong."""

    class Suite(TestDummy):
        def provider(self, **options: Any) -> DummyProvider:
            self.options |= options
            return kind("broken", self.options)

    suite = Suite()
    suite.options = {"path": path / "bank.sqlite3", "secret": "canary of a secret"}
    return suite


@pytest.mark.parametrize("number", range(len(BROKEN)))
def test_the_suite_finds_wrong_reports(number: int, tmp_path: Path) -> None:
    changes, test = BROKEN[number]
    kind = type("Wrong", (Reporting,), {"changes": staticmethod(changes)})
    fails(suite_of(kind, tmp_path), test)


@pytest.mark.parametrize(
    ("kind", "tests"),
    [
        (
            Forgetful,
            "starting_again_by_the_same_key_finds_the_payment refunds_add_up capturing_takes_what_is_held_once",
        ),
        (
            Lenient,
            "no_more_can_be_captured_than_is_held no_more_can_be_refunded_than_was_captured refunds_add_up "
            "what_is_only_held_cannot_be_refunded what_was_captured_cannot_be_voided an_unknown_payment_is_no_report "
            "a_forged_message_is_refused a_stale_message_is_refused",
        ),
        (Chatty, "tells_the_front_end_no_secret"),
    ],
)
def test_the_suite_finds_providers_that_are_wrong(kind: type[DummyProvider], tests: str, tmp_path: Path) -> None:
    for test in tests.split():
        fails(suite_of(kind, tmp_path), f"test_{test}")


@pytest.mark.parametrize("operation", ["capture", "refund"])
def test_the_suite_finds_money_that_moves_twice(operation: str, tmp_path: Path) -> None:
    suite = suite_of(Losing, tmp_path)
    suite.lose_next_reply = lambda name: setattr(Losing, "loses", name)  # type: ignore[method-assign]
    with pytest.raises((AssertionError, ProviderRefused)):
        suite.test_a_lost_reply_is_found_by_the_same_key(operation)


@pytest.mark.django_db
def test_the_suite_finds_providers_that_use_the_database(tmp_path: Path) -> None:
    fails(suite_of(Chatty, tmp_path), "test_touches_no_database")


def fails(suite: TestDummy, name: str) -> None:
    """Fail unless a test of the suite fails."""
    arguments: dict[str, Any] = {
        "test_amounts_are_minor_units_of_the_currency": {"digits": 0},
        "test_an_action_of_the_shopper_decides": {"agrees": True},
        "test_no_more_can_be_captured_than_is_held": {"amount": 5000},
        "test_no_more_can_be_refunded_than_was_captured": {"amount": 5000},
    }
    with pytest.raises((AssertionError, ProviderRefused, pytest.fail.Exception)):
        getattr(suite, name)(**arguments.get(name, {}))
