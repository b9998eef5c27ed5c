"""Servers are replaced one after the other while shoppers order: whatever was acknowledged is there, once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from nexus_commerce.orders.models import Order
from nexus_commerce.testing.factories import make_channel, make_product
from nexus_commerce.testing.invariants import assert_invariants
from tests.faults.buying import Answer, Buyer, fill_carts, outcomes
from tests.faults.serving import NIGHTLY, Site, site_at

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

RESTARTS = 20 if NIGHTLY else 3
BUYERS = 30
"""Who order one after the other in each of four threads, for each restart."""


@pytest.fixture
def site(transactional_db: None, tmp_path: Path) -> Iterator[Site]:
    with site_at(tmp_path) as site:
        site.start(workers=2)
        yield site


def replace(site: Site) -> None:
    """Start a server, and have the one before it finish and go, as a deployment does."""
    before = site.servers[-1]
    site.start(workers=2)
    wait_for_workers(site)
    site.stop(before)


def wait_for_workers(site: Site) -> None:
    """Wait until the newest server has its workers: the older one answers on the same port."""
    newest = site.servers[-1]
    ends = threading.Event()
    for _ in range(300):
        if len(children_of(newest.pid)) == 2:
            return
        ends.wait(0.1)
    raise AssertionError(site.log())


def children_of(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def test_a_rolling_restart_loses_no_order(site: Site) -> None:
    channel = make_channel(code="default", is_default=True)
    variant = make_product(channel=channel, amount=1000, stock=10_000).variants.get()
    site.wait()
    is_over = threading.Event()
    broken: list[Exception] = []

    def keep_buying(buyers: list[Buyer]) -> list[list[Answer]]:
        found = []
        for buyer in buyers:
            if is_over.is_set():
                break
            found.append(buyer.insist(site, broken=broken))
        return found

    crowds = [fill_carts(channel, variant, BUYERS * RESTARTS) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(partial(keep_buying, crowd)) for crowd in crowds]
        try:
            for _ in range(RESTARTS):
                replace(site)
        finally:
            is_over.set()
        replies = [answers for each in running for answers in each.result()]

    last = [answers[-1] for answers in replies]
    print(f"{RESTARTS} restarts, {len(last)} buyers:", outcomes(last), "no reply:", broken)
    assert set(outcomes(last)) <= {"201 placed", "200 placed"}
    placed = [answer.json["order"]["id"] for answer in last]
    assert len(placed) == len(set(placed)) >= 10 * RESTARTS
    assert {str(number) for number in Order.objects.values_list("public_id", flat=True)} == set(placed)
    assert len(site.bank.charges()) == len(placed)
    assert "Traceback" not in site.log(), site.log()
    assert_invariants()
