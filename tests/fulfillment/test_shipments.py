"""Shipments: what they take, what they leave behind, and what they refuse."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from nexus_commerce.channels.models import Channel
from nexus_commerce.core.errors import CommerceError, InvalidInput
from nexus_commerce.core.state import Flow
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.fulfillment.errors import (
    IllegalShipmentState,
    NothingToShip,
    NotShippable,
    ShipmentChanged,
    ShipmentNotFound,
)
from nexus_commerce.fulfillment.flows import shipment_flow
from nexus_commerce.fulfillment.models import Shipment
from nexus_commerce.fulfillment.services import (
    cancel_pending_shipments,
    cancel_shipment,
    change_shipment_state,
    create_shipment,
    deliver_shipment,
    find_shipment,
    left_to_ship,
    ship_order,
    ship_shipment,
)
from nexus_commerce.inventory.models import Allocation, StockMovement
from nexus_commerce.orders.errors import TooManyUnits
from nexus_commerce.orders.models import Order, OrderEvent, OrderLine
from nexus_commerce.orders.services import change_state
from nexus_commerce.orders.services.fulfilling import fulfillment_state_of, record_shipment
from nexus_commerce.testing.statements import watch_statements
from tests.fulfillment.parcels import at, fresh, line_of, paid_order, stocked, units

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def order(channel: Channel) -> Order:
    """Return a paid order of 3 and 2 units of two variants that have 10 each."""
    return paid_order(channel, (stocked(channel), 3), (stocked(channel), 2))


def told(type: str) -> list[dict[str, Any]]:
    return list(OutboxEvent.objects.filter(type=type).values_list("payload", flat=True))


@pytest.mark.hosts
def test_an_order_is_sent_whole(order: Order) -> None:
    shipment = ship_order(
        order=order,
        carrier="DHL",
        tracking_number="00340434",
        tracking_url="https://track.example.com/00340434",
        actor="ada",
    )
    assert (shipment.state, shipment.carrier, shipment.tracking_number) == ("shipped", "DHL", "00340434")
    assert shipment.shipped_at
    assert sorted(shipment.lines.values_list("quantity", flat=True)) == [2, 3]
    after = fresh(order)
    assert (after.fulfillment_state, after.state) == ("fulfilled", "completed")
    assert list(after.lines.values_list("shipped_quantity", flat=True)) == [3, 2]
    assert [at(line.variant) for line in after.lines.all()] == [(7, 0), (8, 0)]
    movements = StockMovement.objects.filter(reference=shipment.public_id)
    assert sorted(movements.values_list("quantity", "reason", "actor")) == [
        (-3, "shipped", "ada"),
        (-2, "shipped", "ada"),
    ]
    payload = {"order": str(order.public_id), "number": order.number}
    assert (told("shipment.created"), told("shipment.shipped")) == ([payload], [payload])
    events = OrderEvent.objects.filter(order=order, type__in=["shipment", "fulfillment"])
    assert list(events.values_list("type", "from_state", "to_state", "actor")) == [
        ("shipment", "", "pending", "ada"),
        ("shipment", "pending", "shipped", "ada"),
        ("fulfillment", "unfulfilled", "fulfilled", "ada"),
    ]
    assert {event.data["shipment"] for event in events} == {str(shipment.public_id)}


def test_versions_count_every_change(order: Order) -> None:
    before = order.version
    shipment = create_shipment(order=order, units=units(order, 1))
    assert (shipment.version, fresh(order).version) == (1, before + 1)
    shipment = ship_shipment(shipment=shipment)
    assert (shipment.version, fresh(order).version) == (2, before + 2)
    shipment = deliver_shipment(shipment=shipment)
    assert (shipment.version, fresh(order).version) == (3, before + 3)
    versions = OutboxEvent.objects.filter(aggregate_id=shipment.public_id).order_by("id")
    assert list(versions.values_list("version", flat=True)) == [1, 2, 3]


@pytest.mark.hosts
def test_an_order_is_sent_in_parts(order: Order) -> None:
    first = create_shipment(order=order, units=units(order, 1, 1))
    assert left_to_ship(order=order) == units(order, 2, 1)
    assert fresh(order).fulfillment_state == "unfulfilled"
    assert at(line_of(order).variant) == (10, 3)
    ship_shipment(shipment=first)
    assert fresh(order).fulfillment_state == "partially_fulfilled"
    assert at(line_of(order).variant) == (9, 2)
    assert left_to_ship(order=order) == units(order, 2, 1)
    second = ship_order(order=order)
    assert {line.order_line.public_id: line.quantity for line in second.lines.all()} == units(order, 2, 1)
    assert (fresh(order).fulfillment_state, fresh(order).state) == ("fulfilled", "completed")
    assert left_to_ship(order=order) == {}
    with pytest.raises(NotShippable):
        create_shipment(order=order)


def test_a_canceled_shipment_gives_its_units_back(order: Order) -> None:
    shipment = create_shipment(order=order)
    with pytest.raises(NothingToShip):
        create_shipment(order=order)
    shipment = cancel_shipment(shipment=shipment, actor="ada", note="torn")
    assert (shipment.state, shipment.canceled_at is not None) == ("canceled", True)
    assert left_to_ship(order=order) == units(order, 3, 2)
    assert order.events.get(to_state="canceled").note == "torn"
    assert at(line_of(order).variant) == (10, 3)
    assert len(told("shipment.canceled")) == 1
    ship_order(order=order)


def test_all_shipments_that_wait_are_canceled_with_an_order(order: Order) -> None:
    sent = ship_order(order=order, units=units(order, 1))
    for _ in range(2):
        create_shipment(order=order, units=units(order, 1))
    assert cancel_pending_shipments(order=order) == 2
    assert sorted(order.shipments.values_list("state", flat=True)) == ["canceled", "canceled", "shipped"]
    assert cancel_pending_shipments(order=order) == 0
    assert find_shipment(public_id=sent.public_id).state == "shipped"


@pytest.mark.parametrize("case", ["I27"])
def test_no_more_units_than_are_left(order: Order, case: str) -> None:
    OrderLine.objects.filter(pk=line_of(order, 2).pk).update(canceled_quantity=1)
    create_shipment(order=order, units=units(order, 1))
    with pytest.raises(TooManyUnits) as refused:
        create_shipment(order=order, units=units(order, 3, 2))
    first, second = line_of(order), line_of(order, 2)
    assert refused.value.params["lines"] == [
        {"line": str(first.public_id), "sku": first.sku, "wanted": 3, "left": 2},
        {"line": str(second.public_id), "sku": second.sku, "wanted": 2, "left": 1},
    ]
    assert Shipment.objects.count() == 1


@pytest.mark.parametrize("case", ["I27"])
def test_units_that_were_canceled_meanwhile_are_not_sent(order: Order, case: str) -> None:
    shipment = create_shipment(order=order)
    OrderLine.objects.filter(pk=line_of(order).pk).update(canceled_quantity=1)
    with pytest.raises(TooManyUnits):
        ship_shipment(shipment=shipment)
    shipment.refresh_from_db()
    assert (shipment.state, fresh(order).fulfillment_state) == ("pending", "unfulfilled")
    assert at(line_of(order, 2).variant) == (10, 2)
    assert not told("shipment.shipped")


@pytest.mark.parametrize("case", ["I27"])
def test_the_database_refuses_what_the_update_would_let_through(order: Order, case: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        order.lines.filter(position=1).update(shipped_quantity=4)


@pytest.mark.parametrize(("quantity", "known"), [(0, True), (-1, True), (1, False)])
def test_units_must_be_some_and_of_the_order(order: Order, quantity: int, known: bool) -> None:
    line = line_of(order).public_id if known else uuid4()
    with pytest.raises(InvalidInput) as refused:
        create_shipment(order=order, units={line: quantity})
    assert refused.value.field == "lines"


def test_nothing_is_not_a_shipment(order: Order) -> None:
    with pytest.raises(NothingToShip):
        create_shipment(order=order, units={})


@pytest.mark.parametrize(
    "fields",
    [
        {"tracking_url": "javascript:alert(1)"},
        {"tracking_url": "nowhere"},
        {"tracking_number": "1" * 129},
        {"carrier": "c" * 65},
    ],
)
def test_tracking_is_checked(order: Order, fields: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        ship_order(order=order, **fields)  # type: ignore[arg-type]
    assert refused.value.field == next(iter(fields))
    assert not Shipment.objects.exists()


def test_tracking_may_come_with_the_sending_and_stays_else(order: Order) -> None:
    shipment = create_shipment(order=order, carrier="DHL", fields={"note": "fragile", "metadata": {"box": "L"}})
    sent = ship_shipment(shipment=shipment, tracking_number="7")
    sent.refresh_from_db()
    assert (sent.carrier, sent.tracking_number, sent.tracking_url, sent.note) == ("DHL", "7", "", "fragile")
    assert sent.metadata == {"box": "L"}


GRAPH = [("pending", "delivered"), ("shipped", "canceled"), ("shipped", "shipped"), ("canceled", "shipped")]
GRAPH += [("canceled", "delivered"), ("canceled", "canceled"), ("delivered", "delivered"), ("delivered", "canceled")]
GRAPH += [("delivered", "shipped")]
ACTS: dict[str, Any] = {"shipped": ship_shipment, "delivered": deliver_shipment, "canceled": cancel_shipment}


def brought_to(order: Order, state: str) -> Shipment:
    """Return a shipment of the order in a state, brought there by services."""
    shipment = create_shipment(order=order)
    for step in {"pending": [], "shipped": ["shipped"], "delivered": ["shipped", "delivered"]}.get(state, [state]):
        shipment = ACTS[step](shipment=shipment)
    return shipment


@pytest.mark.parametrize("case", ["B-S16"])
@pytest.mark.parametrize(("current", "wanted"), GRAPH)
def test_states_follow_the_graph_and_nothing_else(order: Order, current: str, wanted: str, case: str) -> None:
    shipment = brought_to(order, current)
    before = (OrderEvent.objects.count(), OutboxEvent.objects.count(), at(line_of(order).variant))
    with pytest.raises(IllegalShipmentState) as refused:
        ACTS[wanted](shipment=shipment)
    assert refused.value.code == "illegal_transition"
    assert refused.value.params == {"current": current, "wanted": wanted}
    shipment.refresh_from_db()
    assert shipment.state == current
    assert (OrderEvent.objects.count(), OutboxEvent.objects.count(), at(line_of(order).variant)) == before


def test_the_graph_is_tried_whole() -> None:
    flow = shipment_flow()
    wrong = {(a, b) for a in flow.states for b in ACTS if b not in flow.transitions[a]}
    assert wrong == set(GRAPH)


MORE = {"STATES": {"shipment": {"pending": ["packed"], "packed": ["shipped", "canceled"]}}}


@override_settings(NEXUS_COMMERCE=MORE)
def test_a_host_adds_states_of_its_own(order: Order) -> None:
    assert isinstance(shipment_flow(), Flow)
    shipment = create_shipment(order=order, units=units(order, 1))
    packed = change_shipment_state(shipment=shipment, state="packed", actor="ada")
    assert packed.state == "packed"
    assert len(told("shipment.packed")) == 1
    assert left_to_ship(order=order) == units(order, 2, 2)
    assert ship_shipment(shipment=packed).state == "shipped"


def test_what_is_sent_takes_stock_whatever_the_name_of_the_call(order: Order) -> None:
    shipment = create_shipment(order=order)
    with pytest.raises(ValueError, match="ship_shipment"):
        change_shipment_state(shipment=shipment, state="shipped")


def test_a_stale_version_is_refused(order: Order) -> None:
    before = order.version
    shipment = create_shipment(order=order, units=units(order, 1), expected_version=before)
    acts: list[Any] = [
        lambda: create_shipment(order=order, expected_version=before),
        lambda: ship_order(order=order, expected_version=before),
        lambda: ship_shipment(shipment=shipment, expected_version=2),
        lambda: cancel_shipment(shipment=shipment, expected_version=2),
        lambda: deliver_shipment(shipment=shipment, expected_version=2),
    ]
    for act in acts:
        with pytest.raises(ShipmentChanged):
            act()
    assert ship_shipment(shipment=shipment, expected_version=1).version == 2


@pytest.mark.parametrize("state", ["completed", "canceled"])
def test_only_a_placed_order_is_sent(order: Order, state: str) -> None:
    shipment = create_shipment(order=order, units=units(order, 1))
    change_state(order=order, state=state)
    acts: list[Any] = [lambda: create_shipment(order=order), lambda: ship_shipment(shipment=shipment)]
    for act in acts:
        with pytest.raises(NotShippable) as refused:
            act()
        assert refused.value.params["state"] == state
    assert cancel_shipment(shipment=shipment).state == "canceled"


def test_all_or_nothing_when_the_stock_is_not_there(order: Order) -> None:
    Allocation.objects.filter(line=line_of(order, 2).public_id).update(released=2)
    with pytest.raises(CommerceError) as refused:
        ship_order(order=order)
    assert refused.value.code == "allocation_missing"
    assert not Shipment.objects.exists()
    assert fresh(order).fulfillment_state == "unfulfilled"
    assert at(line_of(order).variant) == (10, 3)
    assert not told("shipment.created")


def test_there_is_no_such_shipment() -> None:
    with pytest.raises(ShipmentNotFound):
        find_shipment(public_id=uuid4())


def lines(*given: tuple[int, int, int]) -> list[OrderLine]:
    return [OrderLine(quantity=q, canceled_quantity=c, shipped_quantity=s) for q, c, s in given]


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ([(2, 0, 0), (1, 0, 0)], "unfulfilled"),
        ([(2, 0, 1), (1, 0, 0)], "partially_fulfilled"),
        ([(2, 0, 2), (1, 0, 0)], "partially_fulfilled"),
        ([(2, 0, 2), (1, 1, 0)], "fulfilled"),
        ([(2, 1, 1), (1, 0, 1)], "fulfilled"),
        ([(2, 2, 0)], "unfulfilled"),
    ],
)
def test_the_fulfillment_state_is_a_function_of_the_lines(given: list[tuple[int, int, int]], state: str) -> None:
    assert fulfillment_state_of(lines(*given)) == state


def test_units_are_counted_by_a_conditional_update(order: Order) -> None:
    kept = units(order, 3, 2)
    record_shipment(order=order, shipment=uuid4(), from_state="pending", to_state="shipped", shipped=kept)
    with pytest.raises(TooManyUnits):
        record_shipment(order=order, shipment=uuid4(), from_state="", to_state="shipped", shipped=units(order, 1))
    assert list(order.lines.values_list("shipped_quantity", flat=True)) == [3, 2]


def statements_of(channel: Channel, lines: int) -> list[str]:
    order = paid_order(channel, *((stocked(channel), 2) for _ in range(lines)))
    with watch_statements() as statements:
        ship_order(order=order)
    return [sql for sql in statements if sql.split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE")]


def test_sending_costs_the_same_for_any_number_of_lines(channel: Channel) -> None:
    few, many = statements_of(channel, 1), statements_of(channel, 8)
    assert len(few) == len(many) == 28, many


def test_the_callers_order_is_brought_up_to_date(order: Order) -> None:
    def says(row: Order) -> tuple[str, str, int]:
        return row.state, row.fulfillment_state, row.version

    for act in (
        lambda: create_shipment(order=order, units=units(order, 1)),
        lambda: cancel_pending_shipments(order=order),
        lambda: ship_order(order=order, units=units(order, 1)),
        lambda: ship_order(order=order),
    ):
        act()
        assert says(order) == says(fresh(order))
    assert says(order)[:2] == ("completed", "fulfilled")


def test_lines_that_the_caller_read_before_do_not_count(order: Order) -> None:
    read = Order.objects.prefetch_related("lines").get(pk=order.pk)
    assert [line.shipped_quantity for line in read.lines.all()] == [0, 0]
    ship_order(order=order, units=units(order, 1))
    assert left_to_ship(order=read) == units(order, 2, 2)
    kept = units(order, 2, 2)
    record_shipment(order=read, shipment=uuid4(), from_state="pending", to_state="shipped", shipped=kept)
    assert fresh(order).fulfillment_state == "fulfilled"
