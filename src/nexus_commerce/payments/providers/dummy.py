"""A provider that moves no real money and does what a script says: for demos and tests."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from time import sleep, time
from typing import Any, ClassVar, Final
from uuid import UUID, uuid4

from django.core.checks import CheckMessage, Error
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.outside import refuse_inside_transaction
from nexus_commerce.payments.providers.base import (
    InvalidNotice,
    PaymentProvider,
    ProviderRefused,
    ProviderUnavailable,
)
from nexus_commerce.payments.providers.dummy_bank import SIGNATURE_HEADER, DummyBank, signature
from nexus_commerce.payments.providers.dummy_books import BankPayment, Books, Movement, UnknownPayment
from nexus_commerce.payments.providers.dummy_scripts import Script
from nexus_commerce.payments.providers.reports import Notice, PaymentReport, PaymentRequest, RefundReport

__all__ = ["BankPayment", "DummyBank", "DummyProvider", "Movement"]

TOLERANCE: Final = 300
"""Seconds by which a message may be older, or a clock be ahead."""
OPTIONS: Final = frozenset({"capture", "delay", "name", "page", "path", "script", "secret", "ships_unpaid"})


class DummyProvider(PaymentProvider):
    """Play a provider by a script. Its bank is a file, which outlives the process and the shop's transactions.

    The script is ``request.data["token"]``, else the option ``script``, else ``approve``: see ``Script`` for what it
    can say. Other options:

    ``path``
        The file of the bank; by default one for each project, in the folder for temporary files.
    ``capture``
        ``automatic`` or ``manual``.
    ``secret``
        What messages of the bank are signed with; by default derived from the project's ``SECRET_KEY``.
    ``page``
        Where ``nexus_commerce.contrib.dummypay.urls`` is included, ``/dummypay/``: shoppers are sent there by
        ``needs_action``.
    ``delay``
        Seconds that ``slow`` takes, 2.

    The same key gives the same answer and moves money once, whatever became of the process that asked first.
    """

    is_test: ClassVar[bool] = True

    def __init__(self, alias: str, options: Mapping[str, Any]) -> None:
        super().__init__(alias, options)
        self.name = str(options.get("name") or _("Test payment"))
        self.bank = DummyBank(options.get("path"), options.get("secret", ""))

    def check(self) -> Sequence[CheckMessage]:
        """Return what is wrong with the options."""
        found = [f"There is no option {name!r}." for name in sorted(set(self.options) - OPTIONS)]
        found += Script(self.options.get("script", "")).faults()
        if self.options.get("capture", "automatic") not in ("automatic", "manual"):
            found.append("The option capture is either 'automatic' or 'manual'.")
        hint = f"See the docstring of {type(self).__module__}.{type(self).__qualname__}."
        return [Error(text, hint, obj=type(self), id="nexus_commerce.E214") for text in found]

    def start(self, request: PaymentRequest, *, key: UUID) -> PaymentReport:
        """Open a payment at the bank."""
        script = self.script_of(request) or Script("approve")

        def act(books: Books) -> dict[str, Any]:
            payment = BankPayment(
                ref=f"dummy_{uuid4().hex}",
                payment=str(request.payment),
                order=str(request.order),
                number=request.number,
                amount=request.amount,
                currency=request.currency,
                return_url=request.return_url,
                script=script.text,
                captures_at_once=self.captures_at_once,
            )
            books.add(payment)
            return asdict(payment)

        asked = {"payment": str(request.payment), "amount": request.amount, "currency": request.currency}
        return self.report(self.once("start", key, asked, script, act))

    def authorize(self, ref: str, request: PaymentRequest, *, key: UUID) -> PaymentReport:
        """Do what the script says. A payment that is over, or that was authorized already, stays as it is."""
        script = self.script_of(request) or self.script_at(ref)

        def act(books: Books) -> dict[str, Any]:
            payment = books.payment(ref)
            payment.script = script.text
            if payment.status in ("pending", "requires_action", "failed"):
                script.play(books, payment, key=str(key))
            return asdict(payment)

        return self.report(self.once("authorize", key, {"ref": ref}, script, act))

    def capture(self, ref: str, *, amount: int, currency: str, key: UUID) -> PaymentReport:
        """Take money that is held."""

        def act(books: Books) -> dict[str, Any]:
            payment = books.payment(ref)
            if refusal := refusal_of(payment, amount, currency, limit=payment.held):
                return refusal
            books.charge(payment, amount, key=str(key))
            return asdict(payment)

        asked = {"ref": ref, "amount": amount, "currency": currency}
        return self.report(self.once("capture", key, asked, self.script_at(ref), act))

    def void(self, ref: str, *, key: UUID) -> PaymentReport:
        """Release what is held; to void twice is no error."""

        def act(books: Books) -> dict[str, Any]:
            payment = books.payment(ref)
            if payment.captured and not payment.held:
                return {"refused": "already_captured"}
            if payment.status != "voided":
                books.release(payment, key=str(key))
            return asdict(payment)

        return self.report(self.once("void", key, {"ref": ref}, self.script_at(ref), act))

    def refund(self, ref: str, *, amount: int, currency: str, key: UUID) -> RefundReport:
        """Give money back, at once or, as the script says, later or not at all."""
        script = self.script_at(ref)

        def act(books: Books) -> dict[str, Any]:
            payment = books.payment(ref)
            if refusal := refusal_of(payment, amount, currency, limit=payment.refundable):
                return refusal
            becomes = "failed" if script.has("refund_fails") else "succeeded"
            refund = books.add_refund(payment, amount, becomes=becomes, key=str(key))
            return {"ref": refund, "status": "pending" if script.has("refund_pending") else books.settle(refund)}

        asked = {"ref": ref, "amount": amount, "currency": currency}
        reply = self.once("refund", key, asked, script, act)
        return refund_report(reply["ref"], reply["status"])

    def fetch_refund(self, ref: str, refund_ref: str) -> RefundReport:
        """Return a refund; one that was pending comes to its end now."""
        self.before("fetch", self.script_at(ref))
        with self.bank.books() as books:
            try:
                return refund_report(refund_ref, books.settle(refund_ref))
            except UnknownPayment as exc:
                raise ProviderRefused("unknown_refund", str(exc)) from exc

    def fetch(self, ref: str) -> PaymentReport:
        """Return the payment as the bank has it."""
        self.before("fetch", self.script_at(ref))
        return self.report(asdict(self.found(ref)))

    def parse_webhook(self, body: bytes, headers: Mapping[str, str]) -> Sequence[Notice]:
        """Verify a message of the bank and return what it is about."""
        parts = dict(part.partition("=")[::2] for part in headers.get(SIGNATURE_HEADER, "").split(","))
        moment, sent = parts.get("t", ""), parts.get("v1", "")
        if not hmac.compare_digest(signature(self.bank.secret, moment, body).encode(), sent.encode()):
            raise InvalidNotice("The signature is wrong.")
        if not moment.isdecimal() or abs(time() - int(moment)) > TOLERANCE:
            raise InvalidNotice("The message is too old.")
        try:
            message = json.loads(body)
            about = message["data"]
            return [Notice(str(message["id"]), str(message["type"]), str(about["ref"]), UUID(about["payment"]))]
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            raise InvalidNotice("The message cannot be read.") from exc

    def script_of(self, request: PaymentRequest) -> Script | None:
        """Return the script that the shopper's browser or the options name."""
        text = str(request.data.get("token") or self.options.get("script") or "")
        if not text:
            return None
        if faults := (script := Script(text)).faults():
            raise ProviderRefused("unknown_token", " ".join(faults))
        return script

    def script_at(self, ref: str) -> Script:
        """Return the script that a payment follows."""
        return Script(self.found(ref).script)

    def found(self, ref: str) -> BankPayment:
        """Return the payment. Raises ``ProviderRefused``."""
        try:
            return self.bank.payment(ref)
        except UnknownPayment as exc:
            raise ProviderRefused("unknown_payment", str(exc)) from exc

    def before(self, kind: str, script: Script) -> None:
        """Do what the script says comes before an operation."""
        refuse_inside_transaction()
        if script.has("slow", kind):
            sleep(self.options.get("delay", 2))
        if script.has("time_out", kind):
            raise ProviderUnavailable("The bank did not answer.")

    def once(
        self,
        kind: str,
        key: UUID,
        asked: Mapping[str, Any],
        script: Script,
        act: Callable[[Books], dict[str, Any]],
    ) -> dict[str, Any]:
        """Carry out an operation, if its key is new, and return the reply."""
        self.before(kind, script)
        with self.bank.books() as books:
            refused = {"refused": f"{kind}_refused"} if script.has("refuse", kind) else None
            reply, is_new = books.once(kind, key, asked, lambda: refused or act(books))
        if is_new and script.has("lost_reply", kind):
            raise ProviderUnavailable("The answer of the bank was lost.")
        if "refused" in reply:
            raise ProviderRefused(reply["refused"])
        return reply

    def report(self, reply: Mapping[str, Any]) -> PaymentReport:
        """Return the report that a reply of the bank makes."""
        payment = BankPayment(**reply)
        url = f"{self.options.get('page', '/dummypay/')}{self.alias}/{payment.ref}/"
        return PaymentReport(
            ref=payment.ref,
            status="voided" if payment.is_released else payment.status,
            amount=payment.amount,
            currency=payment.currency,
            authorized=payment.authorized,
            captured=payment.captured,
            refunded=payment.refunded,
            next_action={"type": "redirect", "url": url} if payment.status == "requires_action" else {},
            failure_code=payment.failure_code,
            expires_at=payment.expires_at,
        )


def refusal_of(payment: BankPayment, amount: int, currency: str, *, limit: int) -> dict[str, Any] | None:
    """Return the refusal of an amount that is more than the limit, or none at all, or of another currency."""
    if currency != payment.currency:
        return {"refused": "wrong_currency"}
    return None if 0 < amount <= limit else {"refused": "wrong_amount"}


def refund_report(ref: str, status: str) -> RefundReport:
    """Return the report of a refund."""
    match status:
        case "succeeded" | "pending":
            return RefundReport(ref, status)
        case _:
            return RefundReport(ref, "failed", "refund_failed")
