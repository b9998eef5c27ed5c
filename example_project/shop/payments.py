"""A payment provider of one's own, asked over https."""

import hmac
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from nexus_commerce.core.http import FetchRefused, SafeHttpClient
from nexus_commerce.payments.providers.base import (
    InvalidNotice,
    PaymentProvider,
    ProviderRefused,
    ProviderUnavailable,
)
from nexus_commerce.payments.providers.reports import Notice, PaymentReport, PaymentRequest, RefundReport

__all__ = ["HarborPay"]


class HarborPay(PaymentProvider):
    """Asks ``url`` with ``api_key``; its messages are signed with ``secret``."""

    name = "Harbor Pay"

    def start(self, request: PaymentRequest, *, key: UUID) -> PaymentReport:
        """Open the payment. What is sent depends on the payment alone, so that the same key is the same request."""
        capture = "automatic" if self.captures_at_once else "manual"
        about = {"payment": str(request.payment), "order": str(request.order), "number": request.number}
        return self.report(
            self.ask("start", key, amount=request.amount, currency=request.currency, capture=capture, **about)
        )

    def authorize(self, ref: str, request: PaymentRequest, *, key: UUID) -> PaymentReport:
        """Pay with the token that the browser got from Harbor Pay."""
        token = str(request.data.get("token", ""))
        return self.report(self.ask("authorize", key, ref=ref, token=token, return_url=request.return_url))

    def capture(self, ref: str, *, amount: int, currency: str, key: UUID) -> PaymentReport:
        """Take what is held."""
        return self.report(self.ask("capture", key, ref=ref, amount=amount, currency=currency))

    def void(self, ref: str, *, key: UUID) -> PaymentReport:
        """Give up what is held."""
        return self.report(self.ask("void", key, ref=ref))

    def refund(self, ref: str, *, amount: int, currency: str, key: UUID) -> RefundReport:
        """Give money back."""
        return self.refund_report(self.ask("refund", key, ref=ref, amount=amount, currency=currency))

    def fetch_refund(self, ref: str, refund_ref: str) -> RefundReport:
        """Return a refund as it is now."""
        return self.refund_report(self.ask("fetch_refund", ref=ref, refund=refund_ref))

    def fetch(self, ref: str) -> PaymentReport:
        """Return the payment as it is now."""
        return self.report(self.ask("fetch", ref=ref))

    def parse_webhook(self, body: bytes, headers: Mapping[str, str]) -> Sequence[Notice]:
        """Verify the signature over time and raw body before anything is read."""
        moment, _, sent = headers.get("harbor-signature", "").partition(".")
        right = hmac.new(self.options["secret"].encode(), moment.encode() + b"." + body, "sha256").hexdigest()
        if not hmac.compare_digest(right.encode(), sent.encode()) or abs(time.time() - int(moment)) > 300:
            raise InvalidNotice("The signature is wrong or too old.")
        said = json.loads(body)
        return [Notice(said["id"], said["type"], said["ref"], UUID(said["payment"]))]

    def client(self) -> SafeHttpClient:
        """Return the way out, with a limit of time for each call."""
        client = SafeHttpClient()
        client.total_timeout = self.options.get("timeout", 10)
        return client

    def ask(self, operation: str, key: UUID | None = None, **data: Any) -> dict[str, Any]:
        """Ask for an operation; the same key is the same operation, which Harbor Pay carries out once."""
        headers = {"Authorization": f"Bearer {self.options['api_key']}", "Content-Type": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = f"{operation}-{key}"
        try:
            address = f"{self.options['url']}/{operation}"
            answer = self.client().post(address, body=json.dumps(data).encode(), headers=headers, max_bytes=65_536)
        except FetchRefused as exc:
            raise ProviderUnavailable(str(exc)) from exc
        if answer.status == 402:
            raise ProviderRefused(json.loads(answer.body)["code"])
        if answer.status != 200:
            # Neither a yes nor a no: whether something happened there is not known.
            raise ProviderUnavailable(f"Harbor Pay answered {answer.status}.")
        return dict(json.loads(answer.body))

    def report(self, said: Mapping[str, Any]) -> PaymentReport:
        """Return the report that an answer makes. Here the names are the same; map the statuses where they are not."""
        figures = {name: said[name] for name in ("amount", "authorized", "captured", "refunded")}
        action = {"type": "redirect", "url": said["page"]} if said["status"] == "requires_action" else {}
        return PaymentReport(
            ref=said["ref"],
            status=said["status"],
            currency=said["currency"],
            next_action=action,
            failure_code=said["failure_code"],
            **figures,
        )

    def refund_report(self, said: Mapping[str, Any]) -> RefundReport:
        """Return the report that an answer about a refund makes."""
        return RefundReport(said["ref"], said["status"], said["failure_code"])
