"""Races of shipments on PostgreSQL. Each is paired with a mutant that lacks the guard and must then go wrong."""

from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum

from nexus_commerce.fulfillment.errors import IllegalShipmentState, NothingToShip, NotShippable
from nexus_commerce.fulfillment.models import Shipment, ShipmentLine
from nexus_commerce.fulfillment.services import (
    cancel_shipment,
    create_shipment,
    creating,
    ship_order,
    ship_shipment,
    states,
)
from nexus_commerce.orders.errors import TooManyUnits
from nexus_commerce.orders.models import Order, OrderLine
from nexus_commerce.orders.services import fulfilling
from nexus_commerce.testing.factories import make_channel
from tests.concurrency.racing import race
from tests.fulfillment.parcels import at, line_of, paid_order, stocked, units

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 3
TRIES = 8
LOST = (TooManyUnits, NothingToShip, NotShippable)


def order_of(quantity: int) -> Order:
    channel = make_channel()
    return paid_order(channel, (stocked(channel, 20), quantity))


def send(pk: int, quantity: int) -> Shipment:
    order = Order.objects.get(pk=pk)
    return ship_order(order=order, units=units(order, quantity))


def ship(pk: int) -> Shipment:
    return ship_shipment(shipment=Shipment.objects.get(pk=pk))


def cancel(pk: int) -> Shipment:
    return cancel_shipment(shipment=Shipment.objects.get(pk=pk))


def pack(pk: int, quantity: int) -> Shipment:
    order = Order.objects.get(pk=pk)
    return create_shipment(order=order, units=units(order, quantity))


def read_only(rows: Any) -> list[Any]:
    return list(rows.order_by("pk"))


def count_blindly(order: Order, sent: dict[Any, int]) -> None:
    for line in OrderLine.objects.filter(public_id__in=sent):
        OrderLine.objects.filter(pk=line.pk).update(shipped_quantity=line.shipped_quantity + sent[line.public_id])


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (creating, states):
        monkeypatch.setattr(module, "lock_rows", read_only)


def taken(order: Order) -> int:
    """Return the units in shipments that were not canceled."""
    rows = ShipmentLine.objects.filter(shipment__order=order).exclude(shipment__state="canceled")
    return rows.aggregate(units=Sum("quantity"))["units"] or 0


def is_sound(order: Order) -> bool:
    """Return whether units, stock and shipments of an order of one line agree (I2, I3, I27)."""
    line = line_of(order)
    sent = ShipmentLine.objects.filter(shipment__order=order, shipment__state="shipped")
    shipped = sent.aggregate(units=Sum("quantity"))["units"] or 0
    on_hand, allocated = at(line.variant)
    return (
        line.shipped_quantity == shipped <= line.quantity
        and taken(order) <= line.quantity
        and (on_hand, allocated) == (20 - shipped, line.quantity - shipped)
    )


@pytest.mark.parametrize("case", ["I27"])
def test_the_same_units_are_sent_once(case: str) -> None:
    for _ in range(ROUNDS):
        order = order_of(3)
        results = race([partial(send, order.pk, 2)] * 4)
        lost = [result for result in results if isinstance(result, LOST)]
        assert (len(results), len(lost)) == (4, 3), results
        assert is_sound(order)


def test_shipments_of_one_line_are_all_counted() -> None:
    for _ in range(ROUNDS):
        assert not miscounted()


def test_units_that_there_are_enough_of_are_all_sent() -> None:
    order = order_of(6)
    results = race([partial(send, order.pk, 1)] * 6)
    assert not [result for result in results if isinstance(result, Exception)], results
    assert is_sound(order)
    assert Order.objects.get(pk=order.pk).fulfillment_state == "fulfilled"
    assert Order.objects.get(pk=order.pk).state == "completed"


def test_one_shipment_is_sent_once() -> None:
    for _ in range(ROUNDS):
        order = order_of(3)
        shipment = pack(order.pk, 1)
        results = race([partial(ship, shipment.pk)] * 4)
        assert [type(result) for result in results].count(IllegalShipmentState) == 3, results
        assert is_sound(order)
        assert order.events.filter(to_state="shipped").count() == 1


def test_the_same_units_are_packed_once() -> None:
    for _ in range(ROUNDS):
        order = order_of(3)
        results = race([partial(pack, order.pk, 2)] * 4)
        assert sum(isinstance(result, LOST) for result in results) == 3, results
        assert taken(order) == 2


def test_a_shipment_is_either_sent_or_canceled() -> None:
    for _ in range(ROUNDS):
        order = order_of(3)
        shipment = pack(order.pk, 2)
        results = race([partial(ship, shipment.pk), partial(cancel, shipment.pk)] * 2)
        assert [type(result) for result in results].count(IllegalShipmentState) == 3, results
        assert is_sound(order)
        states_told = list(order.events.filter(type="shipment").values_list("from_state", "to_state"))
        assert states_told in [[("", "pending"), ("pending", end)] for end in ("shipped", "canceled")]


def test_mutant_without_the_orders_lock_packs_units_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    without_locks(monkeypatch)
    assert any(packed_twice() for _ in range(TRIES))


def packed_twice() -> bool:
    order = order_of(3)
    race([partial(pack, order.pk, 2)] * 4)
    return taken(order) > 3


def test_mutant_without_locks_tells_of_two_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    without_locks(monkeypatch)
    assert any(has_two_ends() for _ in range(TRIES))


def has_two_ends() -> bool:
    order = order_of(3)
    shipment = pack(order.pk, 2)
    results = race([partial(ship, shipment.pk), partial(cancel, shipment.pk)] * 2)
    return [type(result) for result in results].count(IllegalShipmentState) != 3


@pytest.fixture
def without_constraint() -> Any:
    """Take the constraint of the shipped units away, and put it back afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE nexus_orders_orderline DROP CONSTRAINT nexus_orderline_shipped")
    yield
    OrderLine.objects.update(shipped_quantity=0)
    constraint = next(c for c in OrderLine._meta.constraints if c.name == "nexus_orderline_shipped")
    with connection.schema_editor() as editor:
        editor.add_constraint(OrderLine, constraint)


@pytest.mark.usefixtures("without_constraint")
def test_mutant_without_lock_condition_and_constraint_miscounts(monkeypatch: pytest.MonkeyPatch) -> None:
    without_locks(monkeypatch)
    monkeypatch.setattr(fulfilling, "add_shipped", count_blindly)
    assert any(miscounted() for _ in range(TRIES))


def miscounted() -> bool:
    order = order_of(4)
    waiting = [pack(order.pk, 1) for _ in range(4)]
    race([partial(ship, shipment.pk) for shipment in waiting])
    return not is_sound(order)


def test_the_conditional_update_holds_without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    without_locks(monkeypatch)
    for _ in range(ROUNDS):
        order = order_of(3)
        race([partial(send, order.pk, 2)] * 4)
        assert line_of(order).shipped_quantity <= 3
        assert at(line_of(order).variant)[0] >= 17
