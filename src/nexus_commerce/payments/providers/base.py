"""What a payment provider is to the library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.core.checks import CheckMessage

from nexus_commerce.payments.providers.reports import Notice, PaymentReport, PaymentRequest, RefundReport

__all__ = ["InvalidNotice", "PaymentProvider", "ProviderRefused", "ProviderUnavailable"]


class ProviderRefused(Exception):
    """The provider answered, and said no: nothing happened there. ``code`` is a short word, ``declined`` or its own."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code


class ProviderUnavailable(Exception):
    """There was no usable answer: whether something happened there is not known. The same call with the same key will
    tell, or ``fetch``."""


class InvalidNotice(Exception):
    """A message is not from the provider: its signature is wrong, too old, or missing."""


class PaymentProvider:
    """Take money for orders, one way. To add one, derive this class.

    Configured like Django's caches: ``NEXUS_COMMERCE["PAYMENT_PROVIDERS"]`` maps an alias to ``BACKEND``, a dotted
    path, and ``OPTIONS``. An instance lives for one call and keeps no state of its own.

    **Offline** providers (``is_offline``: bank transfer, cash on delivery) are never asked: the order is placed unpaid
    in the transaction that prepares it, and the money is recorded when it comes. They implement nothing but
    ``instructions``.

    **Online** providers are asked outside any transaction, by one process at a time for each payment, and every call
    has a ``key`` (a UUID): the same key means the same call, sent again because nobody knows what became of it. A
    provider must pass it on, or find out by itself that it did this before: money moves once for a key.

    1. ``start`` makes the payment at the provider and returns its reference. No money moves yet.
    2. ``authorize`` tries to get the money, and may answer with a next action of the shopper (a redirect, 3-D Secure).
       A provider that ``captures_at_once`` takes the money with it, others hold it.
    3. ``capture`` takes what was held, at once or in parts; ``void`` gives up what was held and not captured.
    4. ``refund`` gives back what was captured, whole or in parts.

    ``fetch`` returns the payment as the provider has it: this, and nothing that a browser or a message says, is what
    the library believes. ``parse_webhook`` verifies a message and says which payment to fetch.

    Raise ``ProviderRefused`` where the provider said no, ``ProviderUnavailable`` where nobody knows (a timeout, a 5xx,
    a broken connection); any other exception counts as the latter. Give every request a time limit. Never log or
    return credentials or card data.

    ``nexus_commerce.testing.payment_providers.ProviderCompliance`` is the test suite of a provider.
    """

    is_offline: ClassVar[bool] = False
    is_test: ClassVar[bool] = False
    """Whether it moves no real money: refused in production."""
    can_capture_partially: ClassVar[bool] = True
    """Whether less than what is held can be captured. Where the rest is released by that, the report says ``voided``,
    and where it stays held, more can be captured later."""
    can_void: ClassVar[bool] = True
    can_refund: ClassVar[bool] = True
    can_refund_partially: ClassVar[bool] = True
    name: str = ""

    def __init__(self, alias: str, options: Mapping[str, Any]) -> None:
        self.alias = alias
        self.options = options

    @property
    def captures_at_once(self) -> bool:
        """Whether ``authorize`` takes the money. The option ``capture`` (``automatic`` or ``manual``) says."""
        return bool(self.options.get("capture", "automatic") != "manual")

    @property
    def ships_unpaid(self) -> bool:
        """Whether goods may leave before the money came, as with cash on delivery. The option ``ships_unpaid`` says."""
        return bool(self.options.get("ships_unpaid", False))

    def check(self) -> Sequence[CheckMessage]:
        """Return what is wrong with the options, for the system checks. Ask nobody outside."""
        return []

    def instructions(self, *, language: str) -> str:
        """Return what the shopper has to do to pay, as plain text in ``language``; empty where there is nothing."""
        return ""

    def client_options(self) -> Mapping[str, Any]:
        """Return what a shop's front end needs to know, such as a publishable key. Everybody sees it."""
        return {}

    def start(self, request: PaymentRequest, *, key: UUID) -> PaymentReport:
        """Make the payment at the provider, and return it with its reference; no money moves yet."""
        raise NotImplementedError

    def authorize(self, ref: str, request: PaymentRequest, *, key: UUID) -> PaymentReport:
        """Try to get the money, with what ``request.data`` says, and return the payment as it is then.

        A decline is a report with the status ``failed`` and a ``failure_code``, or ``ProviderRefused``.
        """
        raise NotImplementedError

    def capture(self, ref: str, *, amount: int, currency: str, key: UUID) -> PaymentReport:
        """Take ``amount`` minor units of what is held."""
        raise NotImplementedError

    def void(self, ref: str, *, key: UUID) -> PaymentReport:
        """Give up what is held and not captured, or a payment that was never completed."""
        raise NotImplementedError

    def refund(self, ref: str, *, amount: int, currency: str, key: UUID) -> RefundReport:
        """Give ``amount`` minor units of what was captured back."""
        raise NotImplementedError

    def fetch_refund(self, ref: str, refund_ref: str) -> RefundReport:
        """Return a refund that was still pending as the provider has it now."""
        raise NotImplementedError

    def fetch(self, ref: str) -> PaymentReport:
        """Return the payment as the provider has it now."""
        raise NotImplementedError

    def parse_webhook(self, body: bytes, headers: Mapping[str, str]) -> Sequence[Notice]:
        """Verify a message by the provider's signature over its raw body, in constant time and not older than five
        minutes, and return what it is about. Header names are in lower case. Raises ``InvalidNotice``.
        """
        raise NotImplementedError
