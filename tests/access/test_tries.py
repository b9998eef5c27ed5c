"""Tries are counted by the cache or the database, and a limit is never open."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db.models import F
from django.test import override_settings

from nexus_commerce.access import services
from nexus_commerce.access.models import RateCount
from nexus_commerce.access.services import count_try, purge_counts
from nexus_commerce.conf.rates import Rate

pytestmark = pytest.mark.django_db

TWICE = Rate(2, 60)


@pytest.fixture(autouse=True)
def closed_breaker() -> Iterator[None]:
    services.breaker.open_until = 0.0
    yield
    services.breaker.open_until = 0.0


def tries(subject: str, times: int, rate: Rate = TWICE, scope: str = "coupon") -> list[bool]:
    """Return of each try whether it was allowed."""
    return [count_try(scope=scope, subject=subject, rate=rate) == 0 for _ in range(times)]


def redis_at(port: int) -> Any:
    location = f"redis://127.0.0.1:{port}"
    options = {"socket_connect_timeout": 0.2, "socket_timeout": 0.2}
    backend = "django.core.cache.backends.redis.RedisCache"
    return override_settings(CACHES={"default": {"BACKEND": backend, "LOCATION": location, "OPTIONS": options}})


def silent_port() -> int:
    """Return a port at which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


LOCAL = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
NOTHING = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


@pytest.mark.parametrize("caches", [LOCAL, NOTHING], ids=["of one process", "none"])
def test_where_no_cache_is_shared_the_database_counts(caches: Any) -> None:
    with override_settings(CACHES=caches):
        assert tries("ada", 4) == [True, True, False, False]
        assert tries("bob", 1) == [True]
        assert tries("ada", 1, scope="checkout") == [True]
    assert sorted(RateCount.objects.values_list("count", flat=True)) == [1, 1, 2]


def test_the_wait_is_what_is_left_of_the_window() -> None:
    tries("ada", 2)
    assert 55 <= count_try(scope="coupon", subject="ada", rate=TWICE) <= 60
    RateCount.objects.update(window=F("window") - timedelta(seconds=40))
    assert 15 <= count_try(scope="coupon", subject="ada", rate=TWICE) <= 20
    RateCount.objects.update(window=F("window") - timedelta(seconds=20))
    assert tries("ada", 3) == [True, True, False]


def test_what_is_stored_names_nobody() -> None:
    tries("192.0.2.7", 1)
    row = RateCount.objects.get()
    assert "192.0.2.7" not in row.key
    assert len(row.key) == 64


def test_a_cache_that_is_down_leaves_no_limit_open(caplog: pytest.LogCaptureFixture) -> None:
    with redis_at(silent_port()):
        assert tries("ada", 3) == [True, True, False]
    assert RateCount.objects.get().count == 2
    # Asked once, and then left alone for a while.
    assert len([record for record in caplog.records if "cannot count" in record.message]) == 1


def test_a_cache_that_drops_everything_leaves_no_limit_open(monkeypatch: pytest.MonkeyPatch) -> None:
    with override_settings(CACHES=NOTHING):
        monkeypatch.setattr(services, "NOT_COUNTING", ())
        monkeypatch.setattr(type(cache._connections["default"]), "add", lambda *args, **kwargs: False)  # type: ignore[attr-defined]
        assert tries("ada", 3) == [True, True, False]


@pytest.mark.redis
def test_redis_counts_where_there_is_one() -> None:
    subject = uuid4().hex
    backend = "django.core.cache.backends.redis.RedisCache"
    with override_settings(CACHES={"default": {"BACKEND": backend, "LOCATION": os.environ["REDIS_URL"]}}):
        assert tries(subject, 4, Rate(2, 86_400)) == [True, True, False, False]
    assert not RateCount.objects.exists()


def test_counts_are_purged_when_their_window_is_long_over() -> None:
    tries("ada", 1)
    tries("bob", 1)
    RateCount.objects.filter(pk=RateCount.objects.first().pk).update(window=F("window") - timedelta(days=2))  # type: ignore[union-attr]
    assert purge_counts() == 1
    assert RateCount.objects.count() == 1
