"""What Stripe's objects say, in the library's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from nexus_commerce.contrib.stripe.amounts import from_stripe
from nexus_commerce.contrib.stripe.asking import decline_code
from nexus_commerce.payments.providers.reports import Notice, PaymentReport, PaymentStatus, RefundReport

__all__ = ["CONFIRMS", "ORDER", "PAYMENT", "REFUND", "read_event", "read_intent", "read_refund"]

Thing: TypeAlias = Mapping[str, Any]
"""An object of Stripe's API, as plain data."""

PAYMENT: Final = "nexus_payment"
ORDER: Final = "nexus_order"
REFUND: Final = "nexus_refund"
CONFIRMS: Final = "nexus_confirms"
"""The names of what the library writes into the metadata; ``CONFIRMS`` is ``browser`` where Stripe.js confirms."""

STATUSES: Final[dict[str, PaymentStatus]] = {
    "requires_confirmation": "pending",
    "processing": "pending",
    "requires_action": "requires_action",
    "requires_capture": "authorized",
    "succeeded": "captured",
    "canceled": "voided",
}


def read_intent(intent: Thing, refunds: Iterable[Thing], *, publishable_key: str) -> PaymentReport:
    """Return the report that a PaymentIntent makes, with its latest charge expanded."""
    currency = intent["currency"].upper()
    captured = from_stripe(intent["amount_received"], currency)
    charge = intent["latest_charge"]
    has_money = charge is not None and charge["status"] == "succeeded"
    authorized = from_stripe(charge["amount"], currency) if has_money else 0
    status = status_of(intent)
    if status == "captured" and captured < authorized:
        status = "voided"  # Stripe releases what the one capture did not take.
    return PaymentReport(
        ref=intent["id"],
        status=status,
        amount=from_stripe(intent["amount"], currency),
        currency=currency,
        authorized=authorized,
        captured=captured,
        refunded=from_stripe(refunded_of(intent, refunds), currency) if captured else 0,
        next_action=next_action(intent, publishable_key) if status == "requires_action" else {},
        failure_code=decline_code(intent["last_payment_error"]) if status == "failed" else "",
        expires_at=held_until(charge) if status == "authorized" else None,
    )


def status_of(intent: Thing) -> PaymentStatus:
    """Return the status that an intent's comes to.

    In the browser a shopper may try one card after another on the same intent: a decline there is not the end.
    """
    if intent["status"] != "requires_payment_method":
        return STATUSES[intent["status"]]
    if (intent["metadata"] or {}).get(CONFIRMS) == "browser":
        return "requires_action"
    return "failed" if intent["last_payment_error"] else "pending"


def next_action(intent: Thing, publishable_key: str) -> Thing:
    """Return where to send the shopper, or what Stripe.js needs."""
    action = intent["next_action"]
    if action and action["type"] == "redirect_to_url":
        return {"type": "redirect", "url": action["redirect_to_url"]["url"]}
    return {"type": "client_secret", "client_secret": intent["client_secret"], "public_key": publishable_key}


def refunded_of(intent: Thing, refunds: Iterable[Thing]) -> int:
    """Return how much was given back.

    When less is captured than was held, Stripe lists what it released as one more refund: that is no money back.
    """
    done = [refund for refund in refunds if refund["status"] == "succeeded"]
    ours = sum(refund["amount"] for refund in done if REFUND in (refund["metadata"] or {}))
    others = sum(refund["amount"] for refund in done) - ours
    released = intent["latest_charge"]["amount"] - intent["amount_received"]
    return int(ours + max(0, others - released))


def held_until(charge: Thing) -> datetime | None:
    """Return until when the card's bank holds the money, where Stripe says so."""
    details = charge.get("payment_method_details") or {}
    moment = (details.get("card") or {}).get("capture_before")
    return datetime.fromtimestamp(moment, UTC) if moment else None


def read_refund(refund: Thing) -> RefundReport:
    """Return the report that a Refund makes."""
    if refund["status"] == "succeeded":
        return RefundReport(refund["id"], "succeeded")
    if refund["status"] in ("failed", "canceled"):
        return RefundReport(refund["id"], "failed", str(refund.get("failure_reason") or refund["status"]))
    return RefundReport(refund["id"], "pending")


def read_event(event: Thing) -> list[Notice]:
    """Return what an event is about; nothing where it is about no payment."""
    thing = event["data"]["object"]
    ref = thing["id"] if thing.get("object") == "payment_intent" else thing.get("payment_intent")
    if not isinstance(ref, str):
        return []
    try:
        payment = UUID(thing.get("metadata", {}).get(PAYMENT, ""))
    except (ValueError, AttributeError):
        payment = None
    return [Notice(str(event["id"]), str(event["type"]), ref, payment)]
