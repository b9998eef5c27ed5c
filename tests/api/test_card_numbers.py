"""Numbers of payment cards are refused in whatever a shopper writes, and told to nobody."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from nexus_commerce.cart.models import Cart
from nexus_commerce.catalog.models import Variant
from tests.api.client import BERLIN, Api, problem

pytestmark = pytest.mark.django_db

CARD = "4242 4242 4242 4242"


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("PATCH", "", {"note": f"charge {CARD} please"}, "note"),
        ("PATCH", "", {"metadata": {"a": [{"b": CARD}]}}, "metadata"),
        ("PATCH", "", {"metadata": {"cvc": "123"}}, "metadata"),
        ("PATCH", "", {"metadata": {"n": 4242424242424242}}, "metadata"),
        ("POST", "/lines", {"personalization": {"engraving": CARD}}, "personalization"),
        ("PUT", "/addresses/shipping", {**BERLIN, "line2": CARD}, "line2"),
        ("POST", "/coupons", {"code": CARD}, "code"),
    ],
)
def test_a_card_number_is_refused_and_not_told(
    api: Api, variant: Variant, caplog: pytest.LogCaptureFixture, method: str, path: str, body: Any, field: str
) -> None:
    cart = f"carts/{api.post('carts').json()['cart']['id']}"
    if path == "/lines":
        body = {"variant": str(variant.public_id), **body}
    with caplog.at_level(logging.DEBUG):
        reply = api.call(method, cart + path, body)
    said = problem(reply, 422, "card_number_refused")
    assert [entry["field"] for entry in said["errors"]] == [field]
    assert "4242" not in reply.content.decode() + caplog.text
    assert "4242" not in json.dumps(Cart.objects.values("note", "metadata").get())


def test_a_line_of_a_new_cart_may_not_hold_one(api: Api, variant: Variant) -> None:
    line = {"variant": str(variant.public_id), "personalization": {"text": CARD}}
    problem(api.post("carts", {"lines": [line]}), 422, "card_number_refused")
    assert not Cart.objects.exists()


def test_ordinary_numbers_pass(api: Api) -> None:
    cart = f"carts/{api.post('carts').json()['cart']['id']}"
    note = "Ring +49 151 23456789; my order 20261123-000042, EAN 4006381333931"
    assert api.patch(cart, {"note": note, "metadata": {"ref": 1763892930123456}}).json()["note"] == note
