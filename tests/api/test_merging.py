"""Carts are merged at login, over HTTP."""

from typing import Any

import pytest

from nexus_commerce.cart.models import Cart
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.testing.factories import make_channel, make_price, make_product
from tests.api.client import BERLIN, Api, problem

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]
MERGE = "carts/merge"


def lines(*wanted: tuple[Variant, int], **more: Any) -> dict[str, Any]:
    return {"lines": [{"variant": str(variant.public_id), "quantity": units} for variant, units in wanted]} | more


def guest_token(api: Api, body: dict[str, Any]) -> str:
    """Make a guest's cart and return its token."""
    return str(api.post("carts", body).json()["token"])


def bought(cart: dict[str, Any]) -> dict[str, int]:
    return {line["variant"]["sku"]: line["quantity"] for line in cart["lines"]}


def test_a_c11_the_guests_cart_is_merged_into_the_customers(
    api: Api, customer_api: Api, variants: list[Variant]
) -> None:
    a, b, c, d = variants[:4]
    own = customer_api.post("carts", lines((a, 1), (b, 1), (c, 1))).json()["cart"]
    token = guest_token(api, lines((b, 2), (d, 1), shipping_address=BERLIN))

    reply = customer_api.post(MERGE, **{"Cart-Token": token})
    assert reply.status_code == 200
    body = reply.json()
    assert body["cart"]["id"] == own["id"]
    assert bought(body["cart"]) == {a.sku: 1, b.sku: 3, c.sku: 1, d.sku: 1}
    assert body["cart"]["addresses"]["shipping"]["city"] == "Berlin"
    assert body["warnings"] == []
    assert reply.headers["ETag"] == f'"{body["cart"]["version"]}"'
    assert customer_api.get(f"carts/{own['id']}").json() == body["cart"]


def test_b_m1_what_is_left_out_is_named(api: Api, customer_api: Api, channel: Channel) -> None:
    variant = make_product(channel=channel, amount=100, stock=5).variants.get()
    line = customer_api.post("carts", lines((variant, 2))).json()["cart"]["lines"][0]["id"]
    body = customer_api.post(MERGE, **{"Cart-Token": guest_token(api, lines((variant, 4)))}).json()
    assert body["warnings"] == [
        {
            "code": "insufficient_stock",
            "line": line,
            "variant": str(variant.public_id),
            "sku": variant.sku,
            "wanted": 6,
            "quantity": 5,
        }
    ]


def test_b_m2_the_token_opens_nothing_any_more(api: Api, customer_api: Api, variants: list[Variant]) -> None:
    a, b = variants[:2]
    customer_api.post("carts", lines((a, 1)))
    made = api.post("carts", lines((a, 1), (b, 1))).json()
    body = customer_api.post(MERGE, **{"Cart-Token": made["token"]}).json()
    assert bought(body["cart"]) == {a.sku: 2, b.sku: 1}
    problem(api.get(f"carts/{made['cart']['id']}"), 404, "cart_not_found")
    problem(customer_api.post(MERGE, **{"Cart-Token": made["token"]}), 404, "cart_not_found")


def test_b_m3_lines_with_different_options_stay_apart(api: Api, customer_api: Api, variants: list[Variant]) -> None:
    def line(text: str, quantity: int) -> dict[str, Any]:
        return {"variant": str(variants[0].public_id), "quantity": quantity, "personalization": {"text": text}}

    customer_api.post("carts", {"lines": [line("x", 1)]})
    token = guest_token(api, {"lines": [line("x", 2), line("y", 1)]})
    cart = customer_api.post(MERGE, **{"Cart-Token": token}).json()["cart"]
    assert {line["personalization"]["text"]: line["quantity"] for line in cart["lines"]} == {"x": 3, "y": 1}


def test_b_m9_a_variant_without_a_price_is_refused_and_the_cart_unchanged(api: Api, channel: Channel) -> None:
    variant = make_product(channel=channel, stock=5).variants.get()
    make_price(variant=variant, amount=100, channel=make_channel(currency="USD"))
    cart = api.post("carts").json()["cart"]
    sent = {"variant": str(variant.public_id)}
    problem(api.post(f"carts/{cart['id']}/lines", sent), 409, "no_price")
    assert api.get(f"carts/{cart['id']}").json() == cart


def test_without_an_own_cart_the_guests_becomes_it(api: Api, customer_api: Api, variants: list[Variant]) -> None:
    made = api.post("carts", lines((variants[0], 2))).json()
    body = customer_api.post(MERGE, **{"Cart-Token": made["token"]}).json()
    assert body["cart"]["id"] == made["cart"]["id"]
    assert customer_api.get(f"carts/{made['cart']['id']}").json() == body["cart"]
    problem(api.get(f"carts/{made['cart']['id']}"), 404, "cart_not_found")


def test_a_browser_merges_by_its_cookie_and_loses_it(api: Api, user: Any, variants: list[Variant]) -> None:
    api.post("carts", lines((variants[0], 2)))
    assert api.http.cookies["nexus_cart"].value
    api.http.force_login(user)
    assert bought(api.post(MERGE).json()["cart"]) == {variants[0].sku: 2}
    assert api.http.cookies["nexus_cart"].value == ""


def test_the_same_request_again_gets_the_same_reply(api: Api, customer_api: Api, variants: list[Variant]) -> None:
    headers = {"Cart-Token": guest_token(api, lines((variants[0], 2))), "Idempotency-Key": "merge-of-my-two-carts"}
    first = customer_api.post(MERGE, **headers)
    again = customer_api.post(MERGE, **headers)
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("token", ["", "x", "x" * 200, "\u00e9"])
def test_what_is_no_token_opens_nothing(customer_api: Api, token: str) -> None:
    problem(customer_api.post(MERGE, **{"Cart-Token": token}), 404, "cart_not_found")


def test_a_cart_that_is_being_ordered_is_left_alone(api: Api, customer_api: Api, variants: list[Variant]) -> None:
    token = guest_token(api, lines((variants[0], 2)))
    Cart.objects.update(state="frozen")
    problem(customer_api.post(MERGE, **{"Cart-Token": token}), 409, "cart_not_open")
    assert Cart.objects.get().customer is None


def test_guests_merge_nothing(api: Api, variants: list[Variant]) -> None:
    token = guest_token(api, lines((variants[0], 2)))
    problem(api.post(MERGE, **{"Cart-Token": token}), 401, "not_authenticated")
