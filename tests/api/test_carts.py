import pytest
from django.test import override_settings

from nexus_commerce.cart.models import Cart, CartLine
from nexus_commerce.cart.services import change_cart
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.pricing.models import Price
from nexus_commerce.testing.factories import make_channel
from tests.api.client import BERLIN, Api, problem

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


def new_cart(api: Api) -> tuple[str, str]:
    created = api.post("carts").json()
    return f"carts/{created['cart']['id']}", created["token"]


def test_the_token_travels_in_a_header_or_a_cookie_out_of_reach_of_scripts(api: Api) -> None:
    cart, token = new_cart(api)
    cookie = api.http.cookies["nexus_cart"]
    assert cookie.value == token
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)
    assert api.get(cart).status_code == 200
    assert Api(cookies=False).get(cart, **{"Cart-Token": token}).status_code == 200
    assert token not in Cart.objects.values_list("token_hash", flat=True)


@override_settings(DEBUG=True)
def test_the_cookie_works_without_https_while_developing(api: Api) -> None:
    new_cart(api)
    assert api.http.cookies["nexus_cart"]["secure"] == ""


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "ünïcode"], ids=["none", "wrong", "huge", "not ascii"])
def test_a_cart_is_not_found_without_its_token(api: Api, token: str) -> None:
    cart, _ = new_cart(api)
    headers = {"Cart-Token": token} if token else {}
    missing = problem(Api().get("carts/11111111-1111-4111-8111-111111111111", **headers), 404, "cart_not_found")
    foreign = problem(Api().get(cart, **headers), 404, "cart_not_found")
    assert missing | {"request_id": ""} == foreign | {"request_id": ""}


def test_a_token_does_not_open_a_customers_cart(customer_api: Api) -> None:
    cart = f"carts/{customer_api.post('carts').json()['cart']['id']}"
    Cart.objects.update(token_hash="2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881")  # of "x"
    problem(Api().get(cart, **{"Cart-Token": "x"}), 404, "cart_not_found")
    assert customer_api.get(cart).status_code == 200


def test_lines_that_differ_in_personalization_stay_apart(api: Api, variant: Variant) -> None:
    cart, _ = new_cart(api)
    line = {"variant": str(variant.public_id)}
    for wish in ({"engraving": "Ada"}, {"engraving": "Ada"}, {"engraving": "Eve"}):
        reply = api.post(f"{cart}/lines", line | {"personalization": wish})
    assert [entry["quantity"] for entry in reply.json()["lines"]] == [2, 1]


def test_a_line_is_removed(api: Api, variant: Variant) -> None:
    cart, _ = new_cart(api)
    added = api.post(f"{cart}/lines", {"variant": str(variant.public_id)}).json()
    reply = api.delete(f"{cart}/lines/{added['lines'][0]['id']}")
    assert (reply.status_code, reply.json()["lines"]) == (200, [])
    problem(api.delete(f"{cart}/lines/{added['lines'][0]['id']}"), 404, "line_not_found")


def test_a_line_is_taken_out_by_quantity_zero(api: Api, variant: Variant) -> None:
    cart, _ = new_cart(api)
    added = api.post(f"{cart}/lines", {"variant": str(variant.public_id)}).json()
    assert api.patch(f"{cart}/lines/{added['lines'][0]['id']}", {"quantity": 0}).json()["lines"] == []


def test_changed_prices_are_told_until_they_are_acknowledged(api: Api, variant: Variant) -> None:
    cart, _ = new_cart(api)
    line = api.post(f"{cart}/lines", {"variant": str(variant.public_id)}).json()["lines"][0]
    Price.objects.filter(variant=variant).update(amount=1250)
    (change,) = api.get(cart).json()["changes"]
    assert (change["code"], change["line"]) == ("price_changed", line["id"])
    assert change["data"]["from"] == {"amount": "10.00", "currency": "EUR"}
    assert change["data"]["to"] == {"amount": "12.50", "currency": "EUR"}
    assert api.delete(f"{cart}/changes").json()["changes"] == []
    assert api.get(cart).json()["changes"] == []


def test_every_reply_has_the_version_as_its_etag(api: Api, variant: Variant) -> None:
    created = api.post("carts")
    cart = f"carts/{created.json()['cart']['id']}"
    assert created.headers["ETag"] == '"1"'
    assert api.post(f"{cart}/lines", {"variant": str(variant.public_id)}).headers["ETag"] == '"2"'
    assert api.get(cart).headers["ETag"] == '"2"'
    assert api.get(cart).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("tag", ['"1"', 'W/"1"', '"9", "1"', "*"])
def test_a_change_meant_for_the_present_version_is_made(api: Api, tag: str) -> None:
    cart, _ = new_cart(api)
    reply = api.patch(cart, {"note": "ring twice"}, **{"If-Match": tag})
    assert (reply.status_code, reply.json()["note"]) == (200, "ring twice")


@pytest.mark.parametrize("tag", ['"7"', "1", "nonsense"])
def test_a_change_meant_for_another_version_is_refused(api: Api, tag: str) -> None:
    cart, _ = new_cart(api)
    problem(api.patch(cart, {"note": "x"}, **{"If-Match": tag}), 412, "precondition_failed")
    problem(api.get(cart, **{"If-Match": tag}), 412, "precondition_failed")
    assert Cart.objects.get().note == ""


def test_a_change_that_came_between_reading_and_locking_is_not_lost(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    from nexus_commerce.api.cart import base

    cart, _ = new_cart(api)
    opened = base.open_cart

    def open_then_meddle(*args: object) -> Cart:
        found = opened(*args)  # type: ignore[arg-type]
        change_cart(cart=Cart.objects.get(pk=found.pk), fields={"note": "meddled"})
        return found

    monkeypatch.setattr(base, "open_cart", open_then_meddle)
    problem(api.patch(cart, {"note": "mine"}, **{"If-Match": '"1"'}), 412, "precondition_failed")
    assert Cart.objects.get().note == ""  # what meddled ran in the same transaction


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"state": "ordered"}, "state"),
        ({"currency": "USD"}, "currency"),
        ({"customer": 1}, "customer"),
        ({"email": "nobody"}, "email"),
        ({"language": "tlh"}, "language"),
        ({"metadata": [1]}, "metadata"),
        ({"metadata": {"x": "y" * 5000}}, "metadata"),
        ({"note": 5}, "note"),
    ],
)
def test_what_a_cart_does_not_take_is_named(api: Api, body: dict[str, object], field: str) -> None:
    cart, _ = new_cart(api)
    told = problem(api.patch(cart, body), 400, "invalid_input")
    assert [entry["field"] for entry in told["errors"]] == [field]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "variant"),
        ({"variant": "x"}, "variant"),
        ({"variant": 5}, "variant"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": -1}, "quantity"),
        ({"quantity": 1.5}, "quantity"),
        ({"quantity": "2"}, "quantity"),
        ({"quantity": True}, "quantity"),
        ({"quantity": 1_000_001}, "quantity"),
        ({"price": "0.01"}, "price"),
        ({"personalization": []}, "personalization"),
    ],
)
def test_what_a_line_does_not_take_is_named(api: Api, variant: Variant, body: dict[str, object], field: str) -> None:
    cart, _ = new_cart(api)
    whole = body if field == "variant" else {"variant": str(variant.public_id)} | body
    told = problem(api.post(f"{cart}/lines", whole), 400, "invalid_input")
    assert [entry["field"] for entry in told["errors"]] == [field]
    assert not CartLine.objects.exists()


def test_an_error_deep_in_a_new_cart_is_named_by_its_path(api: Api, variant: Variant) -> None:
    body = {
        "lines": [{"variant": str(variant.public_id)}, {"variant": str(variant.public_id), "quantity": 0}],
        "shipping_address": BERLIN | {"country": "Germany"},
    }
    told = problem(api.post("carts", body), 400, "invalid_input")
    assert {entry["field"] for entry in told["errors"]} == {"lines.1.quantity", "shipping_address.country"}
    assert not Cart.objects.exists()


def test_a_line_that_cannot_be_bought_is_named_by_its_place_in_a_new_cart(api: Api, variant: Variant) -> None:
    lines = [{"variant": str(variant.public_id)}, {"variant": "11111111-1111-4111-8111-111111111111"}]
    told = problem(api.post("carts", {"lines": lines}), 409, "not_for_sale")
    assert [entry["field"] for entry in told["errors"]] == ["lines.1.variant"]
    assert not Cart.objects.exists()


def test_a_channel_is_chosen_by_its_code(api: Api) -> None:
    make_channel(code="london", currency="GBP", country="GB")
    assert api.post("carts", **{"Nexus-Channel": "london"}).json()["cart"]["currency"] == "GBP"
    assert api.get("channel", **{"Nexus-Channel": "london"}).json()["country"] == "GB"
    told = problem(api.post("carts", **{"Nexus-Channel": "nowhere"}), 404, "no_channel")
    assert told["errors"][0]["field"] == "Nexus-Channel"


def test_a_variant_of_no_channel_is_not_for_sale(api: Api, channel: Channel, variant: Variant) -> None:
    channel.listings.all().delete()
    cart, _ = new_cart(api)
    told = problem(api.post(f"{cart}/lines", {"variant": str(variant.public_id)}), 409, "not_for_sale")
    assert told["errors"][0]["field"] == "variant"


def test_an_address_is_for_shipping_or_billing_only(api: Api) -> None:
    cart, _ = new_cart(api)
    problem(api.put(f"{cart}/addresses/home", BERLIN), 404, "not_found")
    told = problem(api.put(f"{cart}/addresses/billing", {"city": "Berlin", "phone": "030 1"}), 400, "invalid_input")
    assert {entry["field"] for entry in told["errors"]} == {"line1", "country", "phone"}
