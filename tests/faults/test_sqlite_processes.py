"""Two processes share a SQLite file: whoever has to wait too long is told so, and nothing is half done."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.inventory.models import Reservation, StockItem
from nexus_commerce.orders.models import Order
from nexus_commerce.testing.factories import make_channel, make_product
from nexus_commerce.testing.invariants import assert_invariants
from tests.events.celery_workers import wait_for
from tests.faults.buying import Answer, all_at_once, fill_carts, outcomes, sold_out
from tests.faults.serving import Site, site_at

pytestmark = pytest.mark.django_db(transaction=True)

HOLD = """
import sqlite3, sys
file = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
file.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
file.execute("ROLLBACK")
"""


@pytest.fixture(autouse=True)
def only_on_sqlite(transactional_db: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a SQLite file is made of the database of the test")


class FileSite:
    """A site of two workers on a SQLite file, which begins as a copy of the database of the test."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.file = folder / "shop.sqlite3"
        self.database = {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(self.file),
            "CONN_MAX_AGE": None,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, **options},
        }

    def write(self) -> None:
        """Write the file."""
        with closing(sqlite3.connect(self.file)) as file:
            connection.connection.backup(file)

    def read(self) -> None:
        """Have the test see what the file holds now."""
        with closing(sqlite3.connect(self.file)) as file:
            file.backup(connection.connection)

    def let_locks_run_out(self) -> None:
        """Let the time be over for which a process may be at work on a key or a payment."""
        with closing(sqlite3.connect(self.file, timeout=20)) as file, file:
            for table in ("nexus_payments_payment", "nexus_events_idempotencykey"):
                file.execute(f"UPDATE {table} SET locked_until = '2000-01-01' WHERE locked_until IS NOT NULL")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Have another process hold the write lock."""
        command = [sys.executable, "-c", HOLD, str(self.file)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
            assert holder.stdout is not None
            assert holder.stdin is not None
            try:
                assert holder.stdout.readline() == "held\n"
                yield
            finally:
                holder.stdin.close()


def shop(stock: int) -> tuple[Channel, Variant]:
    channel = Channel.objects.filter(is_default=True).first() or make_channel(code="default", is_default=True)
    return channel, make_product(channel=channel, amount=1000, stock=stock).variants.get()


@contextmanager
def serving(file: FileSite, folder: Path) -> Iterator[Site]:
    file.write()
    with site_at(folder, database=file.database) as site:
        site.start(workers=2)
        site.wait()
        yield site
        file.read()
        assert "Internal Server Error" not in site.log(), site.log()


def assert_sold(site: Site, units: int) -> None:
    assert list(Order.objects.values_list("state", flat=True)) == ["placed"] * units
    assert len(site.bank.charges()) == units
    assert not Reservation.objects.exists()
    assert sum(StockItem.objects.values_list("allocated", flat=True)) == units
    assert_invariants()


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_the_last_unit_is_bought_once(tmp_path: Path, journal: str) -> None:
    pairs = [fill_carts(*shop(stock=1), 2) for _ in range(6)]
    file = FileSite(tmp_path, init_command=f"PRAGMA journal_mode={journal}")
    with serving(file, tmp_path) as site:
        # One pair after the other, then the rest at once.
        answers = [all_at_once([partial(buyer.ask, site) for buyer in pair]) for pair in pairs[:3]]
        together = all_at_once([partial(buyer.ask, site) for pair in pairs[3:] for buyer in pair])
        answers += [together[at : at + 2] for at in range(0, 6, 2)]

    print(journal, [dict(outcomes(pair)) for pair in answers])
    for pair in answers:
        assert [answer.status for answer in pair].count(201) == 1
        assert [isinstance(answer, Answer) and sold_out(answer) for answer in pair].count(True) == 1
    assert_sold(site, 6)


def assert_busy(answer: Answer) -> None:
    assert (answer.status, answer.code) == (503, "busy"), answer
    assert answer.headers["retry-after"] == "1"


def test_who_waits_too_long_for_the_file_is_told_to_come_back(tmp_path: Path) -> None:
    channel, variant = shop(stock=2)
    buyers = fill_carts(channel, variant, 2)
    file = FileSite(tmp_path, timeout=0.5)
    with serving(file, tmp_path) as site:
        with file.held():
            refused = all_at_once([partial(buyer.ask, site) for buyer in buyers])
        file.read()
        for answer in refused:
            assert_busy(answer)
            assert 0.4 < answer.seconds < 5
        assert not Order.objects.exists()
        assert not Reservation.objects.exists()
        assert not site.bank.payments()
        assert_invariants()

        answers = all_at_once([partial(buyer.insist, site) for buyer in buyers])
        assert [each[-1].status for each in answers] == [201, 201]
    assert_sold(site, 2)


def test_the_file_is_held_while_the_bank_thinks(tmp_path: Path) -> None:
    channel, variant = shop(stock=1)
    (buyer,) = fill_carts(channel, variant, 1, script="slow")
    file = FileSite(tmp_path, timeout=0.5)
    with serving(file, tmp_path) as site:
        first: list[Answer] = []
        asking = threading.Thread(target=lambda: first.append(buyer.ask(site)))
        asking.start()
        wait_for("the payment is under way", lambda: site.bank.payments())
        with file.held():
            asking.join(timeout=30)
        assert_busy(first[0])
        file.read()
        assert Order.objects.get().state == "pending"
        assert len(site.bank.charges()) == 1

        # Nobody could write down that the first request is over: the key is taken until its time runs out.
        again = buyer.ask(site)
        assert (again.status, again.code) == (409, "idempotency_key_in_use")
        file.let_locks_run_out()
        answer = buyer.ask(site)
        assert (answer.status, answer.code) == (200, "placed")
        assert buyer.ask(site).body == answer.body
    assert_sold(site, 1)
