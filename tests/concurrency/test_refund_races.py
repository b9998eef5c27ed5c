"""Staff act at once on what was paid: capture, cancel, refund. Each race is paired with a mutant that lacks the guard
and must then go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import (
    cancel_order,
    canceling,
    refund_order,
    refunding,
    sweep_checkouts,
)
from nexus_commerce.orders.errors import IllegalOrderState
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.errors import CaptureRefused, PaymentBusy, RefundRefused, VoidRefused
from nexus_commerce.payments.models import Payment, Refund
from nexus_commerce.payments.providers.dummy import DummyBank
from nexus_commerce.payments.services import RefundRequest, capture_payment, capturing, void_payment
from nexus_commerce.payments.services import refunding as refund_services
from nexus_commerce.testing.factories import make_product
from nexus_commerce.testing.invariants import assert_invariants
from tests.cart.shopping import ready_cart
from tests.checkout.paying import buy, let_time_pass, online_shop
from tests.concurrency.pausing import interleave
from tests.concurrency.racing import race

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 3
POINTS = ("capture.begun", "capture.asked", "capture.kept")


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[DummyBank]:
    with online_shop(tmp_path) as bank:
        yield bank


@pytest.fixture
def holding(tmp_path: Path) -> Iterator[DummyBank]:
    """Return the bank of a shop that captures later."""
    with online_shop(tmp_path, capture="manual") as bank:
        yield bank


def sold(channel: Channel) -> Order:
    return buy(ready_cart(channel, make_product(channel=channel, amount=1000, stock=9).variants.get())).order


def fresh(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def payment_of(order: Order) -> Payment:
    return Payment.objects.select_related("order").get(order=order)


def moved(bank: DummyBank, order: Order) -> tuple[int, int]:
    """Return what the bank took for an order, and what it gave back."""
    ref = payment_of(order).provider_ref
    return tuple(sum(each.amount for each in bank.movements(ref, kind)) for kind in ("charge", "refund"))  # type: ignore[return-value]


def capture(order: Order) -> Any:
    return capture_payment(payment=payment_of(order))


def cancel(order: Order) -> Any:
    return cancel_order(order=fresh(order))


def refund(order: Order, amount: int = 400) -> Any:
    return refund_order(order=fresh(order), request=RefundRequest(extra=amount), reason="late")


def failures(results: list[Any], *allowed: type[Exception]) -> list[Any]:
    """Return what failed; all of it as is allowed."""
    lost = [result for result in results if isinstance(result, Exception)]
    assert {type(result) for result in lost} <= set(allowed), results
    return lost


def end_everything() -> None:
    let_time_pass()
    sweep_checkouts()


# Capture and cancel


def is_canceled_and_charged(bank: DummyBank, order: Order) -> bool:
    taken, given = moved(bank, order)
    return fresh(order).state == "canceled" and taken != given


@pytest.mark.parametrize("point", POINTS)
def test_an_order_that_is_being_captured_is_not_canceled_without_its_money(
    channel: Channel, holding: DummyBank, point: str
) -> None:
    order = sold(channel)
    found = interleave(point, partial(capture, order), partial(cancel, order))
    if point == "capture.kept":
        assert moved(holding, order) == (1000, 1000)
    else:
        assert isinstance(found.other, PaymentBusy)
        assert (fresh(order).state, moved(holding, order)) == ("placed", (1000, 0))
    assert not isinstance(found.stopped, Exception)
    end_everything()
    assert not is_canceled_and_charged(holding, order)
    assert_invariants()


def test_capture_void_and_cancel_at_once_leave_no_money_behind(channel: Channel, holding: DummyBank) -> None:
    for _ in range(ROUNDS):
        order = sold(channel)
        acts: list[Callable[[Order], Any]] = [capture, cancel, lambda order: void_payment(payment=payment_of(order))]
        results = race([partial(act, order) for act in acts])
        failures(results, PaymentBusy, CaptureRefused, VoidRefused, IllegalOrderState)
        end_everything()
        assert moved(holding, order)[0] in (0, 1000)
        assert not is_canceled_and_charged(holding, order)
        assert not payment_of(order).operation
    assert_invariants()


def test_mutant_that_does_not_see_the_capture_cancels_what_is_charged(
    channel: Channel, holding: DummyBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capturing, "begin_operation", lambda *, payment, operation, amount=None, key: None)
    monkeypatch.setattr(canceling, "request_void", lambda payment: None)
    lost = []

    def blindly(*, payment: Payment, key: Any, **terms: Any) -> Payment:
        row = payment_of(payment.order)
        row.operation, row.operation_amount, row.operation_key = "capture", 1000, key
        lost.append(capturing.ask_capture(payment=row))
        return row

    monkeypatch.setattr(capturing, "carry_out_capture", blindly)
    order = sold(channel)
    interleave("capture.begun", partial(capture, order), partial(cancel, order))
    assert lost
    assert is_canceled_and_charged(holding, order)


# Refunds, and cancel


def test_refunds_at_once_give_back_no_more_than_was_paid(channel: Channel, bank: DummyBank) -> None:
    for _ in range(ROUNDS):
        order = sold(channel)
        lost = failures(race([partial(refund, order)] * 4), RefundRefused)
        assert len(lost) == 2
        end_everything()
        assert moved(bank, order) == (1000, 800)
        assert (fresh(order).refunded, fresh(order).refund_pending) == (800, 0)
    assert_invariants()


def test_a_refund_and_a_cancellation_at_once_give_everything_back_once(channel: Channel, bank: DummyBank) -> None:
    for _ in range(ROUNDS):
        order = sold(channel)
        results = race([partial(refund, order), partial(cancel, order), partial(cancel, order)])
        failures(results, RefundRefused, IllegalOrderState)
        end_everything()
        assert (fresh(order).state, fresh(order).payment_state) == ("canceled", "refunded")
        assert moved(bank, order) == (1000, 1000)
    assert_invariants()


def unlocked(public_id: Any) -> tuple[Any, Order, list[Payment]]:
    order = Order.objects.select_related("channel", "customer", "cart").get(public_id=public_id)
    payments = list(order.payments.all())
    for payment in payments:
        payment.order = order
    return order.cart, order, payments


def test_one_refund_is_asked_for_by_one_at_a_time(channel: Channel, bank: DummyBank) -> None:
    order = sold(channel)
    found = interleave("refund.begun", partial(refund, order), end_everything)
    assert not isinstance(found.stopped, Exception)
    assert (moved(bank, order), Refund.objects.get().attempts) == ((1000, 400), 1)
    assert_invariants()


def write_blindly(*, payment: Payment, amount: int, **terms: Any) -> Refund:
    Payment.objects.filter(pk=payment.pk).update(refund_pending=F("refund_pending") + amount)
    return Refund.objects.create(payment=payment, amount=amount)


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refund without lock and condition; nobody is asked, so that what was counted can be seen."""
    monkeypatch.setattr(refunding, "lock_checkout", unlocked)
    monkeypatch.setattr(canceling, "lock_checkout", unlocked)
    monkeypatch.setattr(refund_services, "write_refund", write_blindly)
    for module in (refunding, canceling):
        monkeypatch.setattr(module, "carry_out_refunds", lambda order, actor: None)


@pytest.mark.usefixtures("blind")
def test_mutant_without_lock_and_condition_runs_into_the_constraint(channel: Channel, bank: DummyBank) -> None:
    order = sold(channel)
    results = race([partial(refund, order)] * 4)
    assert "IntegrityError" in {type(result).__name__ for result in results}


@pytest.fixture
def without_constraints() -> Iterator[None]:
    """Take the constraints on what is given back away, and put them back once the rows are gone."""
    found = [(model, row) for model in (Payment, Order) for row in model._meta.constraints if "refund" in row.name]
    assert found
    with connection.schema_editor() as editor:
        for model, row in found:
            editor.remove_constraint(model, row)
    yield
    Refund.objects.all().delete()
    for model in (Payment, Order):
        model.objects.update(refund_pending=0, refunded=0)
    with connection.schema_editor() as editor:
        for model, row in found:
            editor.add_constraint(model, row)


@pytest.mark.usefixtures("without_constraints", "blind")
@pytest.mark.parametrize("other", [refund, cancel])
def test_mutant_without_any_guard_gives_back_too_much(
    channel: Channel, bank: DummyBank, other: Callable[[Order], Any]
) -> None:
    for _ in range(2 * ROUNDS):
        order = sold(channel)
        race([partial(refund, order), partial(refund, order), partial(other, order)])
        if payment_of(order).refund_pending > 1000:
            return
    pytest.fail("The guards were not what held the limit.")
