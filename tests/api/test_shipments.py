"""Shipments over HTTP: staff send, customers and guests look."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.test import override_settings

from nexus_commerce.channels.models import Channel
from nexus_commerce.customers.services import get_customer
from nexus_commerce.fulfillment.models import Shipment
from nexus_commerce.fulfillment.services import cancel_shipment, create_shipment, ship_order, ship_shipment
from nexus_commerce.inventory.models import StockLocation
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import renew_access
from nexus_commerce.testing.statements import watch_statements
from tests.api.client import Api, Reply, problem
from tests.fulfillment.parcels import fresh, line_of, paid_order, stocked, units, unpaid_order

pytestmark = [pytest.mark.django_db]

KEY = "a-key-of-at-least-16"


@pytest.fixture
def order(channel: Channel) -> Order:
    """Return a guest's paid order of 3 and 2 units."""
    return paid_order(channel, (stocked(channel), 3), (stocked(channel), 2))


def staff_with(user_model: Any, *codenames: str) -> Api:
    staff = user_model.objects.create_user(f"staff-{len(codenames)}", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Api()
    client.http.force_login(staff)
    return client


@pytest.fixture
def staff(order: Order, django_user_model: Any) -> Api:
    return staff_with(django_user_model, "view_shipment", "add_shipment", "change_shipment")


def list_of(order: Order) -> str:
    return f"orders/{order.public_id}/shipments"


def act_on(shipment: Shipment, act: str) -> str:
    return f"shipments/{shipment.public_id}/{act}"


def version(number: int) -> dict[str, str]:
    return {"If-Match": f'"{number}"'}


def wanted(order: Order, *quantities: int) -> list[dict[str, Any]]:
    return [{"line": str(line), "quantity": quantity} for line, quantity in units(order, *quantities).items()]


@pytest.mark.hosts
def test_staff_send_an_order_in_one_call(staff: Api, order: Order) -> None:
    sent = staff.post(
        list_of(order),
        {
            "carrier": "DHL",
            "tracking_number": "7",
            "tracking_url": "https://t.example.com/7",
            "note": "n",
            "ship": True,
        },
    )
    body = sent.json()
    assert sent.status_code == 201, body
    assert (body["state"], body["carrier"], body["tracking_number"]) == ("shipped", "DHL", "7")
    assert (body["order_id"], body["note"], body["location"]) == (str(order.public_id), "n", None)
    lines = [(line["line"], line["quantity"]) for line in body["lines"]]
    assert lines == [(str(line), quantity) for line, quantity in units(order, 3, 2).items()]
    assert sent.headers["ETag"] == f'"{body["version"]}"'
    assert body["shipped_at"]
    assert fresh(order).fulfillment_state == "fulfilled"
    assert fresh(order).events.filter(type="shipment").first().actor == "staff-3"


@pytest.mark.hosts
def test_a_shipment_goes_its_way(staff: Api, order: Order) -> None:
    made = staff.post(list_of(order), {"lines": wanted(order, 1, 2)})
    assert (made.status_code, made.json()["state"]) == (201, "pending")
    shipment = Shipment.objects.get()
    sent = staff.post(act_on(shipment, "ship"), {"tracking_number": "7"}, **{"If-Match": made.headers["ETag"]})
    assert (sent.status_code, sent.json()["state"], sent.json()["tracking_number"]) == (200, "shipped", "7")
    there = staff.post(act_on(shipment, "deliver"), {"note": "left at the door"}, **{"If-Match": sent.headers["ETag"]})
    assert (there.status_code, there.json()["state"]) == (200, "delivered")
    assert order.events.get(to_state="delivered").note == "left at the door"
    other = staff.post(list_of(order), {"lines": wanted(order, 1)})
    gone = staff.post(f"shipments/{other.json()['id']}/cancel", **{"If-Match": other.headers["ETag"]})
    assert (gone.status_code, gone.json()["state"]) == (200, "canceled")
    assert staff.get(list_of(order)).json()["results"] == [there.json(), gone.json()]


def test_the_order_shows_what_was_sent(api: Api, order: Order) -> None:
    ship_order(order=order, units=units(order, 1))
    shown = api.get(f"orders/{order.public_id}", **{"Order-Token": renew_access(order=order)}).json()
    assert shown["fulfillment_state"] == "partially_fulfilled"
    assert [line["shipped_quantity"] for line in shown["lines"]] == [1, 0]


def test_a_guest_follows_the_parcels_of_the_own_order(api: Api, order: Order) -> None:
    token = {"Order-Token": renew_access(order=order)}
    sent = ship_order(order=order, units=units(order, 1), tracking_number="7", fields={"note": "of staff"})
    cancel_shipment(shipment=create_shipment(order=order, units=units(order, 1)))
    reply = api.get(list_of(order), **token)
    (shown,) = reply.json()["results"]
    assert (shown["id"], shown["tracking_number"]) == (str(sent.public_id), "7")
    assert shown["lines"][0]["sku"] == line_of(order).sku
    assert not shown.keys() & {"note", "location", "private_metadata"}
    assert reply.headers["ETag"] == f'"{fresh(order).version}"'


def test_a_customer_follows_the_parcels_of_the_own_order(customer_api: Api, user: Any, order: Order) -> None:
    ship_order(order=order)
    problem(customer_api.get(list_of(order)), 404, "order_not_found")
    Order.objects.filter(pk=order.pk).update(customer=get_customer(user=user))
    assert len(customer_api.get(list_of(order)).json()["results"]) == 1


@pytest.mark.parametrize("headers", [{}, {"Order-Token": "x" * 40}])
def test_foreign_orders_look_like_missing_ones(api: Api, order: Order, headers: dict[str, str]) -> None:
    ship_order(order=order)
    foreign = problem(api.get(list_of(order), **headers), 404, "order_not_found")
    missing = problem(api.get(f"orders/{uuid4()}/shipments", **headers), 404, "order_not_found")
    assert foreign | {"request_id": ""} == missing | {"request_id": ""}


PERMISSIONS = ["view_shipment", "add_shipment", "change_shipment"]


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_each_operation_needs_its_permission(order: Order, permission: str, django_user_model: Any) -> None:
    client = staff_with(django_user_model, permission)
    shipment = create_shipment(order=order, units=units(order, 1))
    ship_order(order=order, units=units(order, 1))
    replies = {
        "view_shipment": [client.get(list_of(order))],
        "add_shipment": [client.post(list_of(order), {"lines": wanted(order, 1)})],
        "change_shipment": [
            client.post(act_on(shipment, "ship"), **version(1)),
            client.post(act_on(shipment, "deliver"), **version(2)),
            client.post(act_on(create_shipment(order=order), "cancel"), **version(1)),
        ],
    }
    both = client.post(list_of(order), {"lines": wanted(order, 1), "ship": True})
    problem(both, 403, "permission_denied")
    for needed, given in replies.items():
        for reply in given:
            if needed == permission:
                assert reply.status_code in (200, 201), reply.content
            else:
                assert reply.status_code == (404 if needed == "view_shipment" else 403), (needed, reply.content)


@pytest.mark.parametrize("path", ["list", "ship", "deliver", "cancel"])
def test_shoppers_and_guests_write_nothing(api: Api, customer_api: Api, user: Any, order: Order, path: str) -> None:
    shipment = create_shipment(order=order)
    user.user_permissions.set(Permission.objects.filter(codename__in=PERMISSIONS))
    address = list_of(order) if path == "list" else act_on(shipment, path)
    token = {"Order-Token": renew_access(order=order)}
    problem(api.post(address, {}, **version(1), **token), 401, "not_authenticated")
    problem(customer_api.post(address, {}, **version(1)), 403, "permission_denied")
    shipment.refresh_from_db()
    assert shipment.state == "pending"


@pytest.mark.parametrize("act", ["ship", "deliver", "cancel"])
def test_staff_say_which_version_they_mean(staff: Api, order: Order, act: str) -> None:
    shipment = create_shipment(order=order)
    problem(staff.post(act_on(shipment, act)), 428, "precondition_required")
    problem(staff.post(act_on(shipment, act), **version(2)), 412, "precondition_failed")
    assert Shipment.objects.get().state == "pending"


def test_a_shipment_is_made_of_the_version_that_was_read(staff: Api, order: Order) -> None:
    tag = staff.get(list_of(order)).headers["ETag"]
    assert staff.post(list_of(order), {"lines": wanted(order, 1)}, **{"If-Match": tag}).status_code == 201
    problem(staff.post(list_of(order), {"lines": wanted(order, 1)}, **{"If-Match": tag}), 412, "precondition_failed")


@pytest.mark.parametrize("case", ["B-S16"])
@pytest.mark.parametrize(("ships", "act"), [(False, "deliver"), (True, "ship"), (True, "cancel")])
def test_illegal_changes_are_refused(staff: Api, order: Order, ships: bool, act: str, case: str) -> None:
    shipment = ship_order(order=order) if ships else create_shipment(order=order)
    told = problem(staff.post(act_on(shipment, act), **version(shipment.version)), 409, "illegal_transition")
    assert told["params"]["current"] == shipment.state


def test_what_is_left_is_told(staff: Api, order: Order) -> None:
    ship_order(order=order, units=units(order, 2))
    told = problem(staff.post(list_of(order), {"lines": wanted(order, 2, 2)}), 409, "too_many_units")
    line = line_of(order)
    assert told["params"]["lines"] == [{"line": str(line.public_id), "sku": line.sku, "wanted": 2, "left": 1}]
    create_shipment(order=order)
    problem(staff.post(list_of(order)), 409, "nothing_to_ship")


def test_an_unpaid_order_stays(staff: Api, channel: Channel) -> None:
    unpaid = unpaid_order(channel, (stocked(channel), 1))
    told = problem(staff.post(list_of(unpaid), {"ship": True}), 409, "not_shippable")
    assert told["params"] == {"state": "placed", "payment_state": "unpaid"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"lines": []}, "lines"),
        ({"lines": [{"line": "x", "quantity": 1}]}, "lines.0.line"),
        ({"lines": [{"line": str(uuid4()), "quantity": 0}]}, "lines.0.quantity"),
        ({"lines": [{"line": str(uuid4()), "quantity": 1}]}, "lines"),
        ({"location": "nowhere"}, "location"),
        ({"tracking_url": "javascript:alert(1)"}, "tracking_url"),
        ({"tracking_number": "1" * 129}, "tracking_number"),
        ({"state": "shipped"}, "state"),
        ({"ship": "perhaps"}, "ship"),
    ],
)
def test_a_wrong_body_is_named(staff: Api, order: Order, body: dict[str, Any], field: str) -> None:
    told = problem(staff.post(list_of(order), body), 400, "invalid_input")
    assert [entry["field"] for entry in told["errors"]] == [field]
    assert not Shipment.objects.exists()


def test_a_line_is_named_once(staff: Api, order: Order) -> None:
    told = problem(staff.post(list_of(order), {"lines": wanted(order, 1) * 2}), 400, "invalid_input")
    assert [(entry["field"], entry["code"]) for entry in told["errors"]] == [("lines", "duplicate")]
    assert not Shipment.objects.exists()


def test_a_location_is_named_by_its_code(staff: Api, order: Order) -> None:
    code = StockLocation.objects.get().code
    assert staff.post(list_of(order), {"location": code}).json()["location"] == code


@pytest.mark.parametrize("act", ["ship", "deliver", "cancel"])
def test_there_is_no_such_shipment(staff: Api, act: str) -> None:
    problem(staff.post(f"shipments/{uuid4()}/{act}", **version(1)), 404, "shipment_not_found")


def test_a_call_that_is_sent_twice_ships_once(staff: Api, order: Order) -> None:
    def send() -> Reply:
        return staff.post(list_of(order), {"lines": wanted(order, 1), "ship": True}, **{"Idempotency-Key": KEY})

    first, second = send(), send()
    assert (first.status_code, second.status_code, first.content) == (201, 201, second.content)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert line_of(order).shipped_quantity == 1
    shipment = create_shipment(order=order, units=units(order, 1))
    for _ in range(2):
        sent = staff.post(act_on(shipment, "ship"), **version(1), **{"Idempotency-Key": KEY})
        assert (sent.status_code, sent.json()["state"]) == (200, "shipped")
    assert line_of(order).shipped_quantity == 2


@pytest.mark.parametrize("count", [1, 6])
def test_the_list_costs_the_same_for_any_number_of_shipments(api: Api, channel: Channel, count: int) -> None:
    order = paid_order(channel, (stocked(channel), 7), (stocked(channel), 7))
    token = {"Order-Token": renew_access(order=order)}
    for _ in range(count):
        ship_order(order=order, units=units(order, 1, 1))
    with watch_statements() as statements:
        assert len(api.get(list_of(order), **token).json()["results"]) == count
    assert len(statements) == 3


def test_a_state_of_the_host_is_shown(api: Api, order: Order) -> None:
    more = {"STATES": {"shipment": {"pending": ["packed"], "packed": ["shipped"]}}}
    with override_settings(NEXUS_COMMERCE=more):
        shipment = create_shipment(order=order)
        Shipment.objects.update(state="packed")
        assert (
            api.get(list_of(order), **{"Order-Token": renew_access(order=order)}).json()["results"][0]["state"]
            == "packed"
        )
        assert ship_shipment(shipment=shipment).state == "shipped"
