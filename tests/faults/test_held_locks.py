"""Somebody holds a lock and is in no hurry: whoever needs it is told to come back, and nobody else notices."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from django.db import connection, transaction

from nexus_commerce.catalog.models import Variant
from nexus_commerce.core.locking import lock_rows
from nexus_commerce.inventory.models import Reservation, StockItem
from nexus_commerce.orders.models import Order
from nexus_commerce.testing.factories import make_channel, make_product
from nexus_commerce.testing.invariants import assert_invariants
from tests.events.celery_workers import wait_for
from tests.faults.buying import Answer, Buyer, all_at_once, fill_carts, outcomes, percentile
from tests.faults.serving import Site, database_of_the_test, site_at

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

HELD_FOR = 5
LOCK_TIMEOUT = 2


@pytest.fixture
def site(transactional_db: None, tmp_path: Path) -> Iterator[Site]:
    database = database_of_the_test(options=f"-c lock_timeout={LOCK_TIMEOUT}s")
    with site_at(tmp_path, database=database) as site:
        site.start()
        yield site


@contextmanager
def locked(variant: Variant) -> Iterator[None]:
    """Lock the stock of a variant in a transaction of somebody else's."""
    is_locked, is_over = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                lock_rows(StockItem.objects.filter(variant=variant))
                is_locked.set()
                assert is_over.wait(timeout=60)
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert is_locked.wait(timeout=20)
        yield
    finally:
        is_over.set()
        holder.join()


def assert_busy(answer: Answer) -> None:
    assert (answer.status, answer.code) == (503, "busy"), answer
    assert answer.headers["retry-after"] == "1"


def assert_placed(site: Site, orders: int) -> None:
    assert list(Order.objects.values_list("state", flat=True)) == ["placed"] * orders
    assert len(site.bank.charges()) == orders
    assert not Reservation.objects.exists()
    assert "Internal Server Error" not in site.log(), site.log()
    assert_invariants()


def test_who_wants_what_is_locked_comes_back_and_others_buy_on(site: Site) -> None:
    channel = make_channel(code="default", is_default=True)
    hot, other = (make_product(channel=channel, amount=1000, stock=1000).variants.get() for _ in range(2))
    waiting = fill_carts(channel, hot, 2)
    crowds = [fill_carts(channel, other, 200) for _ in range(2)]
    site.wait()
    crowds[0].pop().ask(site)
    ends = time.monotonic() + HELD_FOR

    def keep_buying(buyers: list[Buyer]) -> list[Answer]:
        answers = []
        while buyers and time.monotonic() < ends:
            answers.append(buyers.pop().ask(site))
        return answers

    with ThreadPoolExecutor(2) as pool, locked(hot):
        running = [pool.submit(keep_buying, crowd) for crowd in crowds]
        refused = all_at_once([partial(buyer.ask, site) for buyer in waiting])
        others = [answer for each in running for answer in each.result()]
        held = Order.objects.filter(lines__variant=hot).count()

    times = [answer.seconds for answer in others]
    print(
        f"others: {outcomes(others)}, p50 {percentile(times, 0.5):.3f} s, p95 {percentile(times, 0.95):.3f} s;", end=" "
    )
    print("refused after", [f"{answer.seconds:.2f} s" for answer in refused])
    assert set(outcomes(others)) == {"201 placed"}
    # The lock was held all the time: whoever of them had needed it would have been refused.
    assert len(others) >= 4
    for answer in refused:
        assert_busy(answer)
        # Who waits behind another waits twice: for its place in the queue, then for the lock.
        assert LOCK_TIMEOUT <= answer.seconds < 2 * LOCK_TIMEOUT + 3
    assert held == 0
    again = all_at_once([partial(buyer.ask, site) for buyer in waiting])
    assert outcomes(again) == {"201 placed": 2}
    assert_placed(site, len(others) + 3)


def test_who_has_paid_when_the_stock_is_locked_gets_the_order_by_asking_again(site: Site) -> None:
    channel = make_channel(code="default", is_default=True)
    variant = make_product(channel=channel, amount=1000, stock=1).variants.get()
    (buyer,) = fill_carts(channel, variant, 1, script="slow")
    site.wait()
    first: list[Answer] = []
    asking = threading.Thread(target=lambda: first.append(buyer.ask(site)))
    asking.start()
    wait_for("the payment is under way", lambda: site.bank.payments())
    with locked(variant):
        asking.join(timeout=30)
        assert_busy(first[0])
        assert len(site.bank.charges()) == 1
        assert Order.objects.get().state == "pending"

    answer = buyer.ask(site)
    assert (answer.status, answer.code) == (200, "placed")
    assert buyer.ask(site).body == answer.body
    assert_placed(site, 1)
