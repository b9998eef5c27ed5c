"""The how-to of gift cards keeps its word."""

from datetime import UTC, datetime

import pytest
from django.test import override_settings

from example_project.shop.gift_cards import ShopCreditPolicy
from nexus_commerce.customers.models import Customer
from nexus_commerce.payments.services import find_gift_card, give_store_credit, issue_gift_card, store_credit_of

pytestmark = pytest.mark.django_db


def test_a_card_is_issued() -> None:
    card, code = issue_gift_card(amount=5000, currency="EUR", actor="ann", note="Order by phone")
    print(code)  # to be given to whoever bought it, now or never
    assert find_gift_card(code=code) == card


def test_store_credit_is_given(customer: Customer) -> None:
    give_store_credit(customer=customer, currency="EUR", amount=1500, key="goodwill:4711", note="Late parcel")
    account = store_credit_of(customer=customer, currency="EUR")
    assert account is not None
    assert account.balance == 1500


@override_settings(NEXUS_COMMERCE={"CREDIT_POLICY": f"{ShopCreditPolicy.__module__}.ShopCreditPolicy"})
def test_the_shops_own_policy_reads_former_codes_and_lets_cards_expire() -> None:
    former = "GC" + "0123456789" * 2
    card, _code = issue_gift_card(amount=100, currency="EUR", code=former)
    assert find_gift_card(code=" gc 0123456789 0123456789") == card
    new, code = issue_gift_card(amount=100, currency="EUR")
    assert find_gift_card(code=code) == new
    assert ShopCreditPolicy().expires_at(now=datetime(2026, 5, 1, tzinfo=UTC)) == datetime(2030, 1, 1, tzinfo=UTC)
