"""Gift cards and store credit over HTTP."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from nexus_commerce.api.credit.views import GiftCardBalanceView
from nexus_commerce.channels.models import Channel
from nexus_commerce.customers.models import Customer
from nexus_commerce.payments.models import CreditAccount
from nexus_commerce.payments.policies import CreditPolicy
from nexus_commerce.payments.services import give_store_credit, hold_credit, issue_gift_card
from nexus_commerce.testing.statements import watch_statements
from tests.api.client import Api, problem
from tests.payments.credits import make_payment

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]
BALANCE = "gift-cards/balance"


def customer_of_api(api: Api) -> Customer:
    return Customer.objects.get(public_id=api.get("me").json()["id"])


def test_a_shopper_asks_what_a_card_is_worth(api: Api) -> None:
    until = timezone.now() + timedelta(days=30)
    _card, code = issue_gift_card(amount=1250, currency="USD", expires_at=until)
    reply = api.post(BALANCE, {"code": code.lower().replace("-", " ")})
    assert reply.status_code == 200
    assert reply.headers["Cache-Control"] == "no-store"
    body = reply.json()
    assert body.pop("expires_at")[:16] == until.isoformat()[:16]
    assert body == {"balance": {"amount": "12.50", "currency": "USD"}, "currency": "USD"}


@pytest.mark.usefixtures("no_limits")
def test_every_reason_why_a_card_is_of_no_use_reads_alike(api: Api) -> None:
    def card(**columns: Any) -> str:
        account, code = issue_gift_card(amount=100, currency="EUR")
        CreditAccount.objects.filter(pk=account.pk).update(**columns)
        return code

    codes = [
        CreditPolicy().make_code(),
        "nonsense",
        "\u2603" * 16,
        card(is_active=False),
        card(expires_at=timezone.now()),
        card(balance=0),
    ]
    told = [problem(api.post(BALANCE, {"code": code}), 409, "gift_card_not_usable") for code in codes]
    assert all(one | {"request_id": ""} == told[0] | {"request_id": ""} for one in told)


@pytest.mark.parametrize("body", [{}, {"code": ""}, {"code": 1}, {"code": "x" * 101}, {"code": None}, {"code": ["x"]}])
def test_a_body_without_a_code_is_refused(api: Api, body: dict[str, Any]) -> None:
    problem(api.post(BALANCE, body), 400, "invalid_input")


def test_no_log_names_a_code(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        _card, code = issue_gift_card(amount=1250, currency="EUR")
        api.post(BALANCE, {"code": code})
        api.post(BALANCE, {"code": code[:-1] + "U"})
    assert code not in caplog.text
    assert code.replace("-", "") not in caplog.text


def test_attempts_are_counted_under_a_scope_of_their_own() -> None:
    assert GiftCardBalanceView.throttle_scope == "gift_card"


def test_a_customer_sees_the_own_store_credit_and_what_became_of_it(customer_api: Api, channel: Channel) -> None:
    me = customer_of_api(customer_api)
    account = give_store_credit(customer=me, currency="EUR", amount=1500, key="a", actor="ann", note="private")
    payment = make_payment(channel, 400, provider="store_credit")
    hold_credit(payment=payment, account=account, amount=400)
    give_store_credit(customer=me, currency="GBP", amount=5, key="b")
    give_store_credit(email="eve@example.com", currency="EUR", amount=9, key="c")

    reply = customer_api.get("me/credit")
    found = {row["currency"]: row for row in reply.json()["results"]}
    assert set(found) == {"EUR", "GBP"}
    assert found["EUR"]["balance"] == {"amount": "11.00", "currency": "EUR"}
    assert found["EUR"]["is_active"]
    assert [(entry["amount"]["amount"], entry["reason"], entry["order"]) for entry in found["EUR"]["entries"]] == [
        ("-4.00", "redeemed", str(payment.order.public_id)),
        ("15.00", "issued", None),
    ]
    assert b"private" not in reply.content
    assert b"ann" not in reply.content


def test_the_latest_entries_are_shown_by_a_constant_number_of_statements(customer_api: Api) -> None:
    me = customer_of_api(customer_api)
    give_store_credit(customer=me, currency="EUR", amount=1, key="first")
    with watch_statements() as few:
        customer_api.get("me/credit")
    for number in range(60):
        give_store_credit(customer=me, currency="EUR", amount=1, key=f"e{number}")
        give_store_credit(customer=me, currency="GBP", amount=1, key=f"g{number}")
    with watch_statements() as many:
        found = customer_api.get("me/credit").json()["results"]
    assert len(few) == len(many)
    assert [len(row["entries"]) for row in found] == [50, 50]


def test_store_credit_comes_in_pages(customer_api: Api) -> None:
    me = customer_of_api(customer_api)
    for currency in ("EUR", "GBP", "USD"):
        give_store_credit(customer=me, currency=currency, amount=1, key=currency)
    first = customer_api.get("me/credit?limit=2").json()
    assert [row["currency"] for row in first["results"]] == ["USD", "GBP"]
    rest = customer_api.get(first["next"].partition("/v1/")[2]).json()
    assert ([row["currency"] for row in rest["results"]], rest["next"]) == (["EUR"], None)


def test_guests_have_no_store_credit(api: Api) -> None:
    problem(api.get("me/credit"), 401, "not_authenticated")
