"""Races of requests with one Idempotency-Key on PostgreSQL, each paired with a mutant that lacks the guard."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db.models.functions import Now

from nexus_commerce.api.cart import lines as line_views
from nexus_commerce.cart.models import CartLine
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.events.models import IdempotencyKey
from nexus_commerce.events.services import idempotency
from nexus_commerce.testing.factories import make_channel, make_product
from tests.api.client import Api, Reply
from tests.concurrency.racing import race

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 5


@pytest.fixture
def channel() -> Channel:
    return make_channel()


@pytest.fixture
def variant(channel: Channel) -> Variant:
    return make_product(channel=channel, amount=1000, stock=100).variants.get()


def new_cart() -> tuple[str, dict[str, str]]:
    made = Api().post("carts").json()
    return f"carts/{made['cart']['id']}", {"Cart-Token": made["token"], "Idempotency-Key": uuid.uuid4().hex}


def add(cart: str, variant: Variant, headers: dict[str, str]) -> Reply:
    return Api(cookies=False).post(f"{cart}/lines", {"variant": str(variant.public_id)}, **headers)


def units() -> int:
    return sum(CartLine.objects.values_list("quantity", flat=True))


def send_at_once(variant: Variant) -> tuple[list[Reply], Reply]:
    """Send one request four times at once, and once more afterwards."""
    cart, headers = new_cart()
    replies = race([partial(add, cart, variant, headers)] * 4)
    return replies, add(cart, variant, headers)


@pytest.mark.parametrize("case", ["A-C10"])
def test_one_key_sent_at_once_has_one_effect(variant: Variant, case: str) -> None:
    for turn in range(1, ROUNDS + 1):
        replies, after = send_at_once(variant)
        assert units() == turn
        done = [reply for reply in replies if reply.status_code == 201]
        waiting = [reply for reply in replies if reply.status_code == 409]
        assert len(done) + len(waiting) == 4, replies
        assert sum("Idempotency-Replayed" not in reply.headers for reply in done) == 1
        assert {reply.content for reply in done} == {after.content}
        assert all(reply.json()["code"] == "idempotency_key_in_use" for reply in waiting)
        assert all(reply.headers["Retry-After"] for reply in waiting)
        assert after.headers["Idempotency-Replayed"] == "true"


def test_mutant_that_only_looks_before_it_writes_has_several_effects(
    variant: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_then_write(*, scope: str, **columns: Any) -> Any:
        row = IdempotencyKey.objects.filter(scope__startswith=scope[:32], state="completed").first()
        if row:
            return idempotency.StoredReply(row.status or 0, row.headers, bytes(row.body))
        columns.pop("keep_for")
        return idempotency.ClaimedKey(
            IdempotencyKey.objects.create(scope=scope[:32] + uuid.uuid4().hex, expires_at=Now(), **columns).pk
        )

    monkeypatch.setattr("nexus_commerce.api.idempotency.claim_key", look_then_write)
    for _ in range(ROUNDS):
        send_at_once(variant)
    assert units() > ROUNDS


class Held:
    """A service that waits, the first time, until it is let go."""

    def __init__(self, service: Callable[..., Any]) -> None:
        self.service = service
        self.reached, self.go, self.first = threading.Event(), threading.Event(), True

    def __call__(self, **kwargs: Any) -> Any:
        if self.first:
            self.first = False
            self.reached.set()
            assert self.go.wait(timeout=20)
        return self.service(**kwargs)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    found = Held(line_views.add_line)
    monkeypatch.setattr(line_views, "add_line", found)
    return found


def test_who_comes_while_the_first_call_runs_waits_and_then_gets_its_reply(variant: Variant, held: Held) -> None:
    cart, headers = new_cart()

    def come_second() -> list[Reply]:
        assert held.reached.wait(timeout=20)
        early = add(cart, variant, headers)
        held.go.set()
        return [early]

    first, (early,) = race([partial(add, cart, variant, headers), come_second])
    assert (first.status_code, early.status_code) == (201, 409)
    assert add(cart, variant, headers).content == first.content
    assert units() == 1


def overtake(cart: str, variant: Variant, headers: dict[str, str], held: Held) -> Reply:
    """Take the key over from a call that is slower than its lock lasts, and finish before it."""
    assert held.reached.wait(timeout=20)
    IdempotencyKey.objects.update(locked_until=Now())
    try:
        return add(cart, variant, headers)
    finally:
        held.go.set()


def test_a_call_slower_than_its_lock_has_no_effect_beside_the_one_that_took_over(variant: Variant, held: Held) -> None:
    cart, headers = new_cart()
    slow, fast = race([partial(add, cart, variant, headers), partial(overtake, cart, variant, headers, held)])
    assert (slow.status_code, fast.status_code) == (409, 201)
    assert slow.json()["code"] == "idempotency_key_in_use"
    assert units() == 1
    assert add(cart, variant, headers).content == fast.content


def test_mutant_that_completes_whatever_row_is_there_has_two_effects(
    variant: Variant, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "_update", lambda key, **columns: IdempotencyKey.objects.update(**columns))
    cart, headers = new_cart()
    race([partial(add, cart, variant, headers), partial(overtake, cart, variant, headers, held)])
    assert units() == 2


def test_one_of_several_takes_a_broken_call_over(variant: Variant) -> None:
    for turn in range(1, ROUNDS + 1):
        cart, headers = new_cart()
        add(cart, variant, headers)
        CartLine.objects.filter(cart__public_id=cart.removeprefix("carts/")).delete()
        IdempotencyKey.objects.update(state="running", locked_until=Now())
        replies = race([partial(add, cart, variant, headers)] * 4)
        assert units() == turn, replies
        assert {reply.status_code for reply in replies} <= {201, 409}
