"""What the suite of payment providers needs to know of one, and the steps that its tests share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Final
from uuid import uuid4

import pytest

from nexus_commerce.core.money import MAX_MINOR
from nexus_commerce.payments.providers.base import PaymentProvider, ProviderRefused
from nexus_commerce.payments.providers.reports import PaymentReport, PaymentRequest, RefundReport

__all__ = ["AMOUNT", "ProviderHarness", "checked", "checked_refund", "figures"]

AMOUNT: Final = 4990
STATUSES: Final = {"pending", "requires_action", "authorized", "captured", "voided", "failed"}


class ProviderHarness:
    """Say which provider is meant, and what its shoppers and its test server do.

    What the provider or its test server cannot do is left as it is here, and those tests are skipped by name. The flags
    of the provider (``can_void`` and so on) decide about the rest.
    """

    keeps_rest: ClassVar[bool] = True
    """Whether what a partial capture leaves stays held; otherwise the provider releases it."""
    currencies: ClassVar[Sequence[tuple[str, int]]] = (("EUR", 4990), ("JPY", 500), ("KWD", 1230))
    """Currencies of two, no and three digits, with an amount that can be paid."""

    def provider(self, **options: Any) -> PaymentProvider:
        """Return the provider to be tested, with the options of a real project and those given (``capture``)."""
        raise NotImplementedError

    def paying(self) -> Mapping[str, Any]:
        """Return the data of a browser whose shopper pays."""
        return {}

    def declined(self) -> Mapping[str, Any]:
        """Return the data of a browser whose shopper is declined."""
        return pytest.skip("The suite was not told how a payment is declined: override declined().")

    def acting(self) -> Mapping[str, Any]:
        """Return the data of a browser whose shopper has something to do first, such as 3-D Secure."""
        return pytest.skip("The suite was not told how a payment needs an action: override acting().")

    def act(self, ref: str, *, agrees: bool) -> None:
        """Do it, as the shopper does: agree, or refuse."""
        raise NotImplementedError

    def message(self, ref: str, *, event: str, at: float) -> tuple[bytes, Mapping[str, str]]:
        """Return body and headers of a message about a payment, signed at a time; header names in lower case."""
        return pytest.skip("The suite was not told how the provider signs: override message().")

    def lose_next_reply(self, operation: str) -> None:
        """Have the provider do what it is asked next, an operation such as ``capture``, and the reply get lost."""
        pytest.skip("The suite was not told how a reply is lost: override lose_next_reply().")

    def unreachable(self) -> PaymentProvider:
        """Return the provider with options that lead nowhere."""
        return pytest.skip("The suite was not told of a provider that cannot be reached: override unreachable().")

    def secrets(self) -> Sequence[str]:
        """Return the options that nobody may see."""
        return [str(value) for name, value in self.provider().options.items() if name in ("secret", "api_key")]

    # What the tests below share.

    def request(self, data: Mapping[str, Any] | None = None, **changes: Any) -> PaymentRequest:
        known = PaymentRequest(uuid4(), uuid4(), "1001", AMOUNT, "EUR", "shopper@example.com")
        return replace(known, data=self.paying() if data is None else data, **changes)

    def pay(self, provider: PaymentProvider, request: PaymentRequest | None = None) -> PaymentReport:
        """Start and authorize a payment. Each payment has a key of its own, as in the library."""
        asked = request or self.request()
        ref = provider.start(asked, key=asked.payment).ref
        return checked(provider.authorize(ref, asked, key=asked.payment))

    def held(self, **options: Any) -> tuple[PaymentProvider, str]:
        """Return a provider that holds money, and the payment."""
        provider = self.provider(capture="manual", **options)
        if provider.captures_at_once:
            pytest.skip("The provider holds no money: it captures at once whatever the option capture says.")
        return provider, self.pay(provider).ref

    def taken(self) -> tuple[PaymentProvider, str]:
        """Return a provider that took money, and the payment."""
        provider = self.provider(capture="automatic")
        report = self.pay(provider)
        if not provider.captures_at_once:
            provider.capture(report.ref, amount=AMOUNT, currency="EUR", key=uuid4())
        return provider, report.ref

    def refuses(self, provider: PaymentProvider, ref: str, ask: Callable[[], Any]) -> None:
        """Fail unless the provider says no, and nothing is different afterwards."""
        before = provider.fetch(ref)
        with pytest.raises(ProviderRefused) as refusal:
            ask()
        assert refusal.value.code, "A refusal has a code."
        assert figures(provider.fetch(ref)) == figures(before), "A refusal leaves everything as it was."

    def needs(self, ability: bool, what: str) -> None:
        """Skip the test where the provider says that it cannot do something."""
        if not ability:
            pytest.skip(f"The provider says that it cannot {what}.")

    def settled(self, provider: PaymentProvider, ref: str, refund: str = "") -> PaymentReport:
        """Return the payment once a refund is over."""
        if refund:
            assert checked_refund(provider.fetch_refund(ref, refund)).status == "succeeded"
        return checked(provider.fetch(ref))


def checked(report: PaymentReport) -> PaymentReport:
    """Return the report, which must be one that the library can book."""
    amounts = (report.amount, report.authorized, report.captured, report.refunded)
    assert all(type(amount) is int for amount in amounts), "Amounts are integers of the minor unit."
    assert all(0 <= amount <= MAX_MINOR for amount in amounts)
    assert report.refunded <= report.captured
    assert 0 < len(report.ref) <= 255
    assert report.status in STATUSES
    assert report.currency == report.currency.upper()
    assert report.expires_at is None or report.expires_at.tzinfo is not None
    assert bool(report.next_action) <= (report.status == "requires_action")
    return report


def checked_refund(report: RefundReport) -> RefundReport:
    """Return the report of a refund, which must be one that the library can book."""
    assert 0 < len(report.ref) <= 255
    assert report.status in {"pending", "succeeded", "failed"}
    assert bool(report.failure_code) == (report.status == "failed")
    return report


def figures(report: PaymentReport) -> tuple[object, ...]:
    """Return what the library books of a report."""
    return (report.status, report.amount, report.currency, report.authorized, report.captured, report.refunded)
