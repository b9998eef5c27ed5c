"""Asking carriers: outside transactions, all at once, with a time limit, and only once for the same request."""

import logging
import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final

from django.core.cache import cache
from django.db import connections

from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.money import MAX_MINOR
from nexus_commerce.shipping.carriers.base import Carrier
from nexus_commerce.shipping.carriers.requests import CarrierQuote, CarrierRequest, KeptQuote
from nexus_commerce.shipping.errors import AskedInTransaction, CarrierError, UnknownCarrier

__all__ = ["ask_carriers", "carrier_aliases", "get_carrier"]

logger = logging.getLogger(__name__)

SERVICE: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")
SLOTS: dict[str, threading.BoundedSemaphore] = {}
"""How many more calls of each carrier may run in this process."""


def carrier_aliases() -> list[str]:
    """Return the aliases of the carriers in the settings, in their order."""
    return list(nexus_settings.CARRIERS)


def get_carrier(*, alias: str) -> Carrier:
    """Return the carrier of the settings by its alias. Raises ``UnknownCarrier`` naming those there are."""
    found = nexus_settings.CARRIERS.get(alias)
    if found is None:
        raise UnknownCarrier(field="carrier", carrier=alias, known=", ".join(carrier_aliases()))
    carrier: Carrier = found.backend(alias, found.options)
    return carrier


def ask_carriers(
    *, aliases: Iterable[str], request: CarrierRequest, now: datetime
) -> dict[str, list[KeptQuote] | None]:
    """Return the quotes of each carrier for a request; None for one that failed, is late, or is not in the settings.

    Answers are kept in Django's cache for as long as they hold. Those that are not there are asked for in parallel,
    each in a thread of its own, and waited for until its time limit. Raises ``AskedInTransaction`` when one would have
    to be asked inside a transaction.
    """
    known = set(carrier_aliases())
    answers: dict[str, list[KeptQuote] | None] = {}
    calls: list[Call] = []
    for alias in dict.fromkeys(aliases):
        answers[alias] = kept_quotes(alias, request, now)
        if answers[alias] is None and alias in known:
            calls.append(Call(get_carrier(alias=alias), request, now))
    if any(call.carrier.is_live for call in calls):
        refuse_inside_transaction()
    for call in calls:
        call.begin()
    for call in calls:
        answers[call.carrier.alias] = call.result()
    return answers


def refuse_inside_transaction() -> None:
    """Raise ``AskedInTransaction`` inside one; those that wrap a test do not count, as for Django's durable blocks."""
    for connection in connections.all(initialized_only=True):
        if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
            raise AskedInTransaction("Carriers are asked before a transaction begins, never inside it.")


@dataclass(eq=False)
class Call:
    """One question to a carrier. A late answer is still kept for the next time that the shopper looks."""

    carrier: Carrier
    request: CarrierRequest
    now: datetime
    quotes: list[KeptQuote] | None = None
    thread: threading.Thread | None = None
    began: float = 0.0

    def begin(self) -> None:
        """Ask, in a thread where a network is asked, unless too many calls of this carrier are running."""
        self.began = monotonic()
        if not self.carrier.is_live:
            self.ask()
            return
        slot = SLOTS.setdefault(self.carrier.alias, threading.BoundedSemaphore(self.carrier.max_running))
        if not slot.acquire(blocking=False):
            logger.warning("Carrier %s was not asked: too many calls are running.", self.carrier.alias)
            return
        # A daemon: a carrier that never answers must not keep the process from ending.
        self.thread = threading.Thread(target=self.ask_apart, args=(slot,), name="nexus-carrier", daemon=True)
        self.thread.start()

    def result(self) -> list[KeptQuote] | None:
        """Wait for the answer until the time limit."""
        if self.thread is not None:
            self.thread.join(max(0.0, self.began + self.carrier.timeout - monotonic()))
            if self.thread.is_alive():
                logger.warning("Carrier %s took longer than %g s.", self.carrier.alias, self.carrier.timeout)
        return self.quotes

    def ask_apart(self, slot: threading.BoundedSemaphore) -> None:
        try:
            self.ask()
        finally:
            connections.close_all()
            slot.release()

    def ask(self) -> None:
        """Ask the carrier, and keep its answer. Whatever it raises is logged, and leaves it out."""
        try:
            answer = self.carrier.quote(self.request)
            quotes = checked_quotes(self.carrier, answer, self.request, self.now)
        except CarrierError as exc:
            logger.warning("Carrier %s gave no answer: %s", self.carrier.alias, exc)
            return
        except Exception:
            logger.exception("Carrier %s failed.", self.carrier.alias)
            return
        keep_quotes(self.carrier, self.request, quotes)
        self.quotes = quotes


def checked_quotes(
    carrier: Carrier, answer: Sequence[CarrierQuote], request: CarrierRequest, now: datetime
) -> list[KeptQuote]:
    """Return the quotes that can be charged, as they are kept; others are logged and left out."""
    kept = []
    for quote in answer:
        is_amount = type(quote.amount) is int and 0 <= quote.amount <= MAX_MINOR
        if not is_amount or quote.currency != request.currency or not SERVICE.fullmatch(quote.service):
            logger.warning("Carrier %s: a quote of service %.40r cannot be used.", carrier.alias, quote.service)
            continue
        ends = now + timedelta(seconds=carrier.valid_for)
        kept.append(
            KeptQuote(
                service=quote.service,
                name=quote.name,
                amount=quote.amount,
                currency=quote.currency,
                fingerprint=request.fingerprint,
                expires_at=min(ends, quote.expires_at or ends),
                min_days=quote.min_days,
                max_days=quote.max_days,
            )
        )
    return kept


def key_of(alias: str, request: CarrierRequest) -> str:
    return f"nexus_commerce.shipping.{alias}.{request.fingerprint}"


def keep_quotes(carrier: Carrier, request: CarrierRequest, quotes: Sequence[KeptQuote]) -> None:
    """Keep an answer for its validity. A cache that is down costs another question, never a cart."""
    try:
        cache.set(key_of(carrier.alias, request), [quote.to_json() for quote in quotes], carrier.valid_for)
    except Exception:
        logger.exception("The answer of carrier %s could not be kept.", carrier.alias)


def kept_quotes(alias: str, request: CarrierRequest, now: datetime) -> list[KeptQuote] | None:
    """Return the answer that is kept for a request; None where there is none, or where a quote in it has expired."""
    try:
        found: Any = cache.get(key_of(alias, request))
        quotes = [KeptQuote.from_json(data) for data in found or ()]
    except Exception:
        logger.exception("The answers of carriers could not be read.")
        return None
    if found is None or not all(quote.holds_for(request.fingerprint, now) for quote in quotes):
        return None
    return quotes
