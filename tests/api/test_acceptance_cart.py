"""The acceptance cases of carts over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from nexus_commerce.cart.models import Cart
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.conf import nexus_settings
from nexus_commerce.testing.factories import make_channel, make_price, make_price_list, make_product
from tests.api.checkouts import basket, fill
from tests.api.client import Api, problem

pytestmark = pytest.mark.django_db


def merged(api: Api, customer_api: Api, guest: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Fill a guest's cart and a customer's, and return the reply of merging them."""
    customer_api.post("carts", own)
    token = api.post("carts", guest).json()["token"]
    reply = customer_api.post("carts/merge", **{"Cart-Token": token})
    assert reply.status_code == 200, reply.content
    said: dict[str, Any] = reply.json()
    return said


def bought(cart: dict[str, Any]) -> dict[str, int]:
    return {line["variant"]["sku"]: line["quantity"] for line in cart["lines"]}


@pytest.mark.parametrize(
    ("policy", "expected"), [("KeepLarger", [1, 2, 1, 1]), ("", [1, 3, 1, 1])], ids=["larger", "sum"]
)
def test_A_C11(
    api: Api, customer_api: Api, variants: list[Variant], settings: Any, policy: str, expected: list[int]
) -> None:
    if policy:
        settings.NEXUS_COMMERCE = {**nexus_settings.given, "CART_POLICY": f"tests.cart.test_merging.{policy}"}
    a, b, c, d = variants[:4]
    own, guest = basket((a, 1), (b, 1), (c, 1)), basket((b, 2), (d, 1))
    cart = merged(api, customer_api, guest, own)["cart"]
    assert [bought(cart)[variant.sku] for variant in (a, b, c, d)] == expected


def test_B_M1(api: Api, customer_api: Api, channel: Channel) -> None:
    variant = make_product(channel=channel, amount=100, stock=5).variants.get()
    said = merged(api, customer_api, basket((variant, 4)), basket((variant, 2)))
    (line,), (warning,) = said["cart"]["lines"], said["warnings"]
    assert line["quantity"] == 5
    assert (warning["code"], warning["line"], warning["wanted"]) == ("insufficient_stock", line["id"], 6)


def test_B_M2(api: Api, customer_api: Api, variants: list[Variant]) -> None:
    a, b = variants[:2]
    said = merged(api, customer_api, basket((a, 1), (b, 1)), basket((a, 1)))
    assert bought(said["cart"]) == {a.sku: 2, b.sku: 1}
    other = Cart.objects.exclude(public_id=said["cart"]["id"]).get()
    assert other.state != "open"
    problem(api.get(f"carts/{other.public_id}"), 404, "cart_not_found")


def test_B_M3(api: Api, customer_api: Api, variant: Variant) -> None:
    def line(text: str, quantity: int) -> dict[str, Any]:
        return {"variant": str(variant.public_id), "quantity": quantity, "personalization": {"text": text}}

    said = merged(api, customer_api, {"lines": [line("x", 2), line("y", 1)]}, {"lines": [line("x", 1)]})
    lines = [(row["personalization"]["text"], row["quantity"]) for row in said["cart"]["lines"]]
    assert sorted(lines) == [("x", 3), ("y", 1)]


@pytest.mark.parametrize("more", [7, 8])
def test_B_M8(api: Api, channel: Channel, settings: Any, more: int) -> None:
    settings.NEXUS_COMMERCE = {**nexus_settings.given, "CART_POLICY": "tests.cart.test_lines.TwentyUnits"}
    variant, other = (make_product(channel=channel, amount=100, stock=50).variants.get() for _ in range(2))
    cart = fill(api, (variant, 13))
    reply = api.post(f"{cart}/lines", {"variant": str(other.public_id), "quantity": more})
    if more == 7:
        assert reply.status_code == 201
    else:
        problem(reply, 409, "cart_limit_reached")
    assert sum(line["quantity"] for line in api.get(cart).json()["lines"]) == (20 if more == 7 else 13)


def test_B_M9(api: Api) -> None:
    channel = make_channel(code="uk", currency="GBP")
    variant = make_product(channel=channel, stock=5).variants.get()
    make_price(variant=variant, amount=1000, price_list=make_price_list(channel=channel, currency="USD"))
    here = {"Nexus-Channel": "uk"}
    cart = api.post("carts", {"email": "ada@example.com"}, **here).json()["cart"]
    path = f"carts/{cart['id']}"
    reply = api.post(f"{path}/lines", {"variant": str(variant.public_id)}, **here)
    assert problem(reply, reply.status_code, "no_price")["status"] in (400, 409)
    assert api.get(path, **here).json() == cart
    assert cart["currency"] == "GBP"
