"""The connection to the database breaks in the middle of a checkout, before or after it has committed. The shopper is
never told anything wrong, and the same request again makes one order and one charge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import sweep_checkouts
from nexus_commerce.core.failpoints import arm, disarm
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.providers.dummy import DummyBank
from tests.api.client import problem
from tests.checkout.paying import online_shop
from tests.faults.dying import let_locks_run_out
from tests.faults.proxy import Proxy, connected_through, drop_connection
from tests.faults.selling import Sale

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[DummyBank]:
    with online_shop(tmp_path) as bank:
        yield bank
    disarm()


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    settings = connection.settings_dict
    proxy = Proxy(settings["HOST"] or "127.0.0.1", int(settings["PORT"] or 5432))
    with connected_through(proxy):
        yield proxy
    proxy.close()


def buy_until_it_is_sold(sale: Sale) -> None:
    """Send the same request again, as a client does that was told to, until the order is placed."""
    for _ in range(3):
        let_locks_run_out()
        reply = sale.buy()
        assert reply.status_code in (200, 201), reply.content
    sale.assert_sold_once()


# The transaction is undone


@pytest.mark.parametrize("point", ["checkout.order_written", "checkout.finalizing"])
def test_a_connection_that_is_cut_before_the_commit_is_told_as_such(
    channel: Channel, bank: DummyBank, point: str
) -> None:
    sale = Sale(channel, bank)

    def cut() -> None:
        disarm()
        drop_connection()

    arm(point, cut)
    told = problem(sale.buy(), 503, "busy")
    assert "OperationalError" not in str(told)
    assert not Order.objects.filter(state="placed").exists()
    assert len(sale.moved("charge")) == (1 if point == "checkout.finalizing" else 0)
    buy_until_it_is_sold(sale)


# The transaction is committed, or not, and nobody knows


def lose_commit_of(proxy: Proxy, phase: str) -> None:
    """Have the reply to the COMMIT of a phase lost."""

    def lose() -> None:
        disarm()
        proxy.lose_reply_to = b"COMMIT"

    arm(phase, lose)


@pytest.mark.parametrize("phase", ["checkout.order_written", "checkout.finalizing"])
def test_a_commit_whose_reply_is_lost_is_no_wrong_answer(
    channel: Channel, bank: DummyBank, proxy: Proxy, phase: str
) -> None:
    sale = Sale(channel, bank)
    lose_commit_of(proxy, phase)
    reply = sale.buy()
    assert proxy.lost == 1
    problem(reply, 503, "busy")
    state = "placed" if phase == "checkout.finalizing" else "pending"
    assert Order.objects.get().state == state  # it was committed
    buy_until_it_is_sold(sale)


def test_the_sweeper_ends_what_a_lost_commit_left(channel: Channel, bank: DummyBank, proxy: Proxy) -> None:
    sale = Sale(channel, bank)
    lose_commit_of(proxy, "checkout.order_written")
    problem(sale.buy(), 503, "busy")
    let_locks_run_out()
    assert sweep_checkouts() == 1
    sale.assert_given_up()
