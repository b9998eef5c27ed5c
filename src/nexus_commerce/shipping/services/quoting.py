"""Asking carriers: outside transactions, all at once, with a time limit, and only once for the same request."""

import logging
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.cache import cache

from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.money import MAX_MINOR
from nexus_commerce.core.outside import NoAnswer, OutsideCall
from nexus_commerce.shipping.carriers.base import Carrier
from nexus_commerce.shipping.carriers.requests import CarrierQuote, CarrierRequest, KeptQuote
from nexus_commerce.shipping.errors import CarrierError, UnknownCarrier

__all__ = ["ask_carriers", "carrier_aliases", "get_carrier"]

logger = logging.getLogger(__name__)

SERVICE: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")
Asking = tuple[Carrier, Callable[[], list[KeptQuote]]]


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
    each in a thread of its own, and waited for until its time limit; a late one is kept for the next time. Raises
    ``AskedInTransaction`` when one would have to be asked inside a transaction.
    """
    known = set(carrier_aliases())
    answers: dict[str, list[KeptQuote] | None] = {}
    calls: list[Asking] = []
    for alias in dict.fromkeys(aliases):
        answers[alias] = kept_quotes(alias, request, now)
        if answers[alias] is None and alias in known:
            calls.append(begin(get_carrier(alias=alias), request, now))
    for carrier, result in calls:
        answers[carrier.alias] = answer_of(carrier, result)
    return answers


def begin(carrier: Carrier, request: CarrierRequest, now: datetime) -> Asking:
    """Start asking a carrier; return it with what waits for its answer."""

    def ask() -> list[KeptQuote]:
        quotes = checked_quotes(carrier, carrier.quote(request), request, now)
        keep_quotes(carrier, request, quotes)
        return quotes

    if not carrier.is_live:
        return carrier, ask
    name = f"carrier {carrier.alias}"
    call = OutsideCall(name, ask, timeout=carrier.timeout, max_running=carrier.max_running)
    call.begin()
    return carrier, call.result


def answer_of(carrier: Carrier, result: Callable[[], list[KeptQuote]]) -> list[KeptQuote] | None:
    """Return the answer of a carrier. Whatever it raises is logged, and leaves it out."""
    try:
        return result()
    except (CarrierError, NoAnswer) as exc:
        logger.warning("Carrier %s gave no answer: %s", carrier.alias, exc, exc_info=exc.__cause__)
    except Exception:
        logger.exception("Carrier %s failed.", carrier.alias)
    return None


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
