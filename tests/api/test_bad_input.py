"""Any bytes give 2xx or a problem of 4xx: applied to every leaf of every operation that the document names."""

from __future__ import annotations

import copy
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
from nexus_commerce.customers.models import Address, Customer
from nexus_commerce.orders.models import Order
from nexus_commerce.promotions.effects.lines import LinePercentEffect
from nexus_commerce.testing.factories import make_coupon, make_promotion, make_shipping_method
from tests.api.client import Api, Reply
from tests.api.corpus import BODIES, LARGE, PATHS, QUERIES, VALUES

pytestmark = pytest.mark.django_db

WRITTEN: tuple[type[models.Model], ...] = (Cart, CartLine, CartAddress, Order, Customer, Address)
GOOD: dict[str, Any] = {
    "email": "ada@example.com",
    "language": "en",
    "country": "DE",
    "phone": "+49301234",
    "quantity": 1,
    "provider": "manual",
    "amount": "20.00",
    "currency": "EUR",
}
"""Values that the operations accept, by the name of the field; any other text is ``x``."""
WITH_BODY = [
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
Step = str | int


class Target:
    """One operation, with everything that a good request of it has."""

    def __init__(self, document: dict[str, Any], operation_id: str, ids: dict[str, str]) -> None:
        found = [
            (method.upper(), path, said)
            for path, methods in document["paths"].items()
            for method, said in methods.items()
            if said["operationId"] == operation_id
        ]
        self.document = document
        ((self.method, self.template, self.said),) = found
        self.ids = ids

    def path(self, **swapped: str) -> str:
        ids = self.ids | swapped
        return re.sub(r"{(\w+)}", lambda match: ids[match.group(1)], self.template).removeprefix("/v1/")

    def body(self) -> Any:
        schema = self.said["requestBody"]["content"]["application/json"]["schema"]
        return self.example(schema, "")

    def example(self, schema: dict[str, Any], name: str) -> Any:
        """Return a good value for a schema."""
        if "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        for choice in ("allOf", "oneOf"):
            if choice in schema:
                return self.example(schema[choice][0], name)
        if name in self.ids:
            return self.ids[name]
        if "properties" in schema:
            return {key: self.example(part, key) for key, part in schema["properties"].items()}
        kind = schema["type"][0] if isinstance(schema["type"], list) else schema["type"]
        if kind == "array":
            return [self.example(schema["items"], name)]
        return GOOD.get(name, {"object": {"x": "y"}, "boolean": False, "integer": 1}.get(kind, "x"))


def leaves(body: Any, way: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """Yield the way to every value of a body, branches included."""
    steps: Any = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for step, part in steps:
        yield (*way, step)
        yield from leaves(part, (*way, step))


def replaced(body: Any, way: tuple[Step, ...], value: Any) -> Any:
    whole = inside = copy.deepcopy(body)
    for step in way[:-1]:
        inside = inside[step]
    inside[way[-1]] = value
    return whole


def check(reply: Reply, told: str) -> None:
    assert reply.status_code < 500, (told, reply.content)
    if reply.status_code >= 400:
        assert reply.headers["Content-Type"] == "application/problem+json", told
        assert {"type", "status", "detail", "code", "errors"} <= reply.json().keys(), told
        assert len(reply.content) < 30_000, told


@pytest.fixture
def api(customer_api: Api) -> Api:
    """Return a client that may call everything: a signed-in user who also has a guest's cart."""
    return customer_api


@pytest.fixture
def target(request: pytest.FixtureRequest, api: Api, variant: Variant) -> Target:
    line = {"lines": [{"variant": str(variant.public_id)}]}
    cart = api.post("carts", line).json()["cart"]
    address = api.post("me/addresses", {"line1": "x", "city": "x", "country": "DE"}).json()
    ids = {
        "cart_id": cart["id"],
        "line_id": cart["lines"][0]["id"],
        "kind": "shipping",
        "address_id": address["id"],
        "order_id": "22222222-2222-4222-8222-222222222222",
        "variant": str(variant.public_id),
        "code": make_coupon(promotion=make_promotion(LinePercentEffect(percent=Decimal(10)))).code,
        "method": make_shipping_method(code="post").code,
        "shipping_method": "post",
    }
    return Target(build_document("/shop"), request.param, ids)


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
    reply = api.call(target.method, target.path(), body)
    assert reply.status_code in (200, 201) or reply.json()["code"] == "checkout_incomplete", reply.content


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
        if way[0] == "billing_address" and len(way) > 1:
            continue  # of the same shape as the shipping address
        for value in VALUES + LARGE * (len(way) == 1):
            told = f"{way}: {value!r:.60}"
            with undone():
                started = time.process_time()
                reply = api.call(target.method, target.path(), replaced(good, way, value))
                assert time.process_time() - started < 2, told
                check(reply, told)
                assert reply.status_code < 400 or rows() == written, told


@pytest.mark.parametrize("target", WITH_BODY, indirect=True)
def test_no_body_breaks_an_operation(target: Target, api: Api) -> None:
    for name, raw in BODIES.items():
        for kind in ("application/json", "application/json; charset=utf-16", "multipart/form-data", "\x7f/é"):
            check(api.call(target.method, target.path(), raw=raw, **{"content-type": kind}), f"{name} as {kind}")


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
        "get_address",
        "delete_address",
    ],
    indirect=True,
)
def test_no_address_breaks_an_operation(target: Target, api: Api) -> None:
    for name in re.findall(r"{(\w+)}", target.template):
        for value in PATHS:
            reply = api.call(target.method, target.path(**{name: value}), {} if target.method != "GET" else None)
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
