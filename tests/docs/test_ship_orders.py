"""The page on shipping orders keeps its word."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.urls import get_resolver

from nexus_commerce.channels.models import Channel
from nexus_commerce.customers.models import CustomerGroup
from nexus_commerce.fulfillment.flows import shipment_flow
from nexus_commerce.fulfillment.services import change_shipment_state, create_shipment
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.services import get_provider
from nexus_commerce.testing.factories import make_customer
from tests.fulfillment.parcels import fresh, paid_order, stocked, unpaid_order

PAGE = (Path(__file__).resolve().parents[2] / "docs/howto/ship-orders.md").read_text(encoding="utf-8")
CODE = re.findall(r"^```(?:python|\{code-block\} python\n:caption: \S+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)

pytestmark = [pytest.mark.django_db]


def run(code: str, **names: Any) -> dict[str, Any]:
    exec(compile(code, "ship-orders.md", "exec"), names)
    return names


def test_its_services_send_an_order(channel: Channel) -> None:
    order = paid_order(channel, (stocked(channel), 3), (stocked(channel), 1))
    for block in CODE[:2]:
        run(block, order=order)
    after = fresh(order)
    assert (after.state, after.fulfillment_state) == ("completed", "fulfilled")
    states = list(order.shipments.order_by("id").values_list("state", flat=True))
    assert states == ["delivered", "canceled", "shipped"]


def test_its_settings_work(channel: Channel) -> None:
    settings = [run(block)["NEXUS_COMMERCE"] for block in CODE if block.startswith("NEXUS_COMMERCE")]
    assert len(settings) == 2
    with override_settings(NEXUS_COMMERCE=settings[0]):
        assert get_provider(alias="cash").ships_unpaid
    order = paid_order(channel, (stocked(channel), 1))
    with override_settings(NEXUS_COMMERCE=settings[1]):
        assert "packed" in shipment_flow().states
        assert change_shipment_state(shipment=create_shipment(order=order), state="packed").state == "packed"


def test_its_policy_trusts_business_customers(channel: Channel) -> None:
    policy = next(run(block)["ShopFulfillmentPolicy"] for block in CODE if "class ShopFulfillmentPolicy" in block)()
    order = unpaid_order(channel, (stocked(channel), 1))
    assert not policy.may_ship(order=order)
    customer = make_customer()
    customer.groups.add(CustomerGroup.objects.create(code="business", name="Business"))
    Order.objects.filter(pk=order.pk).update(customer=customer)
    assert policy.may_ship(order=fresh(order))


def test_the_addresses_it_names_are_served() -> None:
    named = re.findall(r"^POST (\S+)", PAGE, re.MULTILINE)
    assert len(named) == 4
    for address in named:
        path = address.replace("{id}", "22222222-2222-4222-8222-222222222222")
        assert get_resolver().resolve(f"/shop{path}").url_name != "unknown"
