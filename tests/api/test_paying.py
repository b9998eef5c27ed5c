"""Checkouts that a provider is asked for: what the shopper gets to see, does next, and may give up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nexus_commerce.cart.models import Cart
from nexus_commerce.catalog.models import Variant
from nexus_commerce.inventory.models import StockItem
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.providers.dummy import DummyBank
from nexus_commerce.payments.services import issue_gift_card
from tests.api.checkouts import complete, fill, order_of, pay, token_of
from tests.api.client import Api, problem
from tests.checkout.paying import let_time_pass

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

KEY = {"Idempotency-Key": "a-key-of-at-least-16"}
OTHER = {"Idempotency-Key": "another-key-of-sixteen"}


@pytest.fixture
def cart(api: Api, variant: Variant) -> str:
    return fill(api, (variant, 2))


def reference() -> str:
    return Payment.objects.get().provider_ref or ""


def test_an_approved_payment_is_a_placed_order(api: Api, cart: str, bank: DummyBank) -> None:
    placed = pay(api, cart)
    said = placed.json()
    assert (placed.status_code, said["next_action"], said["instructions"]) == (201, {}, "")
    assert (said["order"]["state"], said["order"]["payment_state"]) == ("placed", "paid")
    (payment,) = said["order"]["payments"]
    assert (payment["provider"], payment["state"], payment["captured"]["amount"]) == ("dummy", "captured", "20.00")
    assert placed.headers["ETag"] == f'"{said["order"]["version"]}"'
    assert order_of(api, placed) == said["order"]
    assert placed.cookies["nexus_cart"].value == ""


def test_a_shopper_with_something_to_do_is_told_and_comes_back(api: Api, cart: str, bank: DummyBank) -> None:
    placed = pay(api, cart, "needs_action", return_url="/thanks")
    said = placed.json()
    assert (placed.status_code, said["order"]["state"]) == (202, "pending")
    assert said["next_action"]["type"] == "redirect"
    assert reference() in said["next_action"]["url"]
    assert said["token"] not in said["next_action"]["url"]
    assert bank.payment(reference()).return_url == "/thanks"
    assert "nexus_cart" not in placed.cookies
    assert api.get(cart).json()["state"] == "frozen"

    waiting = complete(api, placed)
    assert (waiting.status_code, waiting.json()["next_action"]) == (202, said["next_action"])
    bank.approve(reference())
    done = complete(api, placed)
    assert (done.status_code, done.json()["order"]["state"], done.json()["next_action"]) == (200, "placed", {})
    assert done.headers["ETag"] == f'"{done.json()["order"]["version"]}"' != waiting.headers["ETag"]
    assert complete(api, placed).json()["order"] == done.json()["order"]
    assert len(bank.charges()) == 1


def test_a_declined_payment_is_replayed_and_a_new_key_tries_again(api: Api, cart: str, bank: DummyBank) -> None:
    declined = pay(api, cart, "decline", headers=KEY)
    told = problem(declined, 409, "payment_declined")
    assert told["params"]["failure_code"] == "card_declined"
    assert told["errors"][0]["field"] == "provider"
    again = pay(api, cart, "decline", headers=KEY)
    assert (again.content, again.headers["Idempotency-Replayed"]) == (declined.content, "true")
    problem(pay(api, cart, headers=KEY), 422, "idempotency_key_reused")
    assert (api.get(cart).json()["state"], StockItem.objects.get().reserved, bank.charges()) == ("open", 0, [])
    placed = pay(api, cart, headers=OTHER)
    assert (placed.status_code, Order.objects.count()) == (201, 2)
    assert len(bank.charges()) == 1


def test_a_payment_that_the_shopper_declines_there(api: Api, cart: str, bank: DummyBank) -> None:
    placed = pay(api, cart, "needs_action")
    bank.decline(reference())
    told = problem(complete(api, placed), 409, "payment_declined")
    assert told["params"]["failure_code"] == "declined_by_shopper"
    problem(complete(api, placed), 409, "payment_declined")
    assert api.get(cart).json()["state"] == "open"


def test_without_an_answer_the_order_waits_and_the_same_key_says_so(api: Api, cart: str, bank: DummyBank) -> None:
    placed = pay(api, cart, "lost_reply", headers=KEY)
    assert (placed.status_code, placed.json()["next_action"]) == (202, {})
    assert Payment.objects.get().state == "unknown"
    assert pay(api, cart, "lost_reply", headers=KEY).content == placed.content
    let_time_pass()
    done = complete(api, placed)
    assert (done.status_code, done.json()["order"]["state"]) == (200, "placed")
    assert len(bank.charges()) == 1


def test_a_payment_under_way_is_given_up(api: Api, cart: str, bank: DummyBank) -> None:
    placed = pay(api, cart, "needs_action")
    given_up = api.delete(f"{cart}/checkout", **KEY)
    assert (given_up.status_code, given_up.json()["state"]) == (200, "open")
    assert given_up.headers["ETag"] == api.get(cart).headers["ETag"]
    assert api.delete(f"{cart}/checkout", **KEY).content == given_up.content
    assert bank.payment(reference()).status == "voided"
    assert api.delete(f"{cart}/checkout").status_code == 200  # nothing is under way: nothing to do
    problem(complete(api, placed), 409, "payment_declined")
    assert pay(api, cart).status_code == 201


def test_what_went_through_is_not_given_up(api: Api, cart: str, bank: DummyBank) -> None:
    token = {"Cart-Token": api.http.cookies["nexus_cart"].value}
    placed = pay(api, cart, "needs_action")
    bank.approve(reference())
    problem(api.delete(f"{cart}/checkout"), 409, "checkout_not_pending")
    assert order_of(api, placed)["state"] == "placed"
    problem(api.delete(f"{cart}/checkout", **token), 409, "checkout_not_pending")
    problem(Api().delete(f"{cart}/checkout"), 404, "cart_not_found")


def test_only_the_shopper_finds_out_how_a_payment_went(
    api: Api, customer_api: Api, variant: Variant, cart: str, bank: DummyBank, django_user_model: Any
) -> None:
    guests = pay(api, cart, "needs_action")
    mine = pay(customer_api, fill(customer_api, (variant, 1)), "needs_action")
    assert (bool(guests.json()["token"]), mine.json()["token"]) == (True, None)
    other = Api()
    other.http.force_login(django_user_model.objects.create_user("bob"))
    for placed in (guests, mine):
        path = f"orders/{placed.json()['order']['id']}"
        for stranger in (Api(), other):
            for wrong in ({}, {"Order-Token": "x" * 43}):
                problem(stranger.post(f"{path}/complete-payment", **wrong), 404, "order_not_found")
                problem(stranger.get(path, **wrong), 404, "order_not_found")
                problem(stranger.get(f"{path}/refunds", **wrong), 404, "order_not_found")
    problem(
        Api().post(f"orders/{mine.json()['order']['id']}/complete-payment", **token_of(guests)), 404, "order_not_found"
    )
    assert complete(customer_api, mine).status_code == 202
    assert complete(api, guests).status_code == 202


def test_a_replay_is_for_the_one_who_asked(api: Api, cart: str, bank: DummyBank) -> None:
    placed = pay(api, cart, "needs_action")
    bank.approve(reference())
    first = complete(api, placed, **KEY)
    assert complete(api, placed, **KEY).headers["Idempotency-Replayed"] == "true"
    path = f"orders/{placed.json()['order']['id']}/complete-payment"
    problem(Api().post(path, **KEY), 404, "order_not_found")
    assert first.status_code == 200


@pytest.mark.parametrize(
    ("url", "accepted"),
    [
        ("/thanks", True),
        ("http://testserver/thanks?x=1", True),
        ("https://evil.example/thanks", False),
        ("//evil.example/thanks", False),
        ("javascript:alert(1)", False),
        ("http:///evil.example", False),
        ("\\\\evil.example", False),
    ],
)
def test_a_shopper_is_sent_back_to_the_own_site_only(
    api: Api, cart: str, bank: DummyBank, url: str, accepted: bool
) -> None:
    reply = pay(api, cart, "needs_action", return_url=url)
    if accepted:
        assert (reply.status_code, bank.payments()[0].return_url) == (202, url)
        return
    told = problem(reply, 400, "invalid_input")
    assert [(entry["field"], entry["code"]) for entry in told["errors"]] == [("return_url", "foreign")]
    assert (Order.objects.count(), bank.payments()) == (0, [])


@pytest.mark.parametrize("data", [{"token": "4242 4242 4242 4242"}, {"card": {"number": "4242424242424242"}}])
def test_card_numbers_are_refused_before_anything_is_done(
    api: Api, cart: str, bank: DummyBank, data: dict[str, Any]
) -> None:
    reply = api.post(f"{cart}/checkout", {"provider": "dummy", "payment_data": data})
    assert reply.status_code == 422, reply.content
    assert b"4242" not in reply.content
    assert (Order.objects.count(), bank.payments(), Cart.objects.get().state) == (0, [], "open")


def test_a_checkout_needs_a_key(api: Api, cart: str, bank: DummyBank) -> None:
    problem(pay(api, cart, headers={"Idempotency-Key": ""}), 400, "idempotency_key_missing")
    problem(pay(api, cart, headers={"Idempotency-Key": "short"}), 400, "idempotency_key_invalid")
    assert not Order.objects.exists()


@pytest.mark.parametrize("provider", ["gift_card", "store_credit"])
def test_balances_are_no_providers(api: Api, cart: str, bank: DummyBank, provider: str) -> None:
    problem(api.post(f"{cart}/checkout", {"provider": provider}), 400, "provider_not_usable")


def test_gift_cards_pay_first(api: Api, cart: str, bank: DummyBank) -> None:
    _, code = issue_gift_card(amount=500, currency="EUR")
    placed = pay(api, cart, gift_cards=[code])
    assert placed.status_code == 201
    paid = [(row["provider"], row["captured"]["amount"]) for row in placed.json()["order"]["payments"]]
    assert sorted(paid) == [("dummy", "15.00"), ("gift_card", "5.00")]
    assert code not in placed.content.decode()
    other = fill(api, (Variant.objects.get(), 1))
    problem(pay(api, other, gift_cards=[code]), 409, "gift_card_not_usable")
    assert len(bank.payments()) == 1


def test_money_that_is_odd_leaves_an_order_to_be_looked_at(api: Api, cart: str, bank: DummyBank) -> None:
    placed = pay(api, cart, "other_currency")
    assert (placed.status_code, placed.json()["order"]["state"]) == (202, "review")


def test_the_bank_keeps_no_token(api: Api, cart: str, bank: DummyBank, tmp_path: Path) -> None:
    placed = pay(api, cart, "needs_action", return_url="/thanks")
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert placed.json()["token"].encode() not in kept
