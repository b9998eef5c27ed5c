"""Counting tries, so that nobody guesses codes or places orders without end."""

from __future__ import annotations

import logging
import math
import time
from datetime import timedelta
from typing import Final

from django.core.cache import cache, caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from nexus_commerce.access.models import RateCount
from nexus_commerce.conf import nexus_settings
from nexus_commerce.conf.rates import Rate, rates_in_force

__all__ = ["count_try", "purge_counts", "wait_for"]

NOT_COUNTING: Final = (LocMemCache, DummyCache, FileBasedCache, DatabaseCache)
"""Caches that processes do not share, or in which two that count at once lose one."""
PAUSE: Final = 30.0
"""Seconds for which a cache that failed is not asked again: each failure may cost its whole timeout."""

logger = logging.getLogger("nexus_commerce.access")


class Breaker:
    """Remembers, in this process, that the cache failed a moment ago."""

    def __init__(self) -> None:
        self.open_until = 0.0

    def is_open(self) -> bool:
        """Tell whether the cache is left alone."""
        return time.monotonic() < self.open_until

    def trip(self) -> None:
        """Leave the cache alone for a while."""
        self.open_until = time.monotonic() + PAUSE


breaker = Breaker()


def wait_for(*, scope: str, subject: str) -> int:
    """Count a try in a scope by the rates in force, and return the seconds to wait; 0 where it has none. See
    ``count_try``."""
    rate = rates_in_force(nexus_settings.THROTTLE_RATES).get(scope)
    return count_try(scope=scope, subject=subject, rate=rate) if rate else 0


def count_try(*, scope: str, subject: str, rate: Rate) -> int:
    """Count a try of ``subject`` and return the seconds to wait before another is allowed; 0 where this one is.

    Counted in windows of time by the cache, in one atomic step. Where the cache cannot (it is not shared, or it fails),
    the database counts: a limit is never open. Not to be called inside a transaction, which could undo it.
    """
    key = salted_hmac("nexus_commerce.access", f"{scope}:{subject}", algorithm="sha256").hexdigest()
    if not isinstance(caches["default"], NOT_COUNTING) and not breaker.is_open():
        try:
            return _count_in_cache(cache, key, rate)
        except Exception:
            # Whatever the client of the cache raises: what must not happen is that nobody counts.
            logger.warning("The cache cannot count tries; the database does for %d seconds.", PAUSE, exc_info=True)
            breaker.trip()
    return _count_in_database(key, rate)


def purge_counts(*, older_than: timedelta = timedelta(days=1)) -> int:
    """Delete counts whose window began long ago, and return how many. No rate has a longer window than a day."""
    return RateCount.objects.filter(window__lt=Now() - older_than).delete()[0]


def _count_in_cache(store: BaseCache, key: str, rate: Rate) -> int:
    moment = time.time()
    number = int(moment // rate.seconds)
    wait = max(1, math.ceil((number + 1) * rate.seconds - moment))
    name = f"nexus:tries:{key}:{number}"
    for _try in range(2):
        if store.add(name, 1, timeout=rate.seconds + 1):
            return 0 if rate.limit >= 1 else wait
        try:
            return 0 if store.incr(name) <= rate.limit else wait
        except ValueError:  # it was there a moment ago, and was dropped
            continue
    raise RuntimeError("The cache drops what it was given.")


def _count_in_database(key: str, rate: Rate) -> int:
    """Count by conditional UPDATEs, each checked by its row count; who is refused does not prolong the window."""
    mine = RateCount.objects.filter(key=key)
    began = Now() - timedelta(seconds=rate.seconds)
    for _try in range(3):
        if mine.filter(window__gt=began, count__lt=rate.limit).update(count=F("count") + 1):
            return 0
        if mine.filter(window__lte=began).update(count=1, window=Now()):
            return 0
        if _begin(key):
            return 0
        row = mine.annotate(now=Now()).first()
        if row is not None and row.count >= rate.limit:
            left = (row.window - row.now).total_seconds() + rate.seconds
            return max(1, math.ceil(left))
    return 1


def _begin(key: str) -> bool:
    """Write the first count of a subject; tell whether there was none."""
    try:
        with transaction.atomic():
            RateCount.objects.create(key=key, window=Now(), count=1)
    except IntegrityError:
        return False
    return True
