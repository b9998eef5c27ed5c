"""Paying with gift cards and store credit in the storefront."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.conf import nexus_settings
from nexus_commerce.customers.services import get_customer
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import CreditAccount
from nexus_commerce.payments.services import give_store_credit, issue_gift_card
from nexus_commerce.testing.invariants import assert_invariants
from tests.checkout.paying import online_shop
from tests.contrib.test_storefront_payment import FILLED, add, answer, at, buy, link_to_bank, text

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.contrib.test_storefront_payment")]


@pytest.fixture(autouse=True)
def with_bank_page(settings: Any) -> None:
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "nexus_commerce.contrib.dummypay"]


@pytest.fixture
def rates(settings: Any) -> Callable[[str | None], None]:
    def limit(rate: str | None) -> None:
        settings.NEXUS_COMMERCE = {**nexus_settings.given, "THROTTLE_RATES": {"gift_card": rate}}

    return limit


def card(amount: int, **said: Any) -> tuple[CreditAccount, str]:
    return issue_gift_card(amount=amount, currency="EUR", **said)


def use(client: Client, code: str) -> str:
    return text(buy(client, gift_card=code, action="card"))


def test_a_card_pays_a_part_and_the_bank_the_rest(
    client: Client, channel: Channel, variant: Variant, tmp_path: Path
) -> None:
    account, code = card(400)
    add(client, variant)
    with online_shop(tmp_path, script="needs_action") as bank:
        said = use(client, f" {code.lower()} ")
        for words in (f"ending in {account.code_end} holds €4.00", "€0.00 stays on it", "Left to pay", "pay €6.00"):
            assert words in said
        assert code not in said
        url = link_to_bank(buy(client))
        assert "€6.00" in text(client.get(url))
        done = text(answer(client, url, "pay"))
        assert [charge.amount for charge in bank.charges()] == [600]
    assert f"Gift card ending in {account.code_end}" in done
    assert "Still to pay" not in done
    account.refresh_from_db()
    assert account.balance == 0
    assert client.cookies["nexus_storefront_wallet"].value == "", "The browser forgets the card."
    assert_invariants()


def test_what_a_declined_payment_took_from_a_card_comes_back(
    client: Client, channel: Channel, variant: Variant, tmp_path: Path
) -> None:
    account, code = card(400)
    add(client, variant)
    with online_shop(tmp_path, script="needs_action"):
        use(client, code)
        back = text(answer(client, link_to_bank(buy(client)), "decline"))
    assert "You did not approve the payment" in back
    assert "pay €6.00" in back, "The card is still in use."
    account.refresh_from_db()
    assert account.balance == 400
    assert_invariants()


def test_cards_that_pay_everything(client: Client, channel: Channel, variant: Variant) -> None:
    (one, first), (two, second) = card(700), card(700)
    add(client, variant)
    use(client, first)
    said = use(client, second)
    assert "Nothing is left to pay." in said
    assert "€4.00 stays on it" in said
    assert 'name="provider"' not in said
    assert 'name="gift_card"' not in said, "No third card is asked for."
    done = text(buy(client, provider=""))
    assert "Thank you" in done
    order = Order.objects.get()
    assert (order.state, order.payment_state, order.payments.count()) == ("placed", "paid", 2)
    assert "Please transfer" not in done
    assert [CreditAccount.objects.get(pk=each.pk).balance for each in (one, two)] == [0, 400]


def test_a_card_is_taken_out(client: Client, channel: Channel, variant: Variant) -> None:
    (kept, first), (gone, second) = card(100), card(200)
    add(client, variant)
    use(client, first)
    use(client, second)
    said = text(buy(client, remove_card=gone.public_id, provider="manual"))
    assert kept.code_end in said
    assert "pay €9.00" in said
    assert not Order.objects.exists()
    assert 'value="Allee 1"' in said


@pytest.mark.parametrize("code", ["nothing", "0000-0000-0000-0000", "\x00", "x" * 80, ""])
def test_a_code_that_opens_nothing(client: Client, channel: Channel, variant: Variant, code: str) -> None:
    add(client, variant)
    assert not Order.objects.exists()
    said = use(client, code)
    assert "€10.00" in said
    assert not Order.objects.exists()


def test_cards_that_cannot_be_used_are_all_told_alike(client: Client, channel: Channel, variant: Variant) -> None:
    account, code = card(100)
    CreditAccount.objects.update(is_active=False)
    _, dollars = issue_gift_card(amount=100, currency="USD")
    add(client, variant)
    for each in (code, dollars, "0000-0000-0000-0000"):
        assert "This gift card cannot be used here." in use(client, each)
    assert account.code_end not in text(client.get(at("checkout")))


def test_a_typed_code_counts_whatever_button_is_pressed(client: Client, channel: Channel, variant: Variant) -> None:
    _, code = card(400)
    add(client, variant)
    said = text(buy(client, gift_card=code, provider="manual"))
    assert not Order.objects.exists(), "Who typed a code does not want to pay the whole."
    assert "pay €6.00" in said


def test_codes_are_not_guessed(
    client: Client, channel: Channel, variant: Variant, rates: Callable[[str | None], None]
) -> None:
    rates("2/min")
    _, code = card(400)
    add(client, variant)
    for _ in range(2):
        assert "cannot be used here" in use(client, "0000-0000-0000-0000")
    assert "Too many codes" in use(client, code)


def test_no_card_twice_and_not_too_many(
    client: Client, channel: Channel, variant: Variant, rates: Callable[[str | None], None]
) -> None:
    rates(None)
    add(client, variant)
    codes = [card(10)[1] for _ in range(6)]
    for code in [*codes[:5], codes[0]]:
        said = use(client, code)
    assert said.count("formnovalidate aria-label") == 5
    assert "5 gift cards" in use(client, codes[5])


def test_a_card_that_was_spent_elsewhere_is_said(client: Client, channel: Channel, variant: Variant) -> None:
    account, code = card(400)
    add(client, variant)
    use(client, code)
    CreditAccount.objects.filter(pk=account.pk).update(balance=100)
    said = text(buy(client, provider="manual", expected_rest="600"))
    assert "€9.00 is left to pay now" in said
    assert not Order.objects.exists(), "Nobody pays more than they saw."
    CreditAccount.objects.filter(pk=account.pk).update(balance=0)
    said = text(buy(client, provider="manual", expected_rest="900"))
    assert "cannot be used" in said
    assert not Order.objects.exists()
    assert "pay €10.00" in text(client.get(at("checkout")))


def test_what_the_browser_keeps_cannot_be_made_up(client: Client, channel: Channel, variant: Variant) -> None:
    add(client, variant)
    for value in ("x", "", "W10:1abc:zzz", "\x00"):
        client.cookies["nexus_storefront_wallet"] = value
        assert "pay €10.00" in text(client.get(at("checkout")))
    _, code = card(100)
    use(client, code)
    cookie = client.cookies["nexus_storefront_wallet"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"], cookie["max-age"]) == (True, "Lax", True, "")


def test_store_credit_of_a_customer(client: Client, channel: Channel, variant: Variant) -> None:
    user = get_user_model().objects.create_user("ada", "ada@example.com", "secret")
    client.force_login(user)
    customer = get_customer(user=user)
    give_store_credit(customer=customer, currency="EUR", amount=250, key="a gift")
    add(client, variant)
    said = text(client.get(at("checkout")))
    assert "You have €2.50" in said
    assert "pay €10.00" in said, "It is used when the customer says so."
    assert "pay €7.50" in text(buy(client, credit="use"))
    assert "pay €10.00" in text(buy(client, credit="keep"))
    buy(client, credit="use")
    done = text(buy(client, provider="manual"))
    assert "Store credit" in done
    assert re.search(r"Still to pay</dt><dd>€7.50", done)
    assert CreditAccount.objects.get().balance == 0


def test_store_credit_is_not_for_guests(client: Client, channel: Channel, variant: Variant) -> None:
    give_store_credit(email="ada@example.com", currency="EUR", amount=250, key="a gift")
    add(client, variant)
    said = text(buy(client, credit="use", **{name: FILLED[name] for name in ("provider",)}))
    assert "Store credit" not in said
    assert Order.objects.count() in (0, 1)
    assert CreditAccount.objects.get().balance == 250
