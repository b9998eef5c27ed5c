"""What the library tells a payment provider, and what a provider tells the library."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

__all__ = ["Notice", "PaymentReport", "PaymentRequest", "PaymentStatus", "RefundReport"]

PaymentStatus = Literal["pending", "requires_action", "authorized", "captured", "voided", "failed"]


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """What is to be paid. ``amount`` is minor units of ``currency``.

    ``data`` is what the shopper's browser sent for this provider (a payment method's token, never card data), and
    ``return_url`` where the provider sends the shopper back to.
    """

    payment: UUID
    order: UUID
    number: str
    amount: int
    currency: str
    email: str = ""
    language: str = "en"
    return_url: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PaymentReport:
    """A payment as its provider has it now. ``authorized``, ``captured`` and ``refunded`` are totals so far.

    The status is ``captured`` once anything was taken, and ``voided`` when what was held and not taken is given up:
    all of it, or what a partial capture left.

    ``amount`` and ``currency`` are what the provider was asked for: they are compared with the payment. ``next_action``
    is what the shopper has to do when the status is ``requires_action``: ``{"type": "redirect", "url": ...}`` or
    ``{"type": "client_secret", "client_secret": ..., "public_key": ...}``, or a type of the provider's own.
    """

    ref: str
    status: PaymentStatus
    amount: int
    currency: str
    authorized: int = 0
    captured: int = 0
    refunded: int = 0
    next_action: Mapping[str, Any] = field(default_factory=dict)
    failure_code: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RefundReport:
    """A refund as its provider has it now."""

    ref: str
    status: Literal["pending", "succeeded", "failed"]
    failure_code: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A message of a provider, its signature verified: which event it is, and the payment that it is about.

    ``payment`` is the library's own id where the message carries it: it may come before the reference is known here.
    """

    event: str
    type: str
    ref: str = ""
    payment: UUID | None = None
