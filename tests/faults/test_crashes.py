"""A process is killed at every named point of a checkout, a capture, a void and a refund. The same request again, or
the sweeper, brings it to its end: one order, one charge, nothing held for ever."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import sweep_checkouts
from nexus_commerce.core.failpoints import FAILPOINTS
from nexus_commerce.inventory.services import sweep_reservations
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.providers.dummy import DummyProvider
from tests.api.client import Api, Reply
from tests.checkout.paying import online_shop
from tests.faults.dying import die_at, let_locks_run_out
from tests.faults.selling import CARD, Sale

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

# A test goes through many points: to empty the database after each would take longer than all the rest.
CHECKOUT = [point for point in FAILPOINTS if point.startswith(("checkout.", "payment."))]
LATER = [point for point in FAILPOINTS if point not in CHECKOUT]


def sweep() -> None:
    """Let the sweepers run until they have nothing to do."""
    for _ in range(4):
        let_locks_run_out()
        sweep_reservations()
        if not sweep_checkouts():
            return
    pytest.fail("The sweeper never comes to an end.")


def test_a_checkout_that_was_killed_is_finished_by_the_same_request(channel: Channel, tmp_path: Path) -> None:
    with online_shop(tmp_path) as bank:
        for point in CHECKOUT:
            sale = Sale(channel, bank)
            assert die_at(point, sale.buy), point
            let_locks_run_out()
            reply = sale.buy()
            assert reply.status_code in (200, 201), (point, reply.content)
            assert sale.buy().content == reply.content
            sale.assert_sold_once()
            sweep()
            sale.assert_sold_once()


def test_a_checkout_that_was_killed_and_left_is_brought_to_an_end(channel: Channel, tmp_path: Path) -> None:
    with online_shop(tmp_path) as bank:
        endings = {}
        for point in CHECKOUT:
            sale = Sale(channel, bank)
            assert die_at(point, sale.buy), point
            sweep()
            is_sold = Order.objects.filter(cart=sale.cart, state="placed").exists()
            endings[point] = is_sold
            if is_sold:
                sale.assert_sold_once()
            else:
                sale.assert_given_up()
            reply = sale.buy()  # the shopper comes back after all
            assert reply.status_code in (200, 201), (point, reply.content)
            sale.assert_sold_once()
    # What the bank was paid is an order, and nothing else is.
    paid = [point for point, is_sold in endings.items() if is_sold]
    assert paid == ["checkout.before_finalize", "checkout.finalizing", "checkout.finalized", "payment.authorized"]


def test_a_checkout_that_is_killed_again_and_again_makes_one_order(channel: Channel, tmp_path: Path) -> None:
    with online_shop(tmp_path) as bank:
        for first in range(0, len(CHECKOUT), 3):
            sale = Sale(channel, bank)
            for point in CHECKOUT[first:] + CHECKOUT[:first]:
                die_at(point, sale.buy)
                let_locks_run_out()
            assert sale.buy().status_code in (200, 201)
            sale.assert_sold_once()


def test_while_a_killed_process_might_still_live_nobody_asks_in_its_place(channel: Channel, tmp_path: Path) -> None:
    with online_shop(tmp_path) as bank:
        sale = Sale(channel, bank)
        die_at("payment.start_kept", sale.buy)
        assert sale.buy().status_code == 409  # the same key
        other = sale.buy(**{"Idempotency-Key": uuid.uuid4().hex})
        assert (other.status_code, other.json()["order"]["state"]) == (202, "pending")
        assert sweep_checkouts() == 0
        assert not sale.moved("charge")
        sweep()
        sale.assert_given_up()


def test_mutant_whose_leases_never_run_out_is_stuck(
    channel: Channel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nexus_commerce.checkout.services.sweeping.take_up_operation", lambda payment: False)
    with online_shop(tmp_path) as bank:
        sale = Sale(channel, bank)
        die_at("payment.authorized", sale.buy)
        for _ in range(3):
            let_locks_run_out()
            sweep_checkouts()
        assert len(sale.moved("charge")) == 1
        assert sale.order.state == "pending"


def test_mutant_that_asks_under_a_new_key_charges_twice(
    channel: Channel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, authorize = DummyProvider.start, DummyProvider.authorize
    monkeypatch.setattr(DummyProvider, "start", lambda self, asked, key: start(self, asked, key=uuid.uuid4()))
    monkeypatch.setattr(
        DummyProvider, "authorize", lambda self, ref, asked, key: authorize(self, ref, asked, key=uuid.uuid4())
    )
    with online_shop(tmp_path) as bank:
        sale = Sale(channel, bank)
        die_at("payment.authorized", sale.buy)
        let_locks_run_out()
        Payment.objects.update(provider_ref=None)  # as if it had never been kept
        sale.buy()
        assert len(sale.moved("charge")) == 2


# Capture, void, refund


@dataclass(frozen=True)
class Act:
    """Something that staff do with what was paid."""

    path: str
    body: dict[str, Any]
    of_payment: bool = True


ACTS = {
    "capture": Act("capture", {}),
    "void": Act("void", {}),
    "refund": Act("refunds", {"extra": {"amount": "5.00", "currency": "EUR"}, "reason": "late"}, of_payment=False),
}


def request_for(api: Api, sale: Sale, act: Act) -> Callable[[], Reply]:
    """Return the request of staff, the same one each time."""
    (payment,) = (row for row in sale.payments if row.provider == "dummy")
    path = f"payments/{payment.public_id}" if act.of_payment else f"orders/{sale.order.public_id}"
    headers = {"If-Match": api.get(path)["ETag"], "Idempotency-Key": uuid.uuid4().hex}
    return partial(api.post, f"{path}/{act.path}", act.body, **headers)


def assert_done(sale: Sale, act: Act) -> None:
    order = sale.order
    if act.path == "refunds":
        # The bank gives it back: gift cards pay first and are paid back last.
        assert sale.moved("refund") == [500]
        assert (order.refunded, order.refund_pending, order.payment_state) == (500, 0, "partially_refunded")
        sale.assert_settled(is_sold=True)
    else:
        captured = order.total if act.path == "capture" else CARD
        assert (order.captured, order.authorized) == (captured, 0)
        assert sum(sale.moved("charge")) == captured - CARD
        sale.assert_settled(is_sold=True)


@pytest.mark.parametrize("ending", ["request", "sweeper"])
def test_what_staff_began_and_was_killed_is_brought_to_an_end(channel: Channel, tmp_path: Path, ending: str) -> None:
    get_user_model().objects.create_superuser("staff", "staff@example.com", "a password")
    api = Api()
    api.http.login(username="staff", password="a password")
    for point in LATER:
        act = ACTS[point.partition(".")[0]]
        with online_shop(tmp_path, capture="automatic" if act.path == "refunds" else "manual") as bank:
            sale = Sale(channel, bank)
            assert sale.buy().status_code == 201
            request = request_for(api, sale, act)
            assert die_at(point, request), point
            if ending == "sweeper":
                sweep()
                assert_done(sale, act)
            let_locks_run_out()
            reply = request()
            assert reply.status_code in (200, 201), (point, reply.content)
            assert request().content == reply.content
            assert_done(sale, act)
