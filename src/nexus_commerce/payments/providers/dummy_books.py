"""The books of the dummy's bank: payments, operations by their keys, refunds, movements of money, events."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from time import time
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID, uuid4

__all__ = ["SCHEMA", "BankPayment", "Books", "KeyReused", "Movement", "UnknownPayment"]

HELD_FOR: Final = 7 * 24 * 3600
"""Seconds for which the bank holds money that was authorized."""

SCHEMA: Final = (
    "CREATE TABLE payments (seq INTEGER PRIMARY KEY, ref TEXT UNIQUE NOT NULL, body TEXT NOT NULL)",
    "CREATE TABLE operations (kind TEXT, key TEXT, asked TEXT NOT NULL, reply TEXT NOT NULL, PRIMARY KEY (kind, key))",
    "CREATE TABLE refunds (ref TEXT PRIMARY KEY, payment TEXT NOT NULL, amount INTEGER NOT NULL, key TEXT NOT NULL, "
    "becomes TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'pending')",
    "CREATE TABLE movements (seq INTEGER PRIMARY KEY, payment TEXT NOT NULL, kind TEXT NOT NULL, "
    "amount INTEGER NOT NULL, currency TEXT NOT NULL, key TEXT NOT NULL)",
    "CREATE TABLE events (seq INTEGER PRIMARY KEY, id TEXT NOT NULL, payment TEXT NOT NULL, type TEXT NOT NULL)",
    "PRAGMA user_version = 1",
)


class UnknownPayment(LookupError):
    """The bank has no payment, or no refund, of that reference."""


class KeyReused(ValueError):
    """A key came a second time, with another call."""


@dataclass(slots=True)
class BankPayment:
    """A payment as the bank keeps it.

    ``payment`` and ``order`` are the shop's own ids, ``amount`` and ``currency`` what was asked for; ``authorized``,
    ``captured`` and ``refunded`` are totals so far, ``refunding`` what pending refunds give back.
    """

    ref: str
    payment: str
    order: str
    number: str
    amount: int
    currency: str
    return_url: str
    script: str
    captures_at_once: bool
    status: Literal["pending", "requires_action", "authorized", "captured", "voided", "failed"] = "pending"
    authorized: int = 0
    captured: int = 0
    refunded: int = 0
    refunding: int = 0
    is_released: bool = False
    failure_code: str = ""
    held_until: int | None = None

    @property
    def held(self) -> int:
        """What is held and not taken."""
        return 0 if self.is_released else max(0, self.authorized - self.captured)

    @property
    def refundable(self) -> int:
        """What was taken and can still be given back."""
        return self.captured - self.refunded - self.refunding

    @property
    def expires_at(self) -> datetime | None:
        """Until when money is held."""
        return None if self.held_until is None else datetime.fromtimestamp(self.held_until, UTC)


class Movement(NamedTuple):
    """One movement of money: ``hold``, ``release``, ``charge`` or ``refund``, and the key of the call that made it."""

    payment: str
    kind: str
    amount: int
    currency: str
    key: str


class Books:
    """The books, inside one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def once(
        self, kind: str, key: UUID, asked: Mapping[str, Any], act: Callable[[], dict[str, Any]]
    ) -> tuple[dict[str, Any], bool]:
        """Return the reply of ``act`` and True; or the reply that it gave when the key first came, and False.

        Raises ``KeyReused`` when the key came with something else then.
        """
        query = "SELECT asked, reply FROM operations WHERE kind = ? AND key = ?"
        found = self.connection.execute(query, (kind, str(key))).fetchone()
        if found is not None:
            if json.loads(found[0]) != asked:
                raise KeyReused(f"The key {key} was used for another {kind}.")
            return json.loads(found[1]), False
        reply = act()
        row = (kind, str(key), json.dumps(asked), json.dumps(reply))
        self.connection.execute("INSERT INTO operations VALUES (?, ?, ?, ?)", row)
        return reply, True

    def add(self, payment: BankPayment) -> None:
        """Write a new payment."""
        row = (payment.ref, json.dumps(asdict(payment)))
        self.connection.execute("INSERT INTO payments (ref, body) VALUES (?, ?)", row)

    def keep(self, payment: BankPayment, *, event: str = "") -> None:
        """Write what became of a payment, and the event that the shop is told of."""
        row = (json.dumps(asdict(payment)), payment.ref)
        self.connection.execute("UPDATE payments SET body = ? WHERE ref = ?", row)
        if event:
            told = (f"evt_{uuid4().hex}", payment.ref, event)
            self.connection.execute("INSERT INTO events (id, payment, type) VALUES (?, ?, ?)", told)

    def payment(self, ref: str) -> BankPayment:
        """Return a payment. Raises ``UnknownPayment``."""
        found = self.connection.execute("SELECT body FROM payments WHERE ref = ?", (ref,)).fetchone()
        if found is None:
            raise UnknownPayment(f"The bank knows no payment {ref!r}.")
        return BankPayment(**json.loads(found[0]))

    def payments(self) -> list[BankPayment]:
        """Return all payments, in the order in which they were made."""
        rows = self.connection.execute("SELECT body FROM payments ORDER BY seq")
        return [BankPayment(**json.loads(body)) for (body,) in rows]

    def movements(self) -> list[Movement]:
        """Return all movements, in their order."""
        rows = self.connection.execute("SELECT payment, kind, amount, currency, key FROM movements ORDER BY seq")
        return [Movement(*row) for row in rows]

    def events(self, ref: str) -> list[tuple[str, str]]:
        """Return id and type of each event of a payment, in their order."""
        return self.connection.execute("SELECT id, type FROM events WHERE payment = ? ORDER BY seq", (ref,)).fetchall()

    def take(self, payment: BankPayment, amount: int, *, key: str) -> None:
        """Hold money of the shopper, or take it where the payment captures at once."""
        payment.authorized, payment.failure_code = amount, ""
        if payment.captures_at_once:
            self.charge(payment, amount, key=key)
            return
        payment.status, payment.held_until = "authorized", int(time()) + HELD_FOR
        self.move(payment, "hold", amount, key=key)
        self.keep(payment, event="payment.authorized")

    def charge(self, payment: BankPayment, amount: int, *, key: str) -> None:
        """Take money of the shopper."""
        payment.captured += amount
        payment.status = "captured"
        self.move(payment, "charge", amount, key=key)
        self.keep(payment, event="payment.captured")

    def fail(self, payment: BankPayment, code: str) -> None:
        """Write down that a payment was declined."""
        payment.status, payment.failure_code = "failed", code
        self.keep(payment, event="payment.failed")

    def release(self, payment: BankPayment, *, key: str) -> None:
        """Give up what is held. A payment of which nothing was taken is over then."""
        if payment.held:
            self.move(payment, "release", payment.held, key=key)
        payment.is_released, payment.held_until = True, None
        if not payment.captured:
            payment.status = "voided"
        self.keep(payment, event="payment.voided")

    def add_refund(self, payment: BankPayment, amount: int, *, becomes: str, key: str) -> str:
        """Begin a refund that will end as ``becomes``, and return its reference."""
        ref = f"dummy_re_{uuid4().hex}"
        query = "INSERT INTO refunds (ref, payment, amount, key, becomes) VALUES (?, ?, ?, ?, ?)"
        self.connection.execute(query, (ref, payment.ref, amount, key, becomes))
        payment.refunding += amount
        self.keep(payment)
        return ref

    def settle(self, ref: str, status: str = "") -> str:
        """Bring a refund that is pending to its end, and return its state. Raises ``UnknownPayment``."""
        query = "SELECT payment, amount, key, becomes, status FROM refunds WHERE ref = ?"
        found = self.connection.execute(query, (ref,)).fetchone()
        if found is None:
            raise UnknownPayment(f"The bank knows no refund {ref!r}.")
        owner, amount, key, becomes, now = found
        if now != "pending":
            return str(now)
        status = status or becomes
        self.connection.execute("UPDATE refunds SET status = ? WHERE ref = ?", (status, ref))
        payment = self.payment(owner)
        payment.refunding -= amount
        if status == "succeeded":
            payment.refunded += amount
            self.move(payment, "refund", amount, key=key)
        self.keep(payment, event=f"refund.{status}")
        return status

    def move(self, payment: BankPayment, kind: str, amount: int, *, key: str) -> None:
        """Write down that money moved."""
        query = "INSERT INTO movements (payment, kind, amount, currency, key) VALUES (?, ?, ?, ?, ?)"
        self.connection.execute(query, (payment.ref, kind, amount, payment.currency, key))
