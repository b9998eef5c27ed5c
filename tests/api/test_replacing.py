"""A host replaces one class of each kind by a dotted path, and is told when a path is wrong."""

import importlib
import inspect
import pkgutil
from typing import Any

import pytest
from django.core.checks import run_checks
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

import nexus_commerce.api
from nexus_commerce.catalog.models import Variant
from nexus_commerce.conf import API_CLASSES, nexus_settings
from tests.api.client import BERLIN, Api, problem
from tests.hosts.extended.api import API

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

KINDS = (Serializer, APIView, BasePermission, BaseAuthentication)


@pytest.fixture
def replaced(settings: Any) -> None:
    """Put the shop's own classes in force."""
    settings.NEXUS_COMMERCE = {
        **nexus_settings.given,
        "API": API,
        "CART_POLICY": "tests.hosts.extended.api.ShopCartPolicy",
    }


def buy(api: Api, variant: Variant) -> dict[str, Any]:
    body = {"lines": [{"variant": str(variant.public_id), "quantity": 2}], "shipping_address": BERLIN}
    cart = api.post("carts", body).json()["cart"]
    placed: dict[str, Any] = api.post(f"carts/{cart['id']}/checkout", {}).json()
    return placed["order"]


@pytest.mark.usefixtures("replaced")
def test_a_replaced_serializer_adds_a_field_in_the_ordinary_way(api: Api, variant: Variant) -> None:
    body = {"lines": [{"variant": str(variant.public_id), "quantity": 2}]}
    cart = api.post("carts", body).json()["cart"]
    assert cart["units"] == 2
    document = api.get("openapi.json").json()
    assert document["components"]["schemas"]["ShopCart"]["properties"]["units"]["type"] == "integer"
    assert "Cart" not in document["components"]["schemas"]


@pytest.mark.usefixtures("replaced")
def test_a_replaced_input_serializer_refuses_more(api: Api, variant: Variant) -> None:
    cart = f"carts/{api.post('carts').json()['cart']['id']}"
    told = problem(api.post(f"{cart}/lines", {"variant": str(variant.public_id), "quantity": 3}), 400, "invalid_input")
    assert [(entry["field"], entry["code"]) for entry in told["errors"]] == [("quantity", "odd")]


@pytest.mark.usefixtures("replaced")
def test_a_replaced_view_filter_and_policy_are_in_force(customer_api: Api, variant: Variant) -> None:
    first, second = buy(customer_api, variant), buy(customer_api, variant)
    assert customer_api.get(f"orders/{first['id']}").headers["Shop-Greeting"] == "Thank you"
    listed = customer_api.get(f"orders?number={second['number']}").json()["results"]
    assert [entry["id"] for entry in listed] == [second["id"]]
    too_many = {"lines": [{"variant": str(variant.public_id), "quantity": 6}]}
    problem(customer_api.post("carts", too_many), 409, "cart_limit_reached")


@pytest.mark.usefixtures("replaced")
def test_a_replaced_permission_refuses_with_its_own_words(customer_api: Api, user: Any) -> None:
    assert customer_api.get("me").status_code == 200
    type(user).objects.update(email="ada@elsewhere.example")
    assert problem(customer_api.get("me"), 403, "permission_denied")["detail"] == "Confirm your e-mail address first."


@pytest.mark.usefixtures("replaced")
def test_a_replaced_authentication_is_asked(api: Api, user: Any) -> None:
    assert api.get("me", **{"Shop-User": "ada"}).json()["email"] == "ada@example.com"
    problem(api.get("me"), 401, "not_authenticated")


def test_the_librarys_own_classes_are_back_when_the_setting_goes(api: Api, settings: Any, variant: Variant) -> None:
    before = settings.NEXUS_COMMERCE if hasattr(settings, "NEXUS_COMMERCE") else {}
    settings.NEXUS_COMMERCE = {**before, "API": API}
    assert "units" in api.post("carts").json()["cart"]
    settings.NEXUS_COMMERCE = before
    assert "units" not in api.post("carts").json()["cart"]


@pytest.mark.parametrize(
    ("given", "number", "told", "hint"),
    [
        ({"cart.CartSerialiser": "x"}, "E205", "unknown class 'cart.CartSerialiser'", "'cart.CartSerializer'"),
        (
            {"cart.CartSerializer": "tests.hosts.extended.api.ShopCartSerialiser"},
            "E202",
            "cannot be imported",
            "'tests.hosts.extended.api.ShopCartSerializer'",
        ),
        (
            {"cart.CartSerializer": "tests.hosts.extended.api.ShopOrderView"},
            "E203",
            "is not a subclass of nexus_commerce.api.cart.serializers.CartSerializer",
            "Derive it from nexus_commerce.api.cart.serializers.CartSerializer",
        ),
        ({"permissions.SignedIn": "django.conf.settings"}, "E203", "is not a class", "nexus_commerce.api.permissions"),
        ({"orders.OrderFilter": 5}, "E204", "must be a dotted path", "string"),
    ],
    ids=["key", "path", "base class", "no class", "no path"],
)
def test_a_wrong_entry_is_a_check_with_the_nearest_right_name(
    settings: Any, given: dict[str, Any], number: str, told: str, hint: str
) -> None:
    settings.NEXUS_COMMERCE = {**nexus_settings.given, "API": given}
    found = [message for message in run_checks() if message.id == f"nexus_commerce.{number}"]
    assert len(found) == 1, found
    assert told in found[0].msg
    assert hint in str(found[0].hint)


def test_every_class_of_the_api_can_be_replaced() -> None:
    """A class that views use and that no key names could not be replaced; only parts of serializers are not named."""
    named = set(API_CLASSES.values())
    for module in pkgutil.walk_packages(nexus_commerce.api.__path__, "nexus_commerce.api."):
        exported = vars(importlib.import_module(module.name))
        for name in exported.get("__all__", ()):
            cls = exported[name]
            if inspect.isclass(cls) and issubclass(cls, KINDS) and cls.__module__ == module.name:
                path = f"{cls.__module__}.{cls.__qualname__}"
                assert path in named or name in PARTS, path
    for key, path in API_CLASSES.items():
        assert nexus_settings.API[key].__name__ == path.rpartition(".")[2] or "API" in nexus_settings.given


PARTS = {
    # Bases that replaceable classes derive from.
    "CommerceView",
    "CartViewBase",
    "InputSerializer",
    "OutputSerializer",
    "QuerySerializer",
    # Parts of a reply that never stand alone.
    "AddressSerializer",
    "TotalsSerializer",
    "ChargeSerializer",
    "DiscountSerializer",
    "AppliedPromotionSerializer",
    "TaxSerializer",
    "ShippingChargeSerializer",
    "FeeSerializer",
    "PricedSerializer",
    "DeliverySerializer",
    "ProblemSerializer",
    "CreditEntrySerializer",
}
