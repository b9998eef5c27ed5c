from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections

from nexus_commerce.cart.models import Cart
from nexus_commerce.catalog.models import Variant
from nexus_commerce.conf import nexus_settings
from nexus_commerce.inventory.models import StockItem
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.signals import order_placed
from nexus_commerce.payments.providers.dummy import DummyProvider
from nexus_commerce.payments.providers.reports import PaymentReport, PaymentRequest
from nexus_commerce.pricing.models import Price
from tests.api.client import Api, problem

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

Ready = tuple[Api, str]


@pytest.mark.parametrize("currency", ["EUR", "USD"])
def test_another_total_than_the_expected_one_is_told(ready: Ready, currency: str) -> None:
    api, cart = ready
    reply = api.post(f"{cart}/checkout", {"expected_total": {"amount": "19.99", "currency": currency}})
    if currency == "EUR":
        told = problem(reply, 409, "total_changed")
        assert told["params"]["total"] == {"amount": "20.00", "currency": "EUR"}
    else:
        told = problem(reply, 400, "invalid_input")
    assert told["errors"][0]["field"] == "expected_total"
    assert not Order.objects.exists()
    assert api.get(cart).json()["state"] == "open"


@pytest.mark.parametrize(
    "total",
    [
        {"amount": 20.0, "currency": "EUR"},
        {"amount": 20, "currency": "EUR"},
        {"amount": "20.001", "currency": "EUR"},
        {"amount": "1e3", "currency": "EUR"},
        {"amount": "NaN", "currency": "EUR"},
        {"amount": "20.00", "currency": "XYZ"},
        {"amount": "20.00", "currency": 978},
        {"amount": "20.00"},
        {"amount": "20.00", "currency": "EUR", "more": 1},
        "20.00 EUR",
        20,
        None,
    ],
)
def test_money_that_is_none_is_refused(ready: Ready, total: Any) -> None:
    api, cart = ready
    told = problem(api.post(f"{cart}/checkout", {"expected_total": total}), 400, "invalid_input")
    assert [entry["field"] for entry in told["errors"]] == ["expected_total"]


def test_what_a_cart_lacks_is_listed(api: Api, variant: Variant) -> None:
    cart = f"carts/{api.post('carts', {'lines': [{'variant': str(variant.public_id)}]}).json()['cart']['id']}"
    told = problem(api.post(f"{cart}/checkout"), 409, "checkout_incomplete")
    assert {(item["code"], item["field"]) for item in told["params"]["requirements"]} == {
        ("email_missing", "email"),
        ("shipping_address_missing", "shipping_address"),
    }


def test_an_unknown_provider_is_refused_with_those_there_are(ready: Ready) -> None:
    api, cart = ready
    told = problem(api.post(f"{cart}/checkout", {"provider": "paypall"}), 400, "unknown_provider")
    assert told["errors"][0]["field"] == "provider"
    assert told["params"]["known"] == "manual"


def test_what_went_out_of_stock_is_told_by_the_carts_lines(ready: Ready, variant: Variant) -> None:
    api, cart = ready
    StockItem.objects.filter(variant=variant).update(on_hand=1)
    told = problem(api.post(f"{cart}/checkout"), 409, "checkout_incomplete")
    (requirement,) = told["params"]["requirements"]
    assert (requirement["code"], requirement["wanted"], requirement["available"]) == ("insufficient_stock", 2, 1)
    assert requirement["line"] == api.get(cart).json()["lines"][0]["id"]


def test_an_ordered_cart_does_not_change(ready: Ready) -> None:
    api, cart = ready
    token = api.http.cookies["nexus_cart"].value
    api.post(f"{cart}/checkout")
    problem(api.patch(cart, {"note": "late"}, **{"Cart-Token": token}), 409, "cart_not_open")


def test_the_cookie_goes_with_the_order(ready: Ready) -> None:
    api, cart = ready
    reply = api.post(f"{cart}/checkout")
    assert reply.cookies["nexus_cart"].value == ""
    assert reply.cookies["nexus_cart"]["max-age"] == 0


def test_the_order_keeps_its_prices(ready: Ready, variant: Variant) -> None:
    api, cart = ready
    placed = api.post(f"{cart}/checkout").json()
    Price.objects.filter(variant=variant).update(amount=9999)
    shown = api.get(f"orders/{placed['order']['id']}", **{"Order-Token": placed["token"]})
    assert shown.json()["totals"]["total"]["amount"] == "20.00"


class Watchful(DummyProvider):
    """Tells whether it is asked inside of a transaction."""

    asked_inside: list[bool] = []

    def start(self, request: PaymentRequest, *, key: UUID) -> PaymentReport:
        self.asked_inside.append(connection.in_atomic_block)
        return super().start(request, key=key)


@pytest.fixture
def atomic_requests() -> Iterator[None]:
    connections["default"].settings_dict["ATOMIC_REQUESTS"] = True
    yield
    connections["default"].settings_dict["ATOMIC_REQUESTS"] = False


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("atomic_requests")
def test_a_site_with_atomic_requests_asks_no_provider_inside_a_transaction(
    ready: Ready, settings: Any, tmp_path: Path
) -> None:
    options = {"path": str(tmp_path / "bank")}
    providers = {"watchful": {"BACKEND": "tests.api.test_checkout.Watchful", "OPTIONS": options}}
    settings.NEXUS_COMMERCE = {**nexus_settings.given, "PAYMENT_PROVIDERS": providers}
    api, cart = ready
    placed: list[str] = []

    def note(order: Order, **kwargs: Any) -> None:
        placed.append(order.number)

    order_placed.connect(note)
    Watchful.asked_inside.clear()
    try:
        reply = api.post(f"{cart}/checkout", {"provider": "watchful"})
    finally:
        order_placed.disconnect(note)
    assert reply.status_code == 201
    assert Watchful.asked_inside == [False]
    assert placed == [reply.json()["order"]["number"]]


def test_the_ways_to_pay_are_listed_in_the_order_of_the_settings(api: Api, settings: Any) -> None:
    manual = "nexus_commerce.payments.providers.manual.ManualProvider"
    settings.NEXUS_COMMERCE = {
        **nexus_settings.given,
        "PAYMENT_PROVIDERS": {
            "invoice": {"BACKEND": manual, "OPTIONS": {"name": "Invoice", "instructions": "Wait for our letter."}},
            "transfer": {"BACKEND": manual, "OPTIONS": {}},
        },
    }
    listed = api.get("payment-providers").json()["results"]
    assert [entry["alias"] for entry in listed] == ["invoice", "transfer"]
    assert listed[0] == {
        "alias": "invoice",
        "name": "Invoice",
        "instructions": "Wait for our letter.",
        "is_offline": True,
        "client_options": {},
    }


def test_a_checkout_meant_for_another_version_is_refused(ready: Ready) -> None:
    api, cart = ready
    problem(api.post(f"{cart}/checkout", **{"If-Match": '"99"'}), 412, "precondition_failed")
    assert Cart.objects.get().state == "open"
