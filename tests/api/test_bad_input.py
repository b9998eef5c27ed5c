"""Any bytes give 2xx or a problem of 4xx: applied to every leaf of every operation that the document names."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import models, transaction

from nexus_commerce.api.docs.schema import build_document
from nexus_commerce.cart.models import Cart, CartAddress, CartLine
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import refund_order
from nexus_commerce.customers.models import Address, Customer
from nexus_commerce.fulfillment.models import Shipment
from nexus_commerce.fulfillment.services import create_shipment, ship_order
from nexus_commerce.inventory.models import StockLocation
from nexus_commerce.orders.models import Order, OrderEvent
from nexus_commerce.payments.models import Payment, PaymentEvent, Refund
from nexus_commerce.payments.services import RefundRequest, issue_gift_card
from nexus_commerce.promotions.effects.lines import LinePercentEffect
from nexus_commerce.testing.factories import make_coupon, make_promotion, make_shipping_method
from tests.api.client import Api, Reply
from tests.api.corpus import BODIES, LARGE, PATHS, QUERIES, VALUES
from tests.api.targets import Target, leaves, replaced
from tests.fulfillment.parcels import line_of, paid_order, stocked, unpaid_order

pytestmark = pytest.mark.django_db

WRITTEN: tuple[type[models.Model], ...] = (
    Cart,
    CartLine,
    CartAddress,
    Order,
    OrderEvent,
    Payment,
    PaymentEvent,
    Refund,
    Shipment,
    Customer,
    Address,
)
STAFF = [
    "cancel_order",
    "refund_order",
    "confirm_refund",
    "capture_payment",
    "create_shipment",
    "ship_shipment",
    "deliver_shipment",
    "cancel_shipment",
]
WITH_BODY = [
    *STAFF,
    "request_order_access",
    "get_gift_card_balance",
    "create_cart",
    "change_cart",
    "add_line",
    "change_line",
    "set_cart_address",
    "add_coupon",
    "choose_shipping",
    "quote_prices",
    "check_out",
    "change_me",
    "add_address",
    "replace_address",
]


def check(reply: Reply, told: str) -> None:
    assert reply.status_code < 500, (told, reply.content)
    if reply.status_code >= 400:
        assert reply.headers["Content-Type"] == "application/problem+json", told
        assert {"type", "status", "detail", "code", "errors"} <= reply.json().keys(), told
        assert len(reply.content) < 30_000, told


@pytest.fixture
def api(customer_api: Api, user: Any) -> Api:
    """Return a client that may call everything: a member of staff with all rights, who shops too."""
    type(user).objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    return customer_api


@pytest.fixture
def target(request: pytest.FixtureRequest, api: Api, channel: Channel, variant: Variant) -> Target:
    document = build_document("/shop")
    # Ordered before there is a shipping method to choose.
    staff = ids_of_staff(channel, request.param) if is_of_staff(document, request.param) else {}
    line = {"lines": [{"variant": str(variant.public_id)}]}
    cart = api.post("carts", line).json()["cart"]
    address = api.post("me/addresses", {"line1": "x", "city": "x", "country": "DE"}).json()
    ids = {
        "cart_id": cart["id"],
        "line_id": cart["lines"][0]["id"],
        "kind": "shipping",
        "address_id": address["id"],
        "variant": str(variant.public_id),
        "code": make_coupon(promotion=make_promotion(LinePercentEffect(percent=Decimal(10)))).code,
        "method": make_shipping_method(code="post").code,
        "shipping_method": "post",
    }
    if request.param == "get_gift_card_balance":
        ids["code"] = issue_gift_card(amount=100, currency="EUR")[1]
    return Target(document, request.param, staff | ids)


def is_of_staff(document: dict[str, Any], operation: str) -> bool:
    """Tell whether an operation is about an order, a payment, a refund or a shipment."""
    of_staff = re.compile(r"{(order|payment|refund|shipment)_id}")
    return any(
        of_staff.search(path)
        for path, methods in document["paths"].items()
        for said in methods.values()
        if said["operationId"] == operation
    )


def ids_of_staff(channel: Channel, operation: str) -> dict[str, str]:
    """Write what staff work on, in the state that the operation needs, and return its ids."""
    order = paid_order(channel, (stocked(channel), 5))
    refund_order(order=order, request=RefundRequest(extra=100), reason="goodwill")
    other = paid_order(channel, (stocked(channel), 1))
    shipment = ship_order(order=other) if operation == "deliver_shipment" else create_shipment(order=other)
    payment = order.payments.get()
    open_payment = unpaid_order(channel, (stocked(channel), 5)).payments.get()
    return {
        "order_id": str(order.public_id),
        "line": str(line_of(order).public_id),
        "payment": str(payment.public_id),
        "payment_id": str(open_payment.public_id),
        "refund_id": str(payment.refunds.get().public_id),
        "shipment_id": str(shipment.public_id),
        "location": StockLocation.objects.get().code,
    }


def rows() -> list[int]:
    return [model._default_manager.count() for model in WRITTEN]


def test_every_operation_with_a_body_is_attacked() -> None:
    operations = [said for methods in build_document("/shop")["paths"].values() for said in methods.values()]
    assert sorted(said["operationId"] for said in operations if "requestBody" in said) == sorted(WITH_BODY)


@pytest.mark.parametrize("target", WITH_BODY, indirect=True)
def test_a_good_body_is_accepted(target: Target, api: Api) -> None:
    body = target.body()
    body.pop("expected_total", None)  # the cart costs something else
    if target.said["operationId"] == "create_cart":
        body["coupons"] = [target.ids["code"]]
    if "address" in body:
        del body["country"]  # one or the other
    if target.said["operationId"] == "refund_order":
        del body["shipping"]  # nothing was shipped
    reply = target.call(api, body)
    assert reply.status_code in (200, 201, 202) or reply.json()["code"] == "checkout_incomplete", reply.content


@contextmanager
def undone() -> Iterator[None]:
    """Undo what is done within: else what was accepted makes every next count slower."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # it belongs to the test, as the one around it
    with block:
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("target", WITH_BODY, indirect=True)
@pytest.mark.usefixtures("no_limits")
def test_no_value_of_a_body_breaks_an_operation(target: Target, api: Api) -> None:
    good = target.body()
    written = rows()
    for way in leaves(good):
        if way[0] in ("billing_address", "extra") and len(way) > 1:
            continue  # of the same shape as the shipping address, and as the amount of shipping
        for value in VALUES + LARGE * (len(way) == 1):
            told = f"{way}: {value!r:.60}"
            with undone():
                started = time.process_time()
                reply = target.call(api, replaced(good, way, value))
                assert time.process_time() - started < 2, told
                check(reply, told)
                assert reply.status_code < 400 or rows() == written, told


@pytest.mark.parametrize("target", WITH_BODY, indirect=True)
def test_no_body_breaks_an_operation(target: Target, api: Api) -> None:
    for name, raw in BODIES.items():
        for kind in ("application/json", "application/json; charset=utf-16", "multipart/form-data", "\x7f/é"):
            check(target.call(api, raw=raw, **{"content-type": kind}), f"{name} as {kind}")


@pytest.mark.parametrize(
    "target",
    [
        *WITH_BODY,
        "get_cart",
        "remove_line",
        "remove_coupon",
        "list_shipping_options",
        "clear_shipping",
        "explain_cart",
        "get_order",
        "explain_order",
        "abandon_checkout",
        "complete_payment",
        "accept_order",
        "list_refunds",
        "list_shipments",
        "get_payment",
        "void_payment",
        "get_address",
        "delete_address",
    ],
    indirect=True,
)
def test_no_address_breaks_an_operation(target: Target, api: Api) -> None:
    for name in re.findall(r"{(\w+)}", target.template):
        for value in PATHS:
            reply = target.call(api, {} if target.method != "GET" else None, swapped={name: value})
            check(reply, value)
            assert reply.status_code in (400, 404), value


def test_no_query_or_header_breaks_an_operation(api: Api, variant: Variant) -> None:
    for path, methods in build_document("/shop")["paths"].items():
        for method, said in methods.items():
            attack_parameters(api, method.upper(), path, said.get("parameters", []))


def attack_parameters(api: Api, method: str, template: str, parameters: list[dict[str, Any]]) -> None:
    path = re.sub(r"{\w+}", "11111111-1111-4111-8111-111111111111", template).removeprefix("/v1/")
    for parameter in parameters:
        if parameter["in"] == "query":
            for value in QUERIES:
                check(api.call(method, f"{path}?{parameter['name']}={value}"), f"{parameter['name']}={value:.60}")
        if parameter["in"] == "header":
            for value in ("", "\x00", "é", "x" * 9000, '"1', "W/", "*,*", "\ud83d\ude00"):
                check(api.call(method, path, **{parameter["name"]: value}), f"{parameter['name']}: {value!r:.60}")
    check(api.call(method, f"{path}?" + "&".join(f"x{number}=1" for number in range(2000))), "2000 unknown parameters")
    for host in ("", "evil.example", "a..b", "[::1", "x:99999999", "\x00"):
        reply = api.call(method, path, Host=host)  # Django's own middleware answers some of these
        assert reply.status_code < 500, f"Host: {host!r}"
