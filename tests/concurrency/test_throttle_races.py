"""Tries that come at once on PostgreSQL are each counted."""

from __future__ import annotations

from functools import partial

import pytest

from nexus_commerce.access import services
from nexus_commerce.access.models import RateCount
from nexus_commerce.access.services import count_try
from nexus_commerce.conf.rates import Rate
from tests.concurrency.racing import race

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 5


def allowed(subject: str) -> int:
    """Let eight come at once where four are allowed, and return how many were."""
    results = race([partial(count_try, scope="coupon", subject=subject, rate=Rate(4, 3600))] * 8)
    assert not [result for result in results if isinstance(result, Exception)], results
    return results.count(0)


def test_no_more_are_allowed_than_the_rate_says() -> None:
    assert [allowed(f"s{turn}") for turn in range(ROUNDS)] == [4] * ROUNDS


def test_mutant_that_reads_before_it_writes_allows_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def read_then_write(key: str, rate: Rate) -> int:
        row, _ = RateCount.objects.get_or_create(key=key, defaults={"window": services.Now()})
        if row.count >= rate.limit:
            return 1
        RateCount.objects.filter(pk=row.pk).update(count=row.count + 1)
        return 0

    monkeypatch.setattr(services, "_count_in_database", read_then_write)
    assert max(allowed(f"s{turn}") for turn in range(ROUNDS)) > 4
