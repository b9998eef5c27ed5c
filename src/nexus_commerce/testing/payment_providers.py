"""What every online payment provider must do, as tests that a host runs against its own::

class TestOurBank(ProviderCompliance):
    def provider(self, **options):
        return OurBank("our_bank", {"url": "http://127.0.0.1:8040", "secret": "…", **options})

    def message(self, ref, *, event, at):
        return signed_message(ref, event, at)
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from time import monotonic, time
from typing import Any, Final
from uuid import uuid4

import pytest

from nexus_commerce.payments.providers.base import (
    InvalidNotice,
    ProviderRefused,
    ProviderUnavailable,
)
from nexus_commerce.testing.payment_harness import AMOUNT, ProviderHarness, checked, checked_refund, figures
from nexus_commerce.testing.statements import watch_statements

__all__ = ["ProviderCompliance"]

LONGEST: Final = 30
"""Seconds that a shopper, or a worker, may have to wait for a call."""


class ProviderCompliance(ProviderHarness):
    """Mix it into a test class and say which provider is meant: see ``ProviderHarness``.

    Run it against the provider's test server.
    """

    # Options.

    def test_options_are_right(self) -> None:
        assert list(self.provider().check()) == []

    def test_is_an_online_provider(self) -> None:
        assert not self.provider().is_offline, "Offline providers are never asked: this suite is not for them."
        assert str(self.provider().name), "Shoppers choose a provider by its name."

    def test_tells_the_front_end_no_secret(self) -> None:
        told = json.dumps(dict(self.provider().client_options()))
        assert not any(secret in told for secret in self.secrets() if secret)

    # Starting and paying.

    def test_starting_moves_no_money(self) -> None:
        asked = self.request()
        report = checked(self.provider().start(asked, key=asked.payment))
        assert (report.status, report.authorized, report.captured, report.refunded) == ("pending", 0, 0, 0)
        assert (report.amount, report.currency) == (asked.amount, asked.currency)

    def test_starting_again_by_the_same_key_finds_the_payment(self) -> None:
        """The library starts again without the browser's data when a reply was lost."""
        asked = self.request()
        first = self.provider().start(asked, key=asked.payment)
        again = self.provider().start(replace(asked, data={}), key=asked.payment)
        assert again.ref == first.ref
        other = self.request()
        assert self.provider().start(other, key=other.payment).ref != first.ref

    def test_paying_takes_or_holds_the_amount(self) -> None:
        for capture in ("automatic", "manual"):
            provider = self.provider(capture=capture)
            report = self.pay(provider)
            assert report.authorized == AMOUNT
            assert report.captured == (AMOUNT if provider.captures_at_once else 0)
            assert report.status == ("captured" if provider.captures_at_once else "authorized")
            assert figures(provider.fetch(report.ref)) == figures(report), "fetch agrees with the reply."

    def test_paying_again_moves_nothing(self) -> None:
        provider, asked = self.provider(), self.request()
        report = self.pay(provider, asked)
        for key in (asked.payment, uuid4()):
            with suppress(ProviderRefused, ProviderUnavailable):
                assert provider.authorize(report.ref, asked, key=key).ref == report.ref
            assert figures(provider.fetch(report.ref)) == figures(report)

    @pytest.mark.parametrize("digits", [2, 0, 3])
    def test_amounts_are_minor_units_of_the_currency(self, digits: int) -> None:
        currency, amount = self.currencies[(2, 0, 3).index(digits)]
        provider = self.provider(capture="automatic")
        report = self.pay(provider, self.request(amount=amount, currency=currency))
        assert (report.currency, report.amount, report.authorized) == (currency, amount, amount)
        if provider.can_refund and report.captured:
            provider.refund(report.ref, amount=amount, currency=currency, key=uuid4())
            assert self.settled(provider, report.ref).refunded in (0, amount)

    def test_a_declined_payment_takes_nothing(self) -> None:
        provider, asked = self.provider(), self.request(self.declined())
        ref = provider.start(asked, key=asked.payment).ref
        try:
            report = checked(provider.authorize(ref, asked, key=asked.payment))
            assert report.status == "failed"
            assert report.failure_code, "A decline has a code."
        except ProviderRefused as refusal:
            assert refusal.code, "A decline has a code."  # noqa: PT017
        found = checked(provider.fetch(ref))
        assert (found.authorized, found.captured, found.status) == (0, 0, "failed")

    @pytest.mark.parametrize("agrees", [True, False])
    def test_an_action_of_the_shopper_decides(self, agrees: bool) -> None:
        provider = self.provider(capture="automatic")
        report = self.pay(provider, self.request(self.acting(), return_url="https://shop.example.com/back"))
        assert (report.status, report.authorized, report.captured) == ("requires_action", 0, 0)
        assert report.next_action.get("type"), "The shop needs to know what the shopper has to do."
        assert json.loads(json.dumps(dict(report.next_action))) == report.next_action, "It is kept as JSON."
        assert provider.fetch(report.ref).status == "requires_action"
        self.act(report.ref, agrees=agrees)
        found = checked(provider.fetch(report.ref))
        assert (found.status, found.captured) == (("captured", AMOUNT) if agrees else ("failed", 0))

    # Capturing and voiding.

    def test_capturing_takes_what_is_held_once(self) -> None:
        provider, ref = self.held()
        key = uuid4()
        for _ in range(2):
            report = checked(provider.capture(ref, amount=AMOUNT, currency="EUR", key=key))
            assert (report.status, report.captured) == ("captured", AMOUNT)
        self.refuses(provider, ref, lambda: provider.capture(ref, amount=1, currency="EUR", key=uuid4()))

    def test_a_part_can_be_captured(self) -> None:
        provider, ref = self.held()
        if not provider.can_capture_partially:
            pytest.skip("The provider captures all or nothing.")
        report = checked(provider.capture(ref, amount=1000, currency="EUR", key=uuid4()))
        assert report.captured == 1000
        if self.keeps_rest:
            assert report.status == "captured"
            more = checked(provider.capture(ref, amount=AMOUNT - 1000, currency="EUR", key=uuid4()))
            assert more.captured == AMOUNT, "Figures are totals so far."
        else:
            assert report.status == "voided", "What is not held any more is voided; what was captured stays."
            self.refuses(provider, ref, lambda: provider.capture(ref, amount=1, currency="EUR", key=uuid4()))

    @pytest.mark.parametrize("amount", [AMOUNT + 1, 0, -1])
    def test_no_more_can_be_captured_than_is_held(self, amount: int) -> None:
        provider, ref = self.held()
        self.refuses(provider, ref, lambda: provider.capture(ref, amount=amount, currency="EUR", key=uuid4()))

    def test_voiding_gives_up_what_is_held(self) -> None:
        provider, ref = self.held()
        self.needs(provider.can_void, "void")
        for key in (first := uuid4(), first, uuid4()):
            report = checked(provider.void(ref, key=key))
            assert (report.status, report.captured) == ("voided", 0), "To void again is no error."
        assert provider.fetch(ref).status == "voided"
        self.refuses(provider, ref, lambda: provider.capture(ref, amount=AMOUNT, currency="EUR", key=uuid4()))

    def test_what_was_never_paid_can_be_voided(self) -> None:
        provider, asked = self.provider(), self.request()
        self.needs(provider.can_void, "void")
        ref = provider.start(asked, key=asked.payment).ref
        assert provider.void(ref, key=uuid4()).status == "voided"
        with suppress(ProviderRefused, ProviderUnavailable):
            provider.authorize(ref, asked, key=asked.payment)
        assert checked(provider.fetch(ref)).captured == 0, "What was voided takes no money any more."

    def test_what_was_captured_cannot_be_voided(self) -> None:
        provider, ref = self.taken()
        self.needs(provider.can_void, "void")
        self.refuses(provider, ref, lambda: provider.void(ref, key=uuid4()))

    # Refunds.

    def test_refunds_add_up(self) -> None:
        provider, ref = self.taken()
        self.needs(provider.can_refund and provider.can_refund_partially, "refund in parts")
        key = uuid4()
        first, again = (checked_refund(provider.refund(ref, amount=1000, currency="EUR", key=key)) for _ in range(2))
        assert first.ref == again.ref, "The same key is the same refund."
        assert self.settled(provider, ref, first.ref).refunded == 1000
        rest = provider.refund(ref, amount=AMOUNT - 1000, currency="EUR", key=uuid4())
        assert rest.ref != first.ref
        found = self.settled(provider, ref, rest.ref)
        assert (found.captured, found.refunded) == (AMOUNT, AMOUNT), "Figures are totals so far."
        self.refuses(provider, ref, lambda: provider.refund(ref, amount=1, currency="EUR", key=uuid4()))

    @pytest.mark.parametrize("amount", [AMOUNT + 1, 0, -1])
    def test_no_more_can_be_refunded_than_was_captured(self, amount: int) -> None:
        provider, ref = self.taken()
        self.needs(provider.can_refund, "refund")
        self.refuses(provider, ref, lambda: provider.refund(ref, amount=amount, currency="EUR", key=uuid4()))

    def test_what_is_only_held_cannot_be_refunded(self) -> None:
        provider, ref = self.held()
        self.needs(provider.can_refund, "refund")
        self.refuses(provider, ref, lambda: provider.refund(ref, amount=1000, currency="EUR", key=uuid4()))

    # Trouble.

    def test_an_unknown_payment_is_no_report(self) -> None:
        with pytest.raises(Exception):  # noqa: B017, PT011
            self.provider().fetch("no-such-payment")

    @pytest.mark.parametrize("operation", ["start", "authorize", "capture", "refund"])
    def test_a_lost_reply_is_found_by_the_same_key(self, operation: str) -> None:
        provider, asked = self.provider(capture="manual"), self.request()
        ref, keys = "", {name: uuid4() for name in ("start", "authorize", "capture", "refund")}
        steps: dict[str, Callable[[], Any]] = {
            "start": lambda: provider.start(asked, key=keys["start"]),
            "authorize": lambda: provider.authorize(ref, asked, key=keys["authorize"]),
            "capture": lambda: provider.capture(ref, amount=AMOUNT, currency="EUR", key=keys["capture"]),
            "refund": lambda: provider.refund(ref, amount=1000, currency="EUR", key=keys["refund"]),
        }
        if provider.captures_at_once:
            steps.pop("capture")
        for name, step in steps.items():
            if name == operation:
                self.lose_next_reply(operation)
                with pytest.raises(ProviderUnavailable):
                    step()
            answer = step()
            ref = ref or answer.ref
        found = self.settled(provider, ref)
        assert (found.authorized, found.captured, found.refunded) == (AMOUNT, AMOUNT, 1000)

    def test_says_that_it_cannot_be_reached(self) -> None:
        provider, asked, began = self.unreachable(), self.request(), monotonic()
        with pytest.raises(ProviderUnavailable) as trouble:
            provider.start(asked, key=asked.payment)
        assert not any(secret in str(trouble.value) for secret in self.secrets() if secret)
        with pytest.raises(ProviderUnavailable):
            provider.fetch("some-payment")
        assert monotonic() - began <= 2 * LONGEST

    def test_touches_no_database(self) -> None:
        with watch_statements() as statements:
            self.pay(self.provider())
        assert statements == []

    # Messages.

    def test_a_message_says_which_payment_it_is_about(self) -> None:
        provider, asked = self.provider(), self.request()
        ref = self.pay(provider, asked).ref
        body, headers = self.message(ref, event="evt_one", at=time())
        notices = provider.parse_webhook(body, headers)
        assert [(notice.ref, notice.payment) for notice in notices] in ([(ref, asked.payment)], [(ref, None)])
        assert notices[0].event, "An event has an id, by which a duplicate is known."
        assert notices[0].type
        assert provider.parse_webhook(body, headers) == notices, "A duplicate is the same event."
        other = provider.parse_webhook(*self.message(ref, event="evt_two", at=time()))
        assert other[0].event != notices[0].event

    def test_a_forged_message_is_refused(self) -> None:
        provider = self.provider()
        body, headers = self.message(self.pay(provider).ref, event="evt_one", at=time())
        swapped = {name: value[::-1] for name, value in headers.items()}
        for sent, under in ((body + b" ", headers), (body, {}), (body, swapped), (b"", headers), (b"\xff{", headers)):
            with pytest.raises(InvalidNotice):
                provider.parse_webhook(sent, under)

    def test_a_stale_message_is_refused(self) -> None:
        provider = self.provider()
        ref = self.pay(provider).ref
        provider.parse_webhook(*self.message(ref, event="evt_one", at=time() - 240))
        with pytest.raises(InvalidNotice):
            provider.parse_webhook(*self.message(ref, event="evt_one", at=time() - 330))
