"""What staff do with payments and refunds, and what others may see of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from nexus_commerce.catalog.models import Variant
from nexus_commerce.checkout.services import sweep_checkouts
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import Payment, Refund
from nexus_commerce.payments.providers.dummy import DummyBank
from tests.api.checkouts import fill, if_match, pay, staff_with, token_of
from tests.api.client import Api, Reply, problem
from tests.checkout.paying import let_time_pass, online_shop

pytestmark = [pytest.mark.django_db]

KEY = {"Idempotency-Key": "a-key-of-at-least-16"}
RIGHTS = ("view_order", "change_order", "view_payment", "change_payment", "view_refund", "add_refund", "change_refund")


@pytest.fixture
def staff(django_user_model: Any) -> Api:
    return staff_with(django_user_model, *RIGHTS)


def euros(amount: str, currency: str = "EUR") -> dict[str, str]:
    return {"amount": amount, "currency": currency}


def bought(api: Api, variant: Variant, script: str = "approve", quantity: int = 2) -> Reply:
    placed = pay(api, fill(api, (variant, quantity)), script)
    assert placed.status_code in (201, 202), placed.content
    return placed


def owed(api: Api, variant: Variant) -> Reply:
    """Order by bank transfer."""
    return api.post(f"{fill(api, (variant, 2))}/checkout")


def order_at(placed: Reply) -> str:
    return f"orders/{placed.json()['order']['id']}"


def payment_at(placed: Reply) -> str:
    return f"payments/{placed.json()['order']['payments'][0]['id']}"


def act(staff: Api, here: str, what: str, body: Any = None, **headers: str) -> Reply:
    """Do something at the version that is read now."""
    return staff.post(f"{here}/{what}", body, **{**if_match(staff.get(here)), **headers})


# Who may


OPERATIONS = [
    ("order", "cancel", {}),
    ("order", "accept", {}),
    ("order", "refunds", {"everything": True, "reason": "x"}),
    ("payment", "capture", {}),
    ("payment", "void", {}),
    ("refund", "confirm", {}),
]
NEEDED = {"cancel": "change_order", "accept": "change_order", "refunds": "add_refund", "confirm": "change_refund"}


@pytest.mark.hosts
@pytest.mark.parametrize(("kind", "what", "body"), OPERATIONS)
def test_only_staff_with_the_permission_may(
    customer_api: Api, variant: Variant, django_user_model: Any, kind: str, what: str, body: dict[str, Any]
) -> None:
    placed = owed(customer_api, variant)
    ids = {"order": order_at(placed), "payment": payment_at(placed), "refund": f"refunds/{uuid4()}"}
    path, any_version = f"{ids[kind]}/{what}", {"If-Match": "*"}
    before = Order.objects.values().get(), Payment.objects.values().get()
    problem(Api().post(path, body, **any_version), 401, "not_authenticated")
    problem(customer_api.post(path, body, **any_version), 403, "permission_denied")
    needed = NEEDED.get(what, "change_payment")
    without = staff_with(django_user_model, *(set(RIGHTS) - {needed}))
    problem(without.post(path, body, **any_version), 403, "permission_denied")
    assert (Order.objects.values().get(), Payment.objects.values().get()) == before
    reply = staff_with(django_user_model, needed).post(path, body, **any_version)
    assert reply.status_code not in (401, 403)


@pytest.mark.parametrize(("kind", "what", "body"), OPERATIONS)
def test_what_staff_do_is_meant_for_a_version_and_done_once(
    api: Api, staff: Api, variant: Variant, kind: str, what: str, body: dict[str, Any]
) -> None:
    placed = owed(api, variant)
    if kind == "refund":
        problem(
            staff.post(f"refunds/{uuid4()}/confirm", body, **{"Idempotency-Key": ""}), 400, "idempotency_key_missing"
        )
        return
    path = f"{order_at(placed) if kind == 'order' else payment_at(placed)}/{what}"
    problem(staff.post(path, body), 428, "precondition_required")
    problem(staff.post(path, body, **{"If-Match": '"99"'}), 412, "precondition_failed")
    problem(staff.post(path, body, **{"If-Match": "*", "Idempotency-Key": ""}), 400, "idempotency_key_missing")
    assert (Order.objects.get().state, Payment.objects.get().state) == ("placed", "pending")


def test_a_payment_is_shown_to_staff_only(
    customer_api: Api, staff: Api, variant: Variant, bank: DummyBank, django_user_model: Any
) -> None:
    placed = bought(customer_api, variant)
    here = payment_at(placed)
    shown = staff.get(here)
    body = shown.json()
    assert (body["state"], body["order_id"]) == ("captured", placed.json()["order"]["id"])
    assert (body["provider_ref"], body["operation"], body["failure_code"]) == (bank.payments()[0].ref, "", "")
    assert shown.headers["ETag"] == f'"{body["version"]}"'
    problem(Api().get(here), 401, "not_authenticated")
    problem(customer_api.get(here), 403, "permission_denied")
    problem(staff_with(django_user_model, "view_order").get(here), 403, "permission_denied")
    problem(staff.get(f"payments/{uuid4()}"), 404, "payment_not_found")
    assert bank.payments()[0].ref not in placed.content.decode()


# Captures and voids


def test_held_money_is_captured_in_parts(api: Api, staff: Api, variant: Variant, tmp_path: Path) -> None:
    with online_shop(tmp_path, capture="manual") as bank:
        placed = bought(api, variant)
        here = payment_at(placed)
        order_tag = staff.get(order_at(placed)).headers["ETag"]
        first = act(staff, here, "capture", {"amount": euros("5.00")}, **KEY)
        assert (first.status_code, first.json()["state"]) == (200, "partially_captured")
        assert first.json()["captured"] == euros("5.00")
        again = act(staff, here, "capture", {"amount": euros("5.00")}, **KEY)
        assert (again.content, again.headers["Idempotency-Replayed"]) == (first.content, "true")
        assert staff.get(order_at(placed)).headers["ETag"] != order_tag
        told = problem(act(staff, here, "capture", {"amount": euros("15.01")}), 409, "capture_refused")
        assert told["params"]["outstanding"] == euros("15.00")
        assert act(staff, here, "capture").json()["captured"] == euros("20.00")
        problem(act(staff, here, "void"), 409, "void_refused")
        assert [charge.amount for charge in bank.charges()] == [500, 1500]
    assert staff.get(order_at(placed)).json()["payment_state"] == "paid"


@pytest.mark.parametrize("amount", [euros("5.00", "USD"), euros("0.00"), euros("-1.00"), euros("1.001"), "5.00"])
def test_what_is_no_amount_is_not_captured(api: Api, staff: Api, variant: Variant, tmp_path: Path, amount: Any) -> None:
    with online_shop(tmp_path, capture="manual") as bank:
        here = payment_at(bought(api, variant))
        reply = act(staff, here, "capture", {"amount": amount})
        if reply.status_code == 409:
            problem(reply, 409, "capture_refused")
        else:
            assert problem(reply, 400, "invalid_input")["errors"][0]["field"] == "amount"
        assert bank.charges() == []


def test_without_an_answer_the_capture_is_under_way(api: Api, staff: Api, variant: Variant, tmp_path: Path) -> None:
    with online_shop(tmp_path, capture="manual") as bank:
        here = payment_at(bought(api, variant, "lost_reply:capture"))
        reply = act(staff, here, "capture", **KEY)
        assert (reply.status_code, reply.json()["operation"]) == (202, "capture")
        assert reply.json()["captured"] == euros("0.00")
        problem(act(staff, here, "capture"), 409, "payment_busy")
        problem(act(staff, here, "void"), 409, "payment_busy")
        let_time_pass()
        sweep_checkouts()
        shown = staff.get(here).json()
        assert (shown["operation"], shown["captured"], len(bank.charges())) == ("", euros("20.00"), 1)
        assert act(staff, here, "capture", **KEY).content == reply.content


def test_a_refused_capture_is_told_again_by_the_same_key(
    api: Api, staff: Api, variant: Variant, tmp_path: Path
) -> None:
    with online_shop(tmp_path, capture="manual") as bank:
        here = payment_at(bought(api, variant, "approve,refuse:capture"))
        version = if_match(staff.get(here))
        first = staff.post(f"{here}/capture", **version, **KEY)
        problem(first, 409, "capture_refused")
        assert staff.post(f"{here}/capture", **version, **KEY).content == first.content
        assert (staff.get(here).json()["operation"], bank.charges()) == ("", [])


def test_held_money_is_given_up(api: Api, staff: Api, variant: Variant, tmp_path: Path) -> None:
    with online_shop(tmp_path, capture="manual") as bank:
        placed = bought(api, variant)
        gone = act(staff, payment_at(placed), "void")
        assert (gone.status_code, gone.json()["state"], bank.payments()[0].status) == (200, "voided", "voided")
    assert staff.get(order_at(placed)).json()["payment_state"] == "unpaid"


def test_money_that_came_outside_is_booked(api: Api, staff: Api, variant: Variant) -> None:
    placed = owed(api, variant)
    here = payment_at(placed)
    assert act(staff, here, "capture", {"amount": euros("8.00"), "note": "first part"}).json()["state"] != "captured"
    problem(act(staff, here, "capture", {"amount": euros("12.01")}), 409, "capture_refused")
    first = staff.get(here)
    tag = if_match(first)
    assert staff.post(f"{here}/capture", **tag, **KEY).json()["captured"] == euros("20.00")
    assert staff.post(f"{here}/capture", **tag, **KEY).headers["Idempotency-Replayed"] == "true"
    order = Order.objects.get()
    assert (order.payment_state, order.captured) == ("paid", 2000)
    assert order.events.filter(type="payment").first().actor.startswith("staff")


# Refunds


def line_of(placed: Reply) -> str:
    return str(placed.json()["order"]["lines"][0]["id"])


def test_a_refund_is_given_once_and_seen_by_its_customer(
    api: Api, staff: Api, variant: Variant, bank: DummyBank
) -> None:
    placed = bought(api, variant)
    here, tag = order_at(placed), if_match(staff.get(order_at(placed)))
    body = {"lines": [{"line": line_of(placed), "quantity": 1}], "extra": euros("0.50"), "reason": "broken"}
    first = staff.post(f"{here}/refunds", body, **tag, **KEY)
    assert first.status_code == 201, first.content
    (refund,) = first.json()["results"]
    assert (refund["state"], refund["amount"], refund["reason"]) == ("succeeded", euros("10.50"), "broken")
    assert refund["lines"] == [{"line": line_of(placed), "quantity": 1, "amount": euros("10.00")}]
    assert staff.post(f"{here}/refunds", body, **tag, **KEY).content == first.content
    problem(staff.post(f"{here}/refunds", body, **tag), 412, "precondition_failed")
    assert first.headers["ETag"] == staff.get(here).headers["ETag"] != tag["If-Match"]
    seen = api.get(f"{here}/refunds", **token_of(placed))
    assert (seen.json(), seen.headers["ETag"]) == (first.json(), first.headers["ETag"])
    assert [movement.amount for movement in bank.movements(kind="refund")] == [1050]


def test_refunds_are_not_seen_by_others(
    api: Api, customer_api: Api, staff: Api, variant: Variant, bank: DummyBank, django_user_model: Any
) -> None:
    placed = bought(customer_api, variant)
    here = f"{order_at(placed)}/refunds"
    act(staff, order_at(placed), "refunds", {"everything": True, "reason": "x"})
    assert len(customer_api.get(here).json()["results"]) == 1
    problem(api.get(here), 404, "order_not_found")
    problem(api.get(here, **{"Order-Token": "x" * 43}), 404, "order_not_found")
    problem(staff_with(django_user_model, "view_order").get(here), 404, "order_not_found")
    other = bought(api, variant)
    problem(api.get(here, **token_of(other)), 404, "order_not_found")


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"extra": euros("1.00", "USD")}, 400, "extra"),
        ({"shipping": euros("1.00", "USD")}, 400, "shipping"),
        ({"extra": euros("-1.00")}, None, ""),
        ({"extra": euros("20.01")}, 409, "amount"),
        ({"shipping": euros("1.00")}, 409, "shipping"),
        ({"lines": [{"line": str(uuid4()), "quantity": 1}]}, 409, "lines"),
        ({"lines": [{"line": "x", "quantity": 1}]}, 400, "lines.0.line"),
        ({"lines": [{"line": "own", "quantity": 3}]}, 409, "lines"),
        ({"lines": [{"line": "own", "quantity": 2}, {"line": "own", "quantity": 1}]}, 409, "lines"),
        ({"lines": [{"line": "own", "quantity": 0}]}, 400, "lines.0.quantity"),
        ({"lines": []}, 409, "amount"),
        ({"everything": True, "payment": str(uuid4())}, 404, ""),
        ({"everything": True, "target": "cash"}, 400, "target"),
        ({"everything": True, "reason": ""}, 400, "reason"),
    ],
)
def test_a_refund_that_cannot_be_is_refused(
    api: Api, staff: Api, variant: Variant, bank: DummyBank, body: dict[str, Any], status: int | None, field: str
) -> None:
    placed = bought(api, variant)
    lines = [{**row, "line": line_of(placed)} if row["line"] == "own" else row for row in body.get("lines", ())]
    sent = {"reason": "x", **body, **({"lines": lines} if "lines" in body else {})}
    reply = act(staff, order_at(placed), "refunds", sent)
    assert reply.status_code == status if status else reply.status_code in (400, 409), reply.content
    if field:
        assert reply.json()["errors"][0]["field"] == field
    if status == 409:
        assert reply.json()["params"]["refundable"]["currency"] == "EUR"
    assert (Refund.objects.count(), bank.movements(kind="refund")) == (0, [])


def test_a_refund_to_a_payment_of_another_order_is_refused(
    api: Api, staff: Api, variant: Variant, bank: DummyBank
) -> None:
    mine, other = bought(api, variant, quantity=1), bought(Api(), variant, quantity=1)
    body = {"extra": euros("1.00"), "reason": "x", "payment": other.json()["order"]["payments"][0]["id"]}
    problem(act(staff, order_at(mine), "refunds", body), 404, "payment_not_found")
    assert not Refund.objects.exists()


def test_money_goes_back_as_store_credit(customer_api: Api, staff: Api, variant: Variant, bank: DummyBank) -> None:
    placed = bought(customer_api, variant)
    body = {"everything": True, "target": "store_credit", "reason": "goodwill"}
    (refund,) = act(staff, order_at(placed), "refunds", body).json()["results"]
    assert (refund["state"], refund["target"], refund["amount"]) == ("succeeded", "store_credit", euros("20.00"))
    assert bank.movements(kind="refund") == []
    (credit,) = customer_api.get("me/credit").json()["results"]
    assert credit["balance"] == euros("20.00")


def test_money_that_came_outside_goes_back_when_somebody_says_so(api: Api, staff: Api, variant: Variant) -> None:
    placed = owed(api, variant)
    act(staff, payment_at(placed), "capture")
    (refund,) = act(staff, order_at(placed), "refunds", {"everything": True, "reason": "x"}).json()["results"]
    assert (refund["state"], staff.get(payment_at(placed)).json()["refund_pending"]) == ("pending", euros("20.00"))
    done = staff.post(f"refunds/{refund['id']}/confirm", {"reason": "sent"}, **KEY)
    assert (done.status_code, done.json()["state"]) == (200, "succeeded")
    again = staff.post(f"refunds/{refund['id']}/confirm", {"reason": "sent"}, **KEY)
    assert (again.content, again.headers["Idempotency-Replayed"]) == (done.content, "true")
    assert staff.get(order_at(placed)).json()["payment_state"] == "refunded"
    problem(staff.post(f"refunds/{uuid4()}/confirm"), 404, "not_found")


def test_a_refund_of_a_provider_is_not_confirmed_by_hand(
    api: Api, staff: Api, variant: Variant, bank: DummyBank
) -> None:
    placed = bought(api, variant, "approve,lost_reply:refund")
    (refund,) = act(staff, order_at(placed), "refunds", {"everything": True, "reason": "x"}).json()["results"]
    assert refund["state"] == "pending"
    problem(staff.post(f"refunds/{refund['id']}/confirm"), 409, "refund_refused")
    let_time_pass()
    sweep_checkouts()
    (refund,) = staff.get(f"{order_at(placed)}/refunds").json()["results"]
    assert refund["state"] == "succeeded"
    assert len(bank.movements(kind="refund")) == 1


# Orders


def test_a_canceled_order_gives_its_money_back_once(api: Api, staff: Api, variant: Variant, bank: DummyBank) -> None:
    placed = bought(api, variant)
    here, tag = order_at(placed), if_match(staff.get(order_at(placed)))
    first = staff.post(f"{here}/cancel", {"reason": "changed my mind"}, **tag, **KEY)
    assert (first.status_code, first.json()["state"], first.json()["payment_state"]) == (200, "canceled", "refunded")
    assert first.json()["canceled_at"]
    assert staff.post(f"{here}/cancel", {"reason": "changed my mind"}, **tag, **KEY).content == first.content
    assert first.headers["ETag"] == staff.get(here).headers["ETag"]
    assert sum(movement.amount for movement in bank.movements(kind="refund")) == 2000


def test_an_order_in_review_is_accepted(api: Api, staff: Api, variant: Variant, bank: DummyBank) -> None:
    placed = pay(api, fill(api, (variant, 1)), "surplus")
    assert placed.json()["order"]["state"] == "review"
    here, tag = order_at(placed), if_match(staff.get(order_at(placed)))
    first = staff.post(f"{here}/accept", **tag, **KEY)
    assert (first.status_code, first.json()["state"]) == (200, "placed")
    assert staff.post(f"{here}/accept", **tag, **KEY).content == first.content
    problem(act(staff, here, "accept"), 409, "illegal_transition")
    problem(staff.post(f"orders/{uuid4()}/accept", **{"If-Match": "*"}), 404, "order_not_found")


def test_no_token_is_in_an_address(api: Api, variant: Variant, bank: DummyBank) -> None:
    placed = bought(api, variant)
    here = f"{order_at(placed)}?token={placed.json()['token']}"
    problem(Api().get(here), 404, "order_not_found")
    problem(Api().post(f"{order_at(placed)}/complete-payment?token={placed.json()['token']}"), 404, "order_not_found")
