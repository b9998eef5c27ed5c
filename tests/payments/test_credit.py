"""Gift cards and store credit: the balance, its entries, and paying with it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Sum
from django.test import override_settings
from django.utils import timezone

from nexus_commerce.channels.models import Channel
from nexus_commerce.core.errors import CommerceError, InvalidInput
from nexus_commerce.core.tokens import ALPHABET, hash_token
from nexus_commerce.customers.models import Customer
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.payments.errors import CreditRefused, GiftCardNotUsable, RefundRefused
from nexus_commerce.payments.models import CreditAccount, CreditEntry
from nexus_commerce.payments.policies import CreditPolicy
from nexus_commerce.payments.providers.credit import CREDIT_ALIASES, CreditProvider
from nexus_commerce.payments.services import (
    adjust_credit,
    block_account,
    find_gift_card,
    give_back_credit,
    give_store_credit,
    hold_credit,
    issue_gift_card,
    issue_gift_cards,
    refund_credit,
    release_credit,
    store_credit_of,
    take_credit,
    unblock_account,
)
from nexus_commerce.testing.statements import watch_statements
from tests.payments.credits import make_card, make_payment

pytestmark = pytest.mark.django_db


class ForeignCodes(CreditPolicy):
    """Accepts what another shop system printed, and lets cards expire."""

    def read_code(self, text: str) -> str:
        return super().read_code(text) or text.strip().lower()

    def expires_at(self, *, now: datetime) -> datetime | None:
        return datetime(2099, 1, 1, tzinfo=UTC)


def assert_sums_up() -> None:
    """Check I14: each balance is the sum of its entries, and not negative."""
    for account in CreditAccount.objects.annotate(total=Sum("entries__amount")):
        assert account.balance == (account.total or 0) >= 0


@pytest.fixture(autouse=True)
def balances_are_right() -> Any:
    yield
    assert_sums_up()


# Codes


def test_a_code_has_sixteen_unmistakable_characters_of_which_only_the_hash_and_the_end_are_kept() -> None:
    card, code = issue_gift_card(amount=5000, currency="EUR")

    assert re.fullmatch(rf"([{ALPHABET}]{{4}}-){{3}}[{ALPHABET}]{{4}}", code)
    plain = code.replace("-", "")
    assert (card.code_hash, card.code_end) == (hash_token(plain), plain[-4:])
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM nexus_payments_creditaccount")
        assert plain not in str(cursor.fetchall())
    told = OutboxEvent.objects.get(type="credit.changed")
    assert plain[-4:] not in str(told.payload)


@pytest.mark.parametrize("typed", ["{}", "  {}  ", "{lower}", "{spaced}", "{plain}", "{alike}"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    with override_settings(NEXUS_COMMERCE={"CREDIT_POLICY": f"{__name__}.Fixed"}):
        card, code = issue_gift_card(amount=5000, currency="EUR")
        text = typed.format(
            code,
            lower=code.lower(),
            spaced=code.replace("-", " "),
            plain=code.replace("-", ""),
            alike=code.replace("0", "o").replace("1", "l"),
        )
        assert find_gift_card(code=text, currency="EUR") == card


class Fixed(CreditPolicy):
    """Always the same code, full of digits that letters look like."""

    def make_code(self) -> str:
        return next(code for last in ALPHABET if self.read_code(code := f"1010-1010-1010-ABC{last}"))


@pytest.mark.parametrize("place", range(16))
def test_the_check_character_tells_each_single_mistake(place: int) -> None:
    code = CreditPolicy().make_code().replace("-", "")
    others = [code[:place] + sign + code[place + 1 :] for sign in ALPHABET if sign != code[place]]
    assert not any(CreditPolicy().read_code(other) for other in others)


@pytest.mark.parametrize("text", ["", "-", "ABCD", "ABCD-EFGH-JKMN-PQR!", "x" * 5000, "\x00" * 16, "\u0661" * 16])
def test_what_is_no_code_opens_nothing(text: str) -> None:
    with pytest.raises(GiftCardNotUsable):
        find_gift_card(code=text, currency="EUR")


def test_a_card_that_cannot_be_used_looks_like_one_that_is_not_there() -> None:
    cases = [
        CreditPolicy().make_code(),
        make_card(is_active=False)[1],
        make_card(expired=True)[1],
        make_card()[1],
    ]
    take_credit(account=CreditAccount.objects.latest("id"), amount=5000, key="all")
    said = []
    for code in cases:
        with pytest.raises(GiftCardNotUsable) as caught:
            find_gift_card(code=code, currency="EUR")
        said.append((str(caught.value), caught.value.params, caught.value.field))
    with pytest.raises(GiftCardNotUsable) as caught:
        find_gift_card(code=make_card()[1], currency="GBP")
    said.append((str(caught.value), caught.value.params, caught.value.field))
    assert said == [said[0]] * 5


def test_without_a_currency_a_card_is_found_in_its_own() -> None:
    card, code = make_card()
    assert find_gift_card(code=code) == card
    with pytest.raises(GiftCardNotUsable):
        find_gift_card(code=code, now=timezone.now(), currency="USD")


def test_expiry_is_looked_at_at_the_time_that_is_given() -> None:
    until = timezone.now() + timedelta(days=1)
    _card, code = issue_gift_card(amount=100, currency="EUR", expires_at=until)
    assert find_gift_card(code=code, now=until - timedelta(seconds=1))
    with pytest.raises(GiftCardNotUsable):
        find_gift_card(code=code, now=until)


# Issuing


def test_a_batch_costs_the_same_number_of_statements_for_any_number_of_cards() -> None:
    with watch_statements() as few:
        issue_gift_cards(count=2, amount=5000, currency="EUR")
    with watch_statements() as many:
        made = issue_gift_cards(count=50, amount=5000, currency="EUR", actor="ann", note="Christmas")
    assert len(few) == len(many)
    assert len({code for _, code in made}) == 50
    assert CreditEntry.objects.filter(actor="ann", note="Christmas", reason="issued").count() == 50
    assert OutboxEvent.objects.filter(type="credit.changed", version=1).count() == 52


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"count": 0}, "count"),
        ({"count": 10_001}, "count"),
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"amount": 10**15 + 1}, "amount"),
        ({"currency": "EURO"}, "currency"),
        ({"currency": "XQX"}, "currency"),
        ({"expires_at": datetime(2020, 1, 1, tzinfo=UTC)}, "expires_at"),
        ({"codes": ["1234"]}, "code"),
    ],
)
def test_cards_that_cannot_be_are_refused(terms: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        issue_gift_cards(**({"count": 1, "amount": 100, "currency": "EUR"} | terms))
    assert caught.value.field == field
    assert not CreditAccount.objects.exists()


def test_a_batch_is_issued_once_a_key() -> None:
    issue_gift_cards(count=2, amount=100, currency="EUR", key="form")
    with pytest.raises(InvalidInput) as caught:
        issue_gift_cards(count=3, amount=100, currency="EUR", key="form")
    assert caught.value.field == "key"
    assert CreditAccount.objects.count() == 2


def test_a_printed_code_is_taken_over_once() -> None:
    printed = CreditPolicy().make_code()
    card, code = issue_gift_card(amount=100, currency="EUR", code=printed)
    assert code == printed
    assert find_gift_card(code=printed) == card
    with pytest.raises(InvalidInput) as caught:
        issue_gift_card(amount=100, currency="EUR", code=printed.lower())
    assert caught.value.field == "code"


@override_settings(NEXUS_COMMERCE={"CREDIT_POLICY": f"{__name__}.ForeignCodes"})
def test_the_policy_says_which_codes_there_are_and_how_long_cards_last() -> None:
    card, _code = issue_gift_card(amount=100, currency="EUR", code="Gift 7")
    assert find_gift_card(code="gift 7 ") == card
    assert card.expires_at == datetime(2099, 1, 1, tzinfo=UTC)


class Clashing(CreditPolicy):
    """Draws codes that cards have already, before it draws new ones."""

    drawn: list[str] = []

    def make_code(self) -> str:
        return self.drawn.pop(0)


@override_settings(NEXUS_COMMERCE={"CREDIT_POLICY": f"{__name__}.Clashing"})
def test_a_code_that_a_card_has_is_drawn_again() -> None:
    one, two, three = (CreditPolicy().make_code() for _ in range(3))
    Clashing.drawn = [one, one, two, two, three]
    issue_gift_card(amount=100, currency="EUR")
    assert [code for _, code in issue_gift_cards(count=2, amount=100, currency="EUR")] == [two, three]


# The balance


def test_taking_and_giving_back_leave_entries_and_events_in_order() -> None:
    card, _code = make_card()
    take_credit(account=card, amount=3000, key="a", actor="ann")
    give_back_credit(account=card, amount=1000, key="b", note="sorry")

    assert card.balance == CreditAccount.objects.get().balance == 3000
    entries = CreditEntry.objects.values_list("amount", "reason", "key", "actor", "note")
    assert list(entries)[1:] == [(-3000, "redeemed", "a", "ann", ""), (1000, "released", "b", "", "sorry")]
    events = OutboxEvent.objects.filter(aggregate="credit_account").order_by("version")
    assert [(event.version, event.payload["amount"], event.payload["balance"]) for event in events] == [
        (1, 5000, 5000),
        (2, -3000, 2000),
        (3, 1000, 3000),
    ]
    assert {event.aggregate_id for event in events} == {card.public_id}


def test_the_same_key_again_changes_nothing() -> None:
    card, _code = make_card()
    assert take_credit(account=card, amount=3000, key="a") == take_credit(account=card, amount=3000, key="a")
    assert give_back_credit(account=card, amount=500, key="b") == give_back_credit(account=card, amount=500, key="b")
    assert card.balance == 2500
    assert OutboxEvent.objects.filter(type="credit.changed").count() == 3


def test_a_key_stands_for_one_entry() -> None:
    card, _code = make_card()
    other, _code = make_card()
    take_credit(account=card, amount=3000, key="a")
    for act in (
        lambda: take_credit(account=card, amount=1, key="a"),
        lambda: take_credit(account=other, amount=3000, key="a"),
        lambda: give_back_credit(account=card, amount=3000, key="a"),
    ):
        with pytest.raises(InvalidInput) as caught:
            act()
        assert caught.value.field == "key"


def test_no_more_is_taken_than_there_is() -> None:
    card, _code = make_card()
    with pytest.raises(CreditRefused) as caught:
        take_credit(account=card, amount=5001, key="a")
    assert caught.value.params["balance"] == 5000
    assert take_credit(account=card, amount=5000, key="a")
    with pytest.raises(CreditRefused):
        take_credit(account=card, amount=1, key="b")


def test_the_database_itself_refuses_a_negative_balance() -> None:
    card, _code = make_card()
    with pytest.raises(IntegrityError), transaction.atomic():
        CreditAccount.objects.filter(pk=card.pk).update(balance=F("balance") - 5001)


@pytest.mark.parametrize("amount", [0, -1, 10**15 + 1])
def test_an_amount_that_is_none_is_refused(amount: int) -> None:
    card, _code = make_card()
    for act in (take_credit, give_back_credit):
        with pytest.raises(CommerceError):
            act(account=card, amount=amount, key="a")


@pytest.mark.parametrize("key", ["", "k" * 101])
def test_a_key_is_wanted(key: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        take_credit(account=make_card()[0], amount=1, key=key)
    assert caught.value.field == "key"


def test_a_balance_does_not_grow_out_of_bounds() -> None:
    card, _code = make_card(10**15)
    with pytest.raises(CreditRefused):
        give_back_credit(account=card, amount=1, key="a")


@pytest.mark.parametrize("columns", [{"is_active": False}, {"expired": True}])
def test_nothing_is_taken_from_a_card_that_is_blocked_or_expired(columns: dict[str, Any]) -> None:
    card, _code = make_card(**columns)
    with pytest.raises(GiftCardNotUsable):
        take_credit(account=card, amount=1, key="a")


def test_an_account_pays_in_its_own_currency_only(channel: Channel, customer: Customer) -> None:
    payment = make_payment(channel, currency="GBP")
    card, _code = make_card()
    with pytest.raises(GiftCardNotUsable):
        hold_credit(payment=payment, account=card, amount=1)
    credit = give_store_credit(customer=customer, currency="EUR", amount=1, key="a")
    with pytest.raises(CreditRefused) as caught:
        hold_credit(payment=payment, account=credit, amount=1)
    assert caught.value.params["balance"] == 0


# Money that comes back


def test_a_refund_to_an_expired_card_makes_it_last_ninety_days() -> None:
    card, code = make_card(expired=True)
    give_back_credit(account=card, amount=100, key="a", reason="refunded")

    left = CreditAccount.objects.get().expires_at - timezone.now()
    assert timedelta(days=89) < left <= timedelta(days=90)
    assert find_gift_card(code=code) == card


def test_a_refund_never_shortens_a_card() -> None:
    until = timezone.now() + timedelta(days=900)
    card, _code = make_card(expires_at=until)
    give_back_credit(account=card, amount=100, key="a", reason="refunded")
    assert card.expires_at == until


def test_what_was_only_held_gives_no_card_more_time_unless_it_expired_meanwhile() -> None:
    soon = timezone.now() + timedelta(hours=1)
    card, _code = make_card(expires_at=soon)
    give_back_credit(account=card, amount=100, key="a")
    assert card.expires_at == soon
    expired, _code = make_card(expired=True)
    give_back_credit(account=expired, amount=100, key="b")
    assert expired.expires_at is not None
    assert expired.expires_at > soon


def test_money_comes_back_to_a_blocked_card_which_stays_blocked() -> None:
    card, code = make_card(is_active=False)
    give_back_credit(account=card, amount=100, key="a", reason="refunded")
    assert card.balance == 5100
    with pytest.raises(GiftCardNotUsable):
        find_gift_card(code=code)
    unblock_account(account=card)
    assert find_gift_card(code=code) == card


# Store credit


def test_store_credit_is_one_account_a_customer_and_currency(customer: Customer) -> None:
    assert store_credit_of(customer=customer, currency="EUR") is None
    first = give_store_credit(customer=customer, currency="EUR", amount=100, key="a")
    second = give_store_credit(customer=customer, currency="EUR", amount=50, key="b", reason="refunded", note="x")
    other = give_store_credit(customer=customer, currency="GBP", amount=7, key="c")
    assert first == second == store_credit_of(customer=customer, currency="EUR")
    assert (second.balance, other.balance) == (150, 7)


def test_b_s14_store_credit_is_given_once_a_key(customer: Customer) -> None:
    for _ in range(3):
        account = give_store_credit(customer=customer, currency="EUR", amount=99986, key="surplus:1")
    assert account.balance == 99986
    assert CreditEntry.objects.count() == 1


def test_store_credit_of_a_guest_is_found_by_the_address_in_any_case() -> None:
    account = give_store_credit(email=" Ada@Example.com", currency="EUR", amount=100, key="a")
    assert account.email == "ada@example.com"
    assert store_credit_of(email="ADA@example.COM ", currency="EUR") == account


def test_store_credit_of_an_address_is_not_that_of_the_customer_who_names_it(customer: Customer) -> None:
    give_store_credit(email=customer.email or "ada@example.com", currency="EUR", amount=100, key="a")
    assert store_credit_of(customer=customer, currency="EUR") is None


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "nobody"}, "email"),
        ({"currency": "eur"}, "currency"),
        ({"amount": 0}, "amount"),
    ],
)
def test_store_credit_that_cannot_be_is_refused(terms: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        give_store_credit(**({"email": "ada@example.com", "currency": "EUR", "amount": 1, "key": "a"} | terms))
    assert caught.value.field == field
    assert not CreditAccount.objects.exists()


def test_blocked_store_credit_holds_nothing_for_the_shopper(customer: Customer) -> None:
    account = give_store_credit(customer=customer, currency="EUR", amount=100, key="a")
    block_account(account=account)
    with pytest.raises(CreditRefused) as caught:
        take_credit(account=account, amount=1, key="b")
    assert caught.value.params["balance"] == 0


# What staff does


def test_an_adjustment_needs_a_reason_and_reaches_blocked_and_expired_cards() -> None:
    card, _code = make_card(is_active=False, expired=True)
    with pytest.raises(InvalidInput) as caught:
        adjust_credit(account=card, amount=-100, actor="ann", note=" ")
    assert caught.value.field == "note"
    adjust_credit(account=card, amount=-100, actor="ann", note="typed wrong", key="k")
    adjust_credit(account=card, amount=-100, actor="ann", note="typed wrong", key="k")
    adjust_credit(account=card, amount=250, actor="ann", note="goodwill")
    assert card.balance == 5150
    with pytest.raises(CreditRefused):
        adjust_credit(account=card, amount=-5151, actor="ann", note="too much")


# Paying


def test_a_payment_takes_once_and_gives_back_once(channel: Channel) -> None:
    payment, (card, _code) = make_payment(channel), make_card()
    hold_credit(payment=payment, account=card, amount=1000)
    hold_credit(payment=payment, account=card, amount=1000)
    assert card.balance == 4000
    assert [entry.payment for entry in card.entries.filter(reason="redeemed")] == [payment]

    first = release_credit(payment=payment)
    assert first is not None
    assert first == release_credit(payment=payment)
    card.refresh_from_db()
    assert card.balance == 5000
    with pytest.raises(GiftCardNotUsable):
        hold_credit(payment=payment, account=card, amount=1000)


def test_a_payment_that_took_nothing_gives_nothing_back(channel: Channel) -> None:
    payment = make_payment(channel)
    assert release_credit(payment=payment) is None
    with pytest.raises(CreditRefused):
        refund_credit(payment=payment, amount=1, key=uuid4())


def test_refunds_give_back_what_was_taken_and_no_more(channel: Channel) -> None:
    payment, (card, _code) = make_payment(channel), make_card()
    hold_credit(payment=payment, account=card, amount=1000)
    refund = uuid4()
    refund_credit(payment=payment, amount=600, key=refund)
    refund_credit(payment=payment, amount=600, key=refund)
    with pytest.raises(RefundRefused) as caught:
        refund_credit(payment=payment, amount=401, key=uuid4())
    assert caught.value.params["refundable"] == 400
    released = release_credit(payment=payment)
    assert released is not None
    assert released.amount == 400
    with pytest.raises(RefundRefused):
        refund_credit(payment=payment, amount=1, key=uuid4())
    card.refresh_from_db()
    assert card.balance == 5000


def test_all_of_it_refunded_leaves_nothing_to_release(channel: Channel) -> None:
    payment, (card, _code) = make_payment(channel), make_card()
    hold_credit(payment=payment, account=card, amount=1000)
    refund_credit(payment=payment, amount=1000, key=uuid4())
    assert release_credit(payment=payment) is None


def test_a_hold_stands_or_falls_with_the_order(channel: Channel) -> None:
    payment, (card, _code) = make_payment(channel), make_card()
    with transaction.atomic():
        hold_credit(payment=payment, account=card, amount=1000)
        transaction.set_rollback(True)
    card.refresh_from_db()
    assert card.balance == 5000
    assert OutboxEvent.objects.filter(type="credit.changed").count() == 1


def test_the_tenders_are_named_and_internal() -> None:
    assert CREDIT_ALIASES == ("gift_card", "store_credit")
    assert [CreditProvider(alias).name for alias in CREDIT_ALIASES] == ["Gift card", "Store credit"]
    assert CreditProvider.is_internal
