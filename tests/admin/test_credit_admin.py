"""Gift cards in the admin: issued once, shown once, corrected with a reason."""

import csv
import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from nexus_commerce.channels.models import Channel
from nexus_commerce.payments.models import CreditAccount, CreditEntry
from nexus_commerce.payments.services import find_gift_card, give_store_credit
from tests.payments.credits import make_card

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

LIST = "admin:nexus_payments_creditaccount"
ISSUE = {"count": "3", "amount": "50.00", "currency": "eur", "note": "Christmas", "key": "k" * 32}


def at(page: str, *args: Any) -> str:
    return reverse(f"{LIST}_{page}", args=args)


def test_cards_are_issued_and_their_codes_shown_once(pages: Client, channel: Channel) -> None:
    assert f'value="{channel.currency}"' in pages.get(at("add")).content.decode()
    response = pages.post(at("add"), ISSUE)
    codes = re.findall(r"nexus-secret\">([^<]+)<", response.content.decode())
    assert len(codes) == 3
    assert "no-store" in response.headers["Cache-Control"]
    for code in codes:
        assert find_gift_card(code=code, currency="EUR").balance == 5000
    assert {(entry.actor, entry.note) for entry in CreditEntry.objects.all()} == {("ada", "Christmas")}
    everything = pages.get(at("changelist")).content.decode() + str(list(LogEntry.objects.values()))
    assert not any(code in everything for code in codes)
    assert LogEntry.objects.count() == 3

    again = pages.post(at("add"), ISSUE)
    assert "issued already" in again.content.decode()
    assert CreditAccount.objects.count() == 3


def test_codes_are_downloaded_as_they_are_issued(pages: Client, channel: Channel) -> None:
    response = pages.post(at("add"), ISSUE | {"as_file": "1", "expires_at_0": "2099-01-01", "expires_at_1": "00:00:00"})
    assert response.headers["Content-Type"].startswith("text/csv")
    assert "no-store" in response.headers["Cache-Control"]
    rows = list(csv.DictReader(response.content.decode().splitlines()))
    assert [(row["amount"], row["currency"], row["expires_at"][:4]) for row in rows] == [("50.00", "EUR", "2099")] * 3
    assert find_gift_card(code=rows[0]["code"])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"count": "0"}, "count"),
        ({"amount": "x"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": ""}, "amount"),
        ({"currency": "XQX"}, "currency"),
        ({"expires_at_0": "2020-01-01", "expires_at_1": "00:00"}, "expires_at"),
    ],
)
def test_what_is_wrong_is_shown_on_the_form(pages: Client, wrong: dict[str, str], field: str) -> None:
    response = pages.post(at("add"), ISSUE | wrong)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not CreditAccount.objects.exists()


def test_a_balance_is_corrected_with_a_reason(pages: Client) -> None:
    card, _code = make_card()
    form = {"direction": "-1", "amount": "12.50", "key": "a" * 32}
    assert "note" in pages.post(at("adjust", card.pk), form).context["form"].errors
    for _ in range(2):
        assert pages.post(at("adjust", card.pk), form | {"note": "typed wrong"}).status_code == 302
    card.refresh_from_db()
    assert card.balance == 3750
    entry = card.entries.get(reason="adjusted")
    assert (entry.actor, entry.note) == ("ada", "typed wrong")
    refused = pages.post(at("adjust", card.pk), {**form, "amount": "37.51", "note": "x", "key": "b" * 32})
    assert "not enough" in refused.content.decode()
    page = pages.get(at("change", card.pk)).content.decode()
    assert "typed wrong" in page


def test_a_card_is_blocked_and_unblocked_with_a_reason(pages: Client) -> None:
    card, _code = make_card()
    assert pages.post(at("block", card.pk), {}).status_code == 200
    assert pages.post(at("block", card.pk), {"note": "stolen"}).status_code == 302
    card.refresh_from_db()
    assert not card.is_active
    assert pages.get(at("block", card.pk)).status_code == 404
    assert pages.post(at("unblock", card.pk), {"note": "found"}).status_code == 302
    card.refresh_from_db()
    assert card.is_active
    assert {"stolen", "found"} <= set(LogEntry.objects.values_list("change_message", flat=True))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("kind=gift_card", 3),
        ("kind=store_credit", 1),
        ("state=usable", 2),
        ("state=blocked", 1),
        ("state=expired", 1),
        ("state=empty", 0),
        ("state=nonsense", 4),
    ],
)
def test_the_list_is_narrowed(pages: Client, query: str, count: int) -> None:
    make_card()
    make_card(is_active=False)
    make_card(expired=True)
    give_store_credit(email="ada@example.com", currency="EUR", amount=5, key="a")
    response = pages.get(f"{at('changelist')}?{query}")
    assert response.context["cl"].result_count == count


def test_a_card_is_found_by_the_end_of_its_code_and_by_nothing_else_of_it(pages: Client) -> None:
    card, code = make_card()
    for words, count in ((card.code_end, 1), (code, 0), (card.code_end[:3], 0)):
        assert pages.get(at("changelist"), {"q": words}).context["cl"].result_count == count


@pytest.mark.parametrize(
    ("right", "may_issue", "may_block"), [("view", 403, 403), ("add", 200, 403), ("change", 403, 200)]
)
def test_each_act_has_its_permission(right: str, may_issue: int, may_block: int) -> None:
    card, _code = make_card()
    user = get_user_model().objects.create_user(username="bob", password="secret", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename=f"{right}_creditaccount"))
    client = Client()
    client.force_login(user)
    assert client.get(at("add")).status_code == may_issue
    assert client.get(at("block", card.pk)).status_code == may_block
    assert client.get(at("adjust", card.pk)).status_code == may_block
