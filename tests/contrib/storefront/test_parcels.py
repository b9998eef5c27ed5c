"""The parcels of an order, as its customer sees them."""

import pytest
from django.test import Client
from django.urls import reverse

from nexus_commerce.channels.models import Channel
from nexus_commerce.contrib.storefront.shopper import keep_order
from nexus_commerce.fulfillment.services import cancel_shipment, create_shipment, deliver_shipment, ship_order
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import renew_access
from tests.fulfillment.parcels import paid_order, stocked, units

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def order(channel: Channel) -> Order:
    """Return a paid order of 4 units."""
    return paid_order(channel, (stocked(channel), 4))


def page_of(client: Client, order: Order) -> str:
    address = reverse("nexus_storefront:order", args=[order.public_id])
    reply = client.get(reverse("nexus_storefront:home"))
    keep_order(reply, order.public_id, renew_access(order=order))
    client.cookies.update(reply.cookies)
    return client.get(address).content.decode()


def test_an_order_without_parcels_speaks_of_none(client: Client, order: Order) -> None:
    assert "parcel" not in page_of(client, order)


def test_parcels_are_followed_and_canceled_ones_are_not_shown(client: Client, order: Order) -> None:
    create_shipment(order=order, units=units(order, 1), fields={"note": "of staff"})
    ship_order(
        order=order, units=units(order, 1), carrier="DHL", tracking_number="0034", tracking_url="https://t.example/0034"
    )
    deliver_shipment(shipment=ship_order(order=order, units=units(order, 1)))
    cancel_shipment(shipment=create_shipment(order=order, units=units(order, 1)))
    page = page_of(client, order)
    assert "Your 3 parcels" in page
    for text in ("Being packed", "On its way since", "Delivered on", "Follow it at DHL", "0034"):
        assert text in page
    assert 'href="https://t.example/0034" rel="noreferrer noopener"' in page
    assert "of staff" not in page
