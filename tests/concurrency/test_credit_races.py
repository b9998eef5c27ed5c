"""Races for the balance of a gift card on PostgreSQL. Each is paired with a mutant that lacks the guard and must then
go wrong."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import F, Sum

from nexus_commerce.customers.models import Customer
from nexus_commerce.payments.errors import CreditRefused, RefundRefused
from nexus_commerce.payments.models import CreditAccount, CreditEntry, Payment
from nexus_commerce.payments.services import balances, give_store_credit, hold_credit, refund_credit, release_credit
from nexus_commerce.testing.factories import make_channel, make_customer
from tests.concurrency.racing import race
from tests.payments.credits import make_card, make_payment

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 6


def pay(payment: Payment, account: CreditAccount, amount: int) -> Any:
    return hold_credit(payment=payment, account=CreditAccount.objects.get(pk=account.pk), amount=amount)


def spend_at_once(payers: int, *, balance: int, each: int) -> tuple[list[Any], CreditAccount]:
    """Let as many orders be paid at once from one card."""
    channel = make_channel()
    card, _code = make_card(balance)
    payments = [make_payment(channel, each) for _ in range(payers)]
    results = race([partial(pay, payment, card, each) for payment in payments])
    card.refresh_from_db()
    return results, card


def sums_up(account: CreditAccount) -> bool:
    """Tell whether I14 holds for an account."""
    account.refresh_from_db()
    total = CreditEntry.objects.filter(account=account).aggregate(total=Sum("amount"))["total"]
    return bool(account.balance == total and account.balance >= 0)


def test_a_card_is_not_spent_twice() -> None:
    for _ in range(ROUNDS):
        results, card = spend_at_once(4, balance=5000, each=3000)
        lost = [result for result in results if isinstance(result, CreditRefused)]
        assert (len(results) - len(lost), len(lost)) == (1, 3), results
        assert lost[0].params["balance"] == 2000
        assert sums_up(card)


def test_nobody_is_turned_away_while_there_is_enough() -> None:
    results, card = spend_at_once(8, balance=8000, each=1000)
    assert not [result for result in results if isinstance(result, Exception)], results
    assert card.balance == 0
    assert sums_up(card)


@pytest.fixture
def without_constraint() -> Any:
    """Take the constraint away, and put it back afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE nexus_payments_creditaccount DROP CONSTRAINT nexus_creditaccount_balance")
    yield
    CreditAccount.objects.all().update(balance=0)
    constraint = next(c for c in CreditAccount._meta.constraints if c.name == "nexus_creditaccount_balance")
    with connection.schema_editor() as editor:
        editor.add_constraint(CreditAccount, constraint)


@pytest.mark.usefixtures("without_constraint")
def test_mutant_without_condition_and_constraint_overdraws(monkeypatch: pytest.MonkeyPatch) -> None:
    def write_blindly(account: CreditAccount, amount: int, **kwargs: Any) -> bool:
        return bool(CreditAccount.objects.filter(pk=account.pk).update(balance=F("balance") + amount))

    monkeypatch.setattr(balances, "write_balance", write_blindly)
    assert all(spend_at_once(4, balance=5000, each=3000)[1].balance < 0 for _ in range(ROUNDS))


def test_mutant_without_the_condition_runs_into_the_constraint(monkeypatch: pytest.MonkeyPatch) -> None:
    def write_blindly(account: CreditAccount, amount: int, **kwargs: Any) -> bool:
        return bool(CreditAccount.objects.filter(pk=account.pk).update(balance=F("balance") + amount))

    monkeypatch.setattr(balances, "write_balance", write_blindly)
    results, card = spend_at_once(4, balance=5000, each=3000)
    assert [type(result).__name__ for result in results].count("IntegrityError") == 3
    assert sums_up(card)


def at_once(act: Callable[[], Any]) -> list[Any]:
    results = race([act] * 4)
    assert not [result for result in results if isinstance(result, Exception)], results
    return results


def test_one_payment_takes_once_however_often_it_is_asked_for_at_once() -> None:
    channel = make_channel()
    for _ in range(ROUNDS):
        card, _code = make_card(5000)
        payment = make_payment(channel, 1000)
        entries = at_once(partial(pay, payment, card, 1000))
        assert len({entry.pk for entry in entries}) == 1
        assert sums_up(card)
        assert card.balance == 4000
        at_once(lambda payment=payment: release_credit(payment=payment))
        assert sums_up(card)
        assert card.balance == 5000


def test_mutant_without_the_lock_runs_into_the_unique_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(balances, "lock_rows", lambda rows: list(rows))
    channel = make_channel()
    stopped = 0
    for _ in range(ROUNDS):
        card, _code = make_card(5000)
        payment = make_payment(channel, 1000)
        results = race([partial(pay, payment, card, 1000)] * 4)
        stopped += [type(result).__name__ for result in results].count("IntegrityError")
        assert sums_up(card)
        assert card.balance == 4000
    assert stopped


def test_refunds_at_once_give_back_no_more_than_was_taken() -> None:
    channel = make_channel()
    for _ in range(ROUNDS):
        card, _code = make_card(5000)
        payment = make_payment(channel, 1000)
        hold_credit(payment=payment, account=card, amount=1000)
        results = race([lambda p=payment: refund_credit(payment=p, amount=400, key=uuid4())] * 4)
        lost = [result for result in results if isinstance(result, RefundRefused)]
        assert len(lost) == 2, results
        assert sums_up(card)
        assert card.balance == 4800


def test_b_s14_a_surplus_reported_at_once_is_given_once() -> None:
    for number in range(ROUNDS):
        customer: Customer = make_customer()
        accounts = at_once(
            lambda c=customer, n=number: give_store_credit(customer=c, currency="EUR", amount=99986, key=f"surplus:{n}")
        )
        assert len({account.pk for account in accounts}) == 1
        assert sums_up(accounts[0])
        assert accounts[0].balance == 99986
