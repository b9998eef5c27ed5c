"""The other side of the dummy provider: a bank in a file, outside the shop's database and shared by its processes."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time
from typing import Final, Literal, NamedTuple
from uuid import UUID, uuid4

from django.conf import settings
from django.utils.crypto import salted_hmac

from nexus_commerce.payments.providers.base import ProviderUnavailable
from nexus_commerce.payments.providers.dummy_books import SCHEMA, BankPayment, Books, Movement

__all__ = ["SIGNATURE_HEADER", "DummyBank", "Message", "signature"]

SIGNATURE_HEADER: Final = "dummy-signature"
WAIT: Final = 20
"""Seconds that a process waits for the others to be done with the file."""


class Message(NamedTuple):
    """What the bank posts to a shop."""

    body: bytes
    headers: dict[str, str]


class DummyBank:
    """What shoppers and the bank do, and a view into its books: for the shopper's page and for tests.

    ``path`` is the bank's file, by default one for each project, and ``secret`` what it signs messages with. Any
    number of processes may use a file, and be killed at any moment.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None, secret: str = "") -> None:
        self.path = Path(path) if path else default_path()
        self.secret = secret or default_secret()

    def approve(self, ref: str) -> BankPayment:
        """Let the shopper agree to what a payment asks of them; of no effect when it asks nothing (any more)."""
        with self.books() as books:
            payment = books.payment(ref)
            if payment.status == "requires_action":
                books.take(payment, payment.amount, key="shopper")
            return payment

    def decline(self, ref: str, code: str = "declined_by_shopper") -> BankPayment:
        """Let the shopper refuse; of no effect when nothing is asked of them (any more)."""
        with self.books() as books:
            payment = books.payment(ref)
            if payment.status == "requires_action":
                books.fail(payment, code)
            return payment

    def expire(self, ref: str) -> BankPayment:
        """Let the time run out for which money was held, or in which the shopper could act."""
        with self.books() as books:
            payment = books.payment(ref)
            if payment.held or payment.status in ("pending", "requires_action"):
                books.release(payment, key="expiry")
            return payment

    def rescript(self, ref: str, script: str) -> None:
        """Have a payment follow another script from now on."""
        with self.books() as books:
            payment = books.payment(ref)
            payment.script = script
            books.keep(payment)

    def settle_refund(self, refund_ref: str, status: Literal["succeeded", "failed"] = "succeeded") -> None:
        """Let a refund that is pending come to its end."""
        with self.books() as books:
            books.settle(refund_ref, status)

    def payment(self, ref: str) -> BankPayment:
        """Return a payment. Raises ``UnknownPayment``."""
        with self.books() as books:
            return books.payment(ref)

    def payments(self, payment: UUID | None = None) -> list[BankPayment]:
        """Return the payments in the order in which they were made: all, or those for one payment of the shop."""
        with self.books() as books:
            return [each for each in books.payments() if payment is None or each.payment == str(payment)]

    def movements(self, ref: str | None = None, kind: str | None = None) -> list[Movement]:
        """Return what money moved, in order: all, that of a payment, or of a kind."""
        with self.books() as books:
            found = books.movements()
        return [each for each in found if ref in (None, each.payment) and kind in (None, each.kind)]

    def charges(self, ref: str | None = None) -> list[Movement]:
        """Return the movements that took money from a shopper."""
        return self.movements(ref, "charge")

    def webhook(self, ref: str, type: str, *, event: str = "", at: float | None = None) -> Message:
        """Return a message about a payment as the bank posts it, signed at a time (now).

        To post it twice makes a duplicate, and so does another message with the same ``event``.
        """
        moment = int(time() if at is None else at)
        about = {"ref": ref, "payment": self.payment(ref).payment}
        body = {"id": event or f"evt_{uuid4().hex}", "type": type, "created": moment, "data": about}
        return self.sign(json.dumps(body).encode(), at=moment)

    def webhooks(self, ref: str) -> list[Message]:
        """Return the messages about all that happened to a payment, in order; each time of the same events."""
        with self.books() as books:
            events = books.events(ref)
        return [self.webhook(ref, kind, event=event) for event, kind in events]

    def sign(self, body: bytes, *, at: float | None = None) -> Message:
        """Return a body with the headers that prove where it comes from."""
        moment = str(int(time() if at is None else at))
        signed = f"t={moment},v1={signature(self.secret, moment, body)}"
        return Message(body, {"content-type": "application/json", SIGNATURE_HEADER: signed})

    @contextmanager
    def books(self) -> Iterator[Books]:
        """Open the books for one transaction, in which nobody else is. Raises ``ProviderUnavailable``."""
        try:
            connection = self.connect()
        except (OSError, sqlite3.Error) as exc:
            raise ProviderUnavailable(f"The bank is closed: {exc}") from exc
        try:
            yield Books(connection)
            connection.execute("COMMIT")
        finally:
            connection.close()

    def connect(self) -> sqlite3.Connection:
        """Open the file, made where there is none, and begin a transaction."""
        if not self.path.exists():
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(self.path, timeout=WAIT, isolation_level=None)
        try:
            # What a killed process wrote stays written without waiting for the disk; only a power cut would lose it.
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN IMMEDIATE")
            if connection.execute("PRAGMA user_version").fetchone() == (0,):
                for statement in SCHEMA:
                    connection.execute(statement)
        except BaseException:
            connection.close()
            raise
        return connection


def signature(secret: str, moment: str, body: bytes) -> str:
    """Return the signature of a message: HMAC-SHA256 over its time in seconds, a point, and its raw body."""
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()


def default_path() -> Path:
    """Return a file in the folder for temporary files, one for each project and user of the system."""
    owner = os.getuid() if hasattr(os, "getuid") else 0
    project = f"{getattr(settings, 'BASE_DIR', '')}|{settings.ROOT_URLCONF}|{owner}"
    return Path(tempfile.gettempdir()) / f"nexus-dummy-bank-{hashlib.sha256(project.encode()).hexdigest()[:16]}.sqlite3"


def default_secret() -> str:
    """Return a secret that this project alone knows."""
    return salted_hmac("nexus_commerce.payments.providers.dummy", "webhook", algorithm="sha256").hexdigest()
