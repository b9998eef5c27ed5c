"""Stripe as a payment provider: cards and wallets, by PaymentIntents."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit
from uuid import UUID

import stripe
from django.core.checks import CheckMessage, Error
from django.utils.translation import gettext_lazy as _

from nexus_commerce.contrib.stripe.amounts import to_stripe
from nexus_commerce.contrib.stripe.asking import asking, client_of
from nexus_commerce.contrib.stripe.reading import (
    CONFIRMS,
    ORDER,
    PAYMENT,
    REFUND,
    read_event,
    read_intent,
    read_refund,
)
from nexus_commerce.core.outside import refuse_inside_transaction
from nexus_commerce.payments.providers.base import InvalidNotice, PaymentProvider, ProviderRefused
from nexus_commerce.payments.providers.reports import Notice, PaymentReport, PaymentRequest, RefundReport

__all__ = ["StripeProvider"]

TOLERANCE: Final = 300
"""Seconds by which a message may be old."""
MAX_TIMEOUT: Final = 15
"""Two requests in a row still end before another process takes the payment over."""
METHOD: Final = re.compile(r"(pm|card|src)_[A-Za-z0-9_]{1,250}")
KEY: Final = re.compile(r"(sk|rk)_(live|test)_\w+")
OPTIONS: Final = frozenset(
    {"api_base", "api_key", "capture", "name", "payment_method_types", "publishable_key", "timeout", "webhook_secret"}
)


class StripeProvider(PaymentProvider):
    """Take cards through Stripe. Their numbers go from the browser to Stripe, never through the shop. Options:

    ``api_key``, ``publishable_key``, ``webhook_secret``
        Of the same account and mode; a restricted key may write PaymentIntents and Refunds and read Charges.
    ``capture``
        ``automatic``: the card is charged when the order is placed; ``manual``: the money is held, and taken later,
        once: when less is taken than was held, Stripe releases the rest.
    ``payment_method_types``
        ``["card"]``, which includes Apple Pay and Google Pay. Only methods that answer while the shopper waits.
    ``timeout``
        Seconds for each request, 10. No request is repeated by itself: the library asks again with the same key.
    ``name``
        What shoppers read, "Card".
    ``api_base``
        Another address of Stripe's API, for tests.

    ``authorize`` confirms with ``request.data["payment_method"]``; without one, the next action is a client secret,
    with which Stripe.js lets the shopper enter a card and confirms.
    """

    can_capture_partially: ClassVar[bool] = True

    def __init__(self, alias: str, options: Mapping[str, Any]) -> None:
        super().__init__(alias, options)
        self.name = str(options.get("name") or _("Card"))
        self.publishable_key = str(options.get("publishable_key", ""))

    def check(self) -> Sequence[CheckMessage]:
        """Return what is wrong with the options."""
        found = [f"There is no option {name!r}." for name in sorted(set(self.options) - OPTIONS)]
        key = KEY.fullmatch(str(self.options.get("api_key", "")))
        if key is None:
            found.append("The option api_key is a secret key of Stripe: sk_… or rk_….")
        elif self.publishable_key and not self.publishable_key.startswith(f"pk_{key[2]}_"):
            found.append("The options api_key and publishable_key are not of the same mode, live or test.")
        if not self.options.get("webhook_secret"):
            found.append("The option webhook_secret is missing: without it, no message of Stripe is believed.")
        if self.options.get("capture", "automatic") not in ("automatic", "manual"):
            found.append("The option capture is either 'automatic' or 'manual'.")
        if not 0 < self.timeout <= MAX_TIMEOUT:
            found.append(f"The option timeout is a number of seconds, more than 0 and at most {MAX_TIMEOUT}.")
        hint = f"See the docstring of {type(self).__module__}.{type(self).__qualname__}."
        return [Error(text, hint, obj=type(self), id="nexus_commerce.E214") for text in found]

    @property
    def timeout(self) -> float:
        """How many seconds a request may take."""
        given = self.options.get("timeout", 10)
        return given if isinstance(given, int | float) else 0

    def client_options(self) -> Mapping[str, Any]:
        """Return the publishable key, which Stripe.js needs."""
        return {"publishable_key": self.publishable_key}

    def start(self, request: PaymentRequest, *, key: UUID) -> PaymentReport:
        """Create a PaymentIntent. The same payment always makes the same request, whatever the browser sent."""
        params: stripe.params.PaymentIntentCreateParams = {
            "amount": to_stripe(request.amount, request.currency),
            "currency": request.currency.lower(),
            "capture_method": "automatic" if self.captures_at_once else "manual",
            "allowed_payment_method_types": list(self.options.get("payment_method_types", ["card"])),
            "metadata": {PAYMENT: str(request.payment), ORDER: str(request.order), "order_number": request.number},
            "expand": ["latest_charge"],
        }
        with asking():
            intent = self.api.payment_intents.create(params, once("start", key))
        return self.report(intent)

    def authorize(self, ref: str, request: PaymentRequest, *, key: UUID) -> PaymentReport:
        """Confirm with the payment method that the browser sent, or leave it to Stripe.js to confirm."""
        method = request.data.get("payment_method")
        if not method:
            with asking():
                params: stripe.params.PaymentIntentUpdateParams = {
                    "metadata": {CONFIRMS: "browser"},
                    "expand": ["latest_charge"],
                }
                return self.report(self.api.payment_intents.update(ref, params, once("browser", key)))
        if not isinstance(method, str) or not METHOD.fullmatch(method):
            raise ProviderRefused("invalid_payment_method", "A payment method is the id that Stripe.js returned.")
        confirm: stripe.params.PaymentIntentConfirmParams = {"payment_method": method, "expand": ["latest_charge"]}
        if urlsplit(request.return_url).scheme in ("http", "https"):
            confirm["return_url"] = request.return_url
        try:
            with asking():
                intent = self.api.payment_intents.confirm(ref, confirm, once("authorize", key))
        except ProviderRefused as exc:
            if exc.code == "payment_intent_unexpected_state":  # It was confirmed before: how it went is there to read.
                return self.fetch(ref)
            raise
        return self.report(intent)

    def capture(self, ref: str, *, amount: int, currency: str, key: UUID) -> PaymentReport:
        """Take what is held, or a part of it; Stripe releases the rest."""
        params: stripe.params.PaymentIntentCaptureParams = {
            "amount_to_capture": to_stripe(amount, currency),
            "expand": ["latest_charge"],
        }
        with asking():
            intent = self.api.payment_intents.capture(ref, params, once("capture", key))
        return self.report(intent)

    def void(self, ref: str, *, key: UUID) -> PaymentReport:
        """Cancel the PaymentIntent; to cancel it again is no error."""
        try:
            with asking():
                intent = self.api.payment_intents.cancel(ref, {"expand": ["latest_charge"]}, once("void", key))
        except ProviderRefused as exc:
            if exc.code == "payment_intent_unexpected_state" and (report := self.fetch(ref)).status == "voided":
                return report
            raise
        return self.report(intent)

    def refund(self, ref: str, *, amount: int, currency: str, key: UUID) -> RefundReport:
        """Give money back to the card."""
        params: stripe.params.RefundCreateParams = {
            "payment_intent": ref,
            "amount": to_stripe(amount, currency),
            "metadata": {REFUND: str(key)},
        }
        with asking():
            return read_refund(self.api.refunds.create(params, once("refund", key)).to_dict())

    def fetch_refund(self, ref: str, refund_ref: str) -> RefundReport:
        """Return a refund as Stripe has it now."""
        with asking(can_refuse=False):
            return read_refund(self.api.refunds.retrieve(refund_ref).to_dict())

    def fetch(self, ref: str) -> PaymentReport:
        """Return the payment as Stripe has it now."""
        with asking(can_refuse=False):
            intent = self.api.payment_intents.retrieve(ref, {"expand": ["latest_charge"]})
        return self.report(intent)

    def parse_webhook(self, body: bytes, headers: Mapping[str, str]) -> Sequence[Notice]:
        """Verify a message by the endpoint's secret; one of the other mode, live or test, is not for this shop."""
        secret = str(self.options.get("webhook_secret", ""))
        try:
            stripe.WebhookSignature.verify_header(body.decode(), headers.get("stripe-signature", ""), secret, TOLERANCE)
            event = json.loads(body)
            is_live, found = bool(event["livemode"]), read_event(event)
        except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError, AttributeError):
            raise InvalidNotice("The signature is wrong or too old, or the message cannot be read.") from None
        if not secret or is_live != ("_live_" in self.options.get("api_key", "")):
            raise InvalidNotice("The message is of the other mode, live or test.")
        return found

    @property
    def api(self) -> stripe.V1Services:
        """Stripe's API; not to be asked inside a transaction."""
        refuse_inside_transaction()
        return client_of(self.options.get("api_key", ""), self.options.get("api_base", ""), self.timeout).v1

    def report(self, intent: stripe.PaymentIntent) -> PaymentReport:
        """Return the report that a PaymentIntent makes; Stripe is asked for the refunds, if there are any."""
        thing = intent.to_dict()
        refunds: Sequence[Mapping[str, Any]] = ()
        if thing["latest_charge"] and thing["latest_charge"]["amount_refunded"]:
            with asking(can_refuse=False):
                page = self.api.refunds.list({"payment_intent": intent.id, "limit": 100})
                refunds = [refund.to_dict() for refund in page.auto_paging_iter()]
        return read_intent(thing, refunds, publishable_key=self.publishable_key)


def once(kind: str, key: UUID) -> stripe.RequestOptions:
    """Return the options that make asking again harmless, for at least 24 hours."""
    return {"idempotency_key": f"{kind}-{key}"}
