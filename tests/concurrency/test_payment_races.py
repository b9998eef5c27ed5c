"""Races of payments on PostgreSQL: shoppers, provider, staff at once. Each is paired with a mutant that lacks the guard
and must then go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from nexus_commerce.cart.models import Cart
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.errors import CheckoutIncomplete
from nexus_commerce.checkout.services import (
    bring_up_to_date,
    complete_payment,
    finalize,
    finalizing,
    paying,
    place_order,
    preparing,
)
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.inventory.errors import OutOfStock
from nexus_commerce.inventory.models import Allocation
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import Payment, Refund
from nexus_commerce.payments.providers.dummy import DummyBank, DummyProvider
from nexus_commerce.payments.providers.reports import PaymentReport
from nexus_commerce.testing.factories import make_product
from nexus_commerce.testing.invariants import assert_invariants
from tests.cart.shopping import ready_cart
from tests.checkout.paying import online_shop
from tests.concurrency.racing import race

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 3


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[DummyBank]:
    with online_shop(tmp_path) as bank:
        yield bank


def stocked(channel: Channel, stock: int = 9) -> Variant:
    return make_product(channel=channel, amount=1000, stock=stock).variants.get()


def buy(cart: Cart, script: str = "approve") -> Any:
    fresh = Cart.objects.select_related("channel").get(pk=cart.pk)
    return place_order(cart=fresh, provider="dummy", payment_data={"token": script})


def failures(results: list[Any]) -> list[Any]:
    return [result for result in results if isinstance(result, Exception)]


# The last unit, and the same cart


def sell_the_last(channel: Channel) -> tuple[list[Any], Variant]:
    variant = stocked(channel, 1)
    carts = [ready_cart(channel, variant) for _ in range(4)]
    return race([partial(buy, cart) for cart in carts]), variant


@pytest.mark.parametrize("case", ["A-S7"])
def test_who_does_not_get_the_last_unit_is_not_asked_for_money(channel: Channel, bank: DummyBank, case: str) -> None:
    for turn in range(1, ROUNDS + 1):
        results, variant = sell_the_last(channel)
        assert {type(lost) for lost in failures(results)} <= {OutOfStock, CheckoutIncomplete}, results
        assert len(failures(results)) == 3
        assert (len(bank.payments()), len(bank.charges())) == (turn, turn)
        assert Order.objects.filter(lines__variant=variant).count() == 1
    assert_invariants()


def test_mutant_that_holds_no_stock_asks_several_for_money(
    channel: Channel, bank: DummyBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "reserve_stock", lambda **terms: [])
    sell_the_last(channel)
    assert len(bank.charges()) > 1


class Counting(DummyProvider):
    """Counts how often it is asked for money."""

    asked: list[Any] = []

    def authorize(self, ref: str, *args: Any, **terms: Any) -> PaymentReport:
        self.asked.append(ref)
        return super().authorize(ref, *args, **terms)


@pytest.fixture
def counting(bank: DummyBank, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    asked: list[Any] = []
    monkeypatch.setattr(Counting, "asked", asked)
    monkeypatch.setattr(
        "nexus_commerce.checkout.services.place.get_provider", lambda alias: Counting(alias, options_of(bank))
    )
    monkeypatch.setattr(
        "nexus_commerce.payments.services.asking.get_provider", lambda alias: Counting(alias, options_of(bank))
    )
    return asked


def options_of(bank: DummyBank) -> dict[str, Any]:
    return {"path": str(bank.path), "secret": bank.secret}


def buy_one_cart(channel: Channel) -> tuple[list[Any], Cart]:
    cart = ready_cart(channel, stocked(channel))
    return race([partial(buy, cart)] * 4), cart


@pytest.mark.parametrize("case", ["A-C1", "B-S11"])
def test_one_cart_bought_at_once_is_charged_once(
    channel: Channel, bank: DummyBank, counting: list[Any], case: str
) -> None:
    for turn in range(1, ROUNDS + 1):
        results, cart = buy_one_cart(channel)
        assert not failures(results), results
        assert len({result.order.pk for result in results}) == 1
        assert (len(counting), len(bank.charges())) == (turn, turn)
        assert Order.objects.get(cart=cart).state == "placed"
    assert_invariants()


def test_mutant_without_the_lease_asks_several_times(
    channel: Channel, bank: DummyBank, counting: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paying, "begin_operation", lambda **terms: None)
    for _ in range(ROUNDS):
        buy_one_cart(channel)
    assert len(counting) > ROUNDS


# The provider's message, and the shopper's return


def come_back(channel: Channel, bank: DummyBank) -> tuple[list[Any], Order]:
    """Have the shopper come back while the provider tells of the payment, twice."""
    order = buy(ready_cart(channel, stocked(channel)), "needs_action").order
    payment = Payment.objects.select_related("order").get(order=order)
    bank.approve(payment.provider_ref or "")
    told = partial(bring_up_to_date, payment=payment)
    return race([partial(complete_payment, order=Order.objects.get(pk=order.pk)), told, told]), order


@pytest.mark.parametrize("case", ["A-C2"])
def test_a_message_and_the_shoppers_return_place_the_order_once(channel: Channel, bank: DummyBank, case: str) -> None:
    for turn in range(1, ROUNDS + 1):
        results, order = come_back(channel, bank)
        assert not failures(results), results
        order.refresh_from_db()
        assert (order.state, order.payment_state, order.captured) == ("placed", "paid", order.total)
        assert len(bank.charges()) == turn
        assert Allocation.objects.filter(order=order.public_id).count() == 1
        types = OutboxEvent.objects.filter(aggregate_id=order.public_id).values_list("type", flat=True)
        assert sorted(types) == ["order.created", "order.paid", "order.placed"]
    assert_invariants()


def read_only(rows: Any) -> list[Any]:
    return list(rows.order_by("pk"))


def test_mutant_that_finalizes_without_locks_runs_into_constraints(
    channel: Channel, bank: DummyBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finalizing, "lock_rows", read_only)
    monkeypatch.setattr(finalizing, "lock_payments", lambda order: list(order.payments.order_by("pk")))
    assert any(failures(come_back(channel, bank)[0]) for _ in range(2 * ROUNDS))


def reports_of(payment: Payment) -> list[PaymentReport]:
    """Return what a provider says in turn: act, held, captured, and a part given back."""
    said = partial(PaymentReport, ref=payment.provider_ref or "", amount=payment.amount, currency=payment.currency)
    whole = {"authorized": payment.amount, "captured": payment.amount}
    return [
        said(status="requires_action"),
        said(status="authorized", authorized=payment.amount),
        said(status="captured", **whole),
        said(status="captured", **whole, refunded=100),
    ]


def standing(order: Order) -> tuple[Any, ...]:
    found = Order.objects.get(pk=order.pk)
    (payment,) = found.payments.all()
    mine = Refund.objects.filter(payment=payment).values_list("state", "amount")
    return found.state, found.payment_state, payment.state, payment.captured, payment.refunded, *mine


FINAL = ("placed", "partially_refunded", "partially_refunded", 1000, 100, ("succeeded", 100))


def pending(channel: Channel, variant: Variant) -> tuple[Order, Payment]:
    order = buy(ready_cart(channel, variant), "needs_action").order
    return order, Payment.objects.select_related("order").get(order=order)


@pytest.mark.parametrize("case", ["A-C2"])
def test_messages_in_any_order_and_any_number_make_one_final_state(
    channel: Channel, bank: DummyBank, case: str
) -> None:
    variant = stocked(channel, 99)
    for number, chosen in enumerate(permutations(range(4))):
        order, payment = pending(channel, variant)
        reports = reports_of(payment)
        for place in (*chosen, chosen[number % 4]):
            finalize(order=order.public_id, payment=payment, report=reports[place])
        assert standing(order) == FINAL, chosen
    assert_invariants()


def test_messages_at_once_make_the_same_final_state(channel: Channel, bank: DummyBank) -> None:
    for _ in range(ROUNDS):
        order, payment = pending(channel, stocked(channel))
        reports = reports_of(payment)
        acts: list[Callable[[], Any]] = [
            partial(finalize, order=order.public_id, payment=payment, report=report)
            for report in [*reports, reports[3]]
        ]
        results = race(acts)
        assert not failures(results), results
        assert standing(order) == FINAL
    assert_invariants()
