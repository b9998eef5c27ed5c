"""Real deadlocks and real failures to serialize on PostgreSQL, and what becomes of them with and without a retry."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import F

from nexus_commerce.api.cart import lines as line_views
from nexus_commerce.cart.models import Cart, CartLine
from nexus_commerce.channels.models import Channel
from nexus_commerce.core import retrying
from nexus_commerce.core.retrying import retry_transaction
from nexus_commerce.testing.factories import make_channel, make_product
from tests.api.client import Api, problem
from tests.concurrency.racing import race

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pair() -> list[Channel]:
    return [make_channel(code="one", is_default=True), make_channel(code="two", is_default=False)]


def count(channel: Channel) -> None:
    Channel.objects.filter(pk=channel.pk).update(name=F("name"), is_active=F("is_active"))


class CrossedLocks:
    """Lock two rows in one order; both actors hold their first before either wants its second, the first time."""

    def __init__(self, rows: list[Channel], meeting: threading.Barrier) -> None:
        self.rows, self.meeting, self.tries = rows, meeting, 0

    def __call__(self) -> str:
        self.tries += 1
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL deadlock_timeout = '100ms'")
            count(self.rows[0])
            if self.tries == 1:
                self.meeting.wait(timeout=20)
            count(self.rows[1])
        return "done"


def crossed(pair: list[Channel]) -> list[CrossedLocks]:
    meeting = threading.Barrier(2)
    return [CrossedLocks(pair, meeting), CrossedLocks(pair[::-1], meeting)]


def test_a_deadlock_is_resolved_by_trying_again(pair: list[Channel]) -> None:
    actors = crossed(pair)
    assert race([partial(retry_transaction, actor) for actor in actors]) == ["done", "done"]
    assert sum(actor.tries for actor in actors) > 2


def test_mutant_without_a_retry_fails_in_a_deadlock(pair: list[Channel]) -> None:
    results = race(list(crossed(pair)))
    (lost,) = [result for result in results if result != "done"]
    assert isinstance(lost, OperationalError)
    assert getattr(lost.__cause__, "sqlstate", "") == "40P01"


class Serializable:
    """Write what was read; both read before either writes, the first time."""

    def __init__(self, channel: Channel, meeting: threading.Barrier) -> None:
        self.channel, self.meeting, self.tries = channel, meeting, 0

    def __call__(self) -> str:
        self.tries += 1
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
            read = Channel.objects.get(pk=self.channel.pk).name
            if self.tries == 1:
                self.meeting.wait(timeout=20)
            Channel.objects.filter(pk=self.channel.pk).update(name=read + "+")
        return "done"


def colliding(pair: list[Channel]) -> list[Serializable]:
    meeting = threading.Barrier(2)
    return [Serializable(pair[0], meeting) for _ in range(2)]


def test_a_failure_to_serialize_is_resolved_by_trying_again(pair: list[Channel]) -> None:
    before = pair[0].name
    actors = colliding(pair)
    assert race([partial(retry_transaction, actor) for actor in actors]) == ["done", "done"]
    assert Channel.objects.get(pk=pair[0].pk).name == before + "++"
    assert sum(actor.tries for actor in actors) > 2


def test_mutant_without_a_retry_fails_to_serialize(pair: list[Channel]) -> None:
    before = pair[0].name
    results = race(list(colliding(pair)))
    (lost,) = [result for result in results if result != "done"]
    assert getattr(lost.__cause__, "sqlstate", "") == "40001"
    assert Channel.objects.get(pk=pair[0].pk).name == before + "+"


class Deadlocked:
    """Have the first call of a service run into a deadlock with a transaction that wants the locks the other way."""

    def __init__(self, service: Callable[..., Any], channel: Channel) -> None:
        self.service, self.channel, self.calls = service, channel, 0
        self.holding, self.wanting = threading.Event(), threading.Event()

    def __call__(self, **kwargs: Any) -> Any:
        self.calls += 1
        if self.calls > 1:
            return self.service(**kwargs)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL deadlock_timeout = '200ms'")
        done = self.service(**kwargs)  # holds the cart
        self.holding.set()
        assert self.wanting.wait(timeout=20)
        count(self.channel)
        return done

    def other(self) -> None:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL deadlock_timeout = '10s'")
            count(self.channel)
            assert self.holding.wait(timeout=20)
            self.wanting.set()
            Cart.objects.update(note="other")


@pytest.mark.parametrize("key", ["", "a key of this request"[:16].replace(" ", "-")])
def test_a_change_of_a_cart_survives_a_deadlock(pair: list[Channel], monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    replies, deadlocked = add_in_deadlock(pair, monkeypatch, key)
    assert replies[0].status_code == 201, replies[0].content
    assert deadlocked.calls == 2
    assert CartLine.objects.get().quantity == 1
    assert Cart.objects.get().note == "other"


def test_mutant_without_a_retry_answers_that_it_is_busy(pair: list[Channel], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "TRIES", 1)
    replies, _ = add_in_deadlock(pair, monkeypatch, "")
    problem(replies[0], 503, "busy")
    assert replies[0].headers["Retry-After"]


def add_in_deadlock(pair: list[Channel], monkeypatch: pytest.MonkeyPatch, key: str) -> tuple[list[Any], Deadlocked]:
    api = Api()
    variant = make_product(channel=pair[0], amount=100, stock=9).variants.get()
    cart = f"carts/{api.post('carts').json()['cart']['id']}"
    deadlocked = Deadlocked(line_views.add_line, pair[1])
    monkeypatch.setattr(line_views, "add_line", deadlocked)
    body = {"variant": str(variant.public_id)}
    replies = race([lambda: api.post(f"{cart}/lines", body, **{"Idempotency-Key": key}), deadlocked.other])
    assert replies[1] is None, replies[1]
    return replies, deadlocked
