"""Sending goods in the admin."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from nexus_commerce.channels.models import Channel
from nexus_commerce.fulfillment.models import Shipment
from nexus_commerce.fulfillment.services import create_shipment, ship_order
from nexus_commerce.inventory.models import StockLocation
from nexus_commerce.orders.models import Order, OrderLine
from nexus_commerce.testing.factories import make_stock_location
from nexus_commerce.testing.statements import watch_statements
from tests.fulfillment.parcels import bundle_of, fresh, line_of, paid_order, stocked, units, unpaid_order

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def order(channel: Channel) -> Order:
    """Return a paid order of 3 and 2 units."""
    return paid_order(channel, (stocked(channel), 3), (stocked(channel), 2))


def order_page(order: Order, action: str = "change") -> str:
    return reverse(f"admin:nexus_orders_order_{action}", args=[order.pk])


def page_of(shipment: Shipment, action: str = "change") -> str:
    return reverse(f"admin:nexus_fulfillment_shipment_{action}", args=[shipment.pk])


def form_of(order: Order, *quantities: int, **more: Any) -> dict[str, Any]:
    lines = OrderLine.objects.filter(order=order).order_by("position")
    return {f"units_{line.pk}": quantity for line, quantity in zip(lines, quantities, strict=False)} | more


def staff_with(*codenames: str) -> Client:
    user = get_user_model().objects.create_user(username="packer", password="secret", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.hosts
def test_staff_send_what_is_left(pages: Client, order: Order) -> None:
    page = pages.get(order_page(order)).content.decode()
    assert order_page(order, "send_goods") in page
    form = pages.get(order_page(order, "send_goods")).context["form"]
    assert [form.fields[name].initial for name in form.lines] == [3, 2]
    said = form_of(order, 3, 2, leaves_now="on", carrier="DHL", tracking_number="7", tracking_url="https://t.example/7")
    reply = pages.post(order_page(order, "send_goods"), said, follow=True)
    assert "The goods were sent." in reply.content.decode()
    shipment = Shipment.objects.get()
    assert (shipment.state, shipment.carrier, shipment.tracking_number) == ("shipped", "DHL", "7")
    assert (fresh(order).fulfillment_state, fresh(order).state) == ("fulfilled", "completed")
    assert fresh(order).events.filter(type="shipment").first().actor == "ada"
    assert order_page(order, "send_goods") not in reply.content.decode()
    assert 'href="https://t.example/7"' in reply.content.decode()


def test_staff_pack_now_and_send_later(pages: Client, order: Order) -> None:
    pages.post(order_page(order, "send_goods"), form_of(order, 1, 0, note="fragile"))
    shipment = Shipment.objects.get()
    assert (shipment.state, shipment.note, shipment.lines.get().quantity) == ("pending", "fragile", 1)
    page = pages.get(order_page(order)).content.decode()
    assert page_of(shipment) in page
    assert page_of(shipment, "packing") in page
    pages.post(page_of(shipment, "send"), {"tracking_number": "7"})
    shipment.refresh_from_db()
    assert (shipment.state, shipment.tracking_number) == ("shipped", "7")
    pages.post(page_of(shipment, "deliver"), {"note": "neighbor"})
    shipment.refresh_from_db()
    assert shipment.state == "delivered"
    assert fresh(order).events.get(to_state="delivered").note == "neighbor"


def test_staff_cancel_what_waits(pages: Client, order: Order) -> None:
    shipment = create_shipment(order=order)
    assert order_page(order, "send_goods") not in pages.get(order_page(order)).content.decode()
    pages.post(page_of(shipment, "cancel"), {"note": "torn"})
    shipment.refresh_from_db()
    assert shipment.state == "canceled"
    assert order_page(order, "send_goods") in pages.get(order_page(order)).content.decode()


ACTIONS = {"send": "shipped", "deliver": "delivered", "cancel": "canceled"}


@pytest.mark.parametrize("case", ["B-S16"])
@pytest.mark.parametrize(("ships", "action"), [(False, "deliver"), (True, "send"), (True, "cancel")])
def test_illegal_changes_are_refused(pages: Client, order: Order, ships: bool, action: str, case: str) -> None:
    shipment = ship_order(order=order) if ships else create_shipment(order=order)
    assert page_of(shipment, action) not in pages.get(page_of(shipment)).content.decode()
    assert pages.get(page_of(shipment, action)).status_code == 404
    assert pages.post(page_of(shipment, action), {}).status_code == 404
    assert Shipment.objects.get().state == shipment.state


def test_too_many_units_and_none_are_said_at_the_form(pages: Client, order: Order) -> None:
    ship_order(order=order, units=units(order, 2))
    for said, message in [
        (form_of(order, 2, 0), "less than or equal to 1"),
        (form_of(order, 0, 0), "Choose at least one unit."),
        (form_of(order, 1, 0, tracking_url="javascript:alert(1)"), "Enter a valid URL."),
    ]:
        reply = pages.post(order_page(order, "send_goods"), said)
        assert message in reply.content.decode(), message
    assert Shipment.objects.count() == 1


def test_a_location_that_holds_less_is_said_at_the_line(pages: Client, order: Order, channel: Channel) -> None:
    elsewhere = make_stock_location(channel=channel, name="North")
    said = form_of(order, 3, 0, location=elsewhere.pk)
    assert "North holds 0 of it" in pages.post(order_page(order, "send_goods"), said).content.decode()
    here = StockLocation.objects.exclude(pk=elsewhere.pk).get()
    pages.post(order_page(order, "send_goods"), {**said, "location": here.pk})
    assert Shipment.objects.get().location == here


def test_an_unpaid_order_says_why_nothing_leaves(pages: Client, channel: Channel) -> None:
    unpaid = unpaid_order(channel, (stocked(channel), 1))
    page = pages.get(order_page(unpaid)).content.decode()
    assert "Nothing may leave yet: the order is placed and unpaid." in page
    assert pages.post(order_page(unpaid, "send_goods"), form_of(unpaid, 1)).status_code == 404


def test_each_page_needs_its_permission(order: Order) -> None:
    shipment = create_shipment(order=order, units=units(order, 1))
    looking = staff_with("view_shipment", "view_order")
    assert looking.get(page_of(shipment)).status_code == 200
    assert looking.get(page_of(shipment, "packing")).status_code == 200
    assert looking.post(page_of(shipment, "send"), {}).status_code == 403
    assert looking.post(order_page(order, "send_goods"), form_of(order, 1, 0)).status_code == 403
    assert order_page(order, "send_goods") not in looking.get(order_page(order)).content.decode()


def test_who_may_only_pack_does_not_send(order: Order) -> None:
    packer = staff_with("view_order", "add_shipment")
    assert packer.post(order_page(order, "send_goods"), form_of(order, 1, 0, leaves_now="on")).status_code == 403
    assert not Shipment.objects.exists()
    assert packer.post(order_page(order, "send_goods"), form_of(order, 1, 0)).status_code == 302
    assert packer.get(page_of(Shipment.objects.get(), "packing")).status_code == 403


def test_the_slip_says_what_goes_in_and_where_it_lies(pages: Client, channel: Channel) -> None:
    cup, spoon = stocked(channel, 20, name="Cup"), stocked(channel, 20, name="Spoon")
    order = paid_order(channel, (bundle_of(channel, {cup: 2, spoon: 3}), 2), (cup, 1))
    OrderLine.objects.filter(pk=line_of(order).pk).update(personalization={"engraving": "For <Ada>"})
    shipment = create_shipment(order=order, units=units(order, 1, 1), fields={"note": "no paper"})
    reply = pages.get(page_of(shipment, "packing"))
    page = reply.content.decode()
    place = StockLocation.objects.get().name
    bundle, single = reply.context["parcel"]
    assert [(part.name, part.units, part.places) for part in bundle.parts] == [
        ("Cup", 2, (place,)),
        ("Spoon", 3, (place,)),
    ]
    assert (single.units, single.places, single.parts) == (1, (place,), [])
    assert "engraving: For &lt;Ada&gt;" in page
    for text in (order.number, "Allee 1", "10115 Berlin", "no paper"):
        assert text in page


def test_the_pages_cost_the_same_for_any_number_of_lines(pages: Client, channel: Channel) -> None:
    def costs(lines: int) -> list[int]:
        order = paid_order(channel, *((stocked(channel), 3) for _ in range(lines)))
        shipments = [create_shipment(order=order, units=units(order, *[1] * lines)) for _ in range(1 + (lines > 2))]
        found = []
        for page in (order_page(order), order_page(order, "send_goods"), page_of(shipments[0], "packing")):
            with watch_statements() as statements:
                assert pages.get(page).status_code == 200
            found.append(len(statements))
        return found

    costs(1)
    assert costs(1) == costs(6)
