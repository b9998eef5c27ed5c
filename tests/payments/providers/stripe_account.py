"""What a shopper's browser and Stripe itself do, on the local server."""

import json
from time import time
from typing import Any
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import stripe

from nexus_commerce.contrib.stripe.provider import StripeProvider

SECRET_KEY = "sk_test_canaryofthesecretkey"
PUBLIC_KEY = "pk_test_public"
WEBHOOK_SECRET = "whsec_canaryofthewebhook"
GOOD = "4242424242424242"
THREE_D_SECURE = "4000002500003155"


class StripeAccount:
    def __init__(self, address: str) -> None:
        self.address = address

    def provider(self, **options: Any) -> StripeProvider:
        known = {"api_key": SECRET_KEY, "publishable_key": PUBLIC_KEY, "webhook_secret": WEBHOOK_SECRET}
        return StripeProvider("stripe", {**known, "api_base": self.address, "timeout": 5, **options})

    def call(self, path: str, data: Any = None, *, as_json: bool = False) -> Any:
        """Ask the server without the SDK."""
        body = None if data is None else (json.dumps(data) if as_json else urlencode(data)).encode()
        headers = {"Authorization": f"Bearer {SECRET_KEY}"}
        if as_json:
            headers["Content-Type"] = "application/json"
        with build_opener(ProxyHandler({})).open(Request(self.address + path, body, headers), timeout=5) as answer:
            return json.loads(answer.read() or b"null")

    def card(self, number: str = GOOD) -> dict[str, str]:
        """Enter a card, as the browser does at Stripe, and return what it sends to the shop."""
        card = {"number": number, "exp_month": "12", "exp_year": "2040", "cvc": "123"}
        made = self.call("/v1/payment_methods", {"type": "card"} | {f"card[{name}]": card[name] for name in card})
        return {"payment_method": made["id"]}

    def authenticate(self, ref: str, *, success: bool) -> None:
        """Pass or fail 3-D Secure, as the shopper does."""
        secret = self.call(f"/v1/payment_intents/{ref}")["client_secret"]
        answer = {"client_secret": secret, "success": "true" if success else "false"}
        self.call(f"/v1/payment_intents/{ref}/_authenticate", answer)

    def confirm_in_browser(self, ref: str, number: str = GOOD) -> None:
        """Enter a card and confirm with the client secret, as Stripe.js does."""
        self.call(f"/v1/payment_intents/{ref}/confirm", self.card(number))

    def charged(self, ref: str) -> int:
        """Return how many charges of an intent took money."""
        found = self.call("/v1/charges?limit=100")["data"]
        return sum(1 for each in found if each["payment_intent"] == ref and each["status"] == "succeeded")

    def faults(self, faults: list[dict[str, Any]]) -> None:
        """Let the next requests to the paths named go wrong."""
        self.call("/_test/faults", faults, as_json=True)

    def message(self, ref: str, *, event: str = "evt_1", at: float | None = None, **changes: Any) -> Any:
        """Return body and headers of a message about an intent, as Stripe signs them."""
        about = self.call(f"/v1/payment_intents/{ref}")
        body = json.dumps(
            {"id": event, "object": "event", "type": "payment_intent.succeeded", "livemode": False}
            | {"data": {"object": about}}
            | changes
        )
        sign = stripe.WebhookSignature.generate_signature_header
        return body.encode(), {"stripe-signature": sign(body, WEBHOOK_SECRET, int(at or time()))}
