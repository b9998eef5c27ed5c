"""Refunds in the admin: priced, shown, confirmed, and carried out once."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import place_order
from nexus_commerce.orders.models import Order, OrderLine
from nexus_commerce.payments.models import CreditAccount, Payment, Refund
from nexus_commerce.payments.providers.dummy import DummyBank
from nexus_commerce.payments.services import capture_manually
from nexus_commerce.payments.services.gift_cards import issue_gift_card
from nexus_commerce.testing.invariants import assert_invariants
from tests.admin.money_pages import act, fresh, goods, messages_of, order_of, page, staff_with
from tests.cart.shopping import ready_cart

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sound(channel: Channel) -> Iterator[None]:
    yield
    assert_invariants()


def units(order: Order, *quantities: int) -> dict[str, Any]:
    lines = OrderLine.objects.filter(order=order).order_by("position")
    return {f"units_{line.pk}": quantity for line, quantity in zip(lines, quantities, strict=False)}


def refund(client: Client, order: Order, **typed: Any) -> Any:
    """Ask for a refund, and confirm what is shown."""
    typed = {"reason": "broken", **typed}
    shown = act(client, order, "refund", **typed)
    return act(client, order, "refund", **typed, confirmed=shown.context["confirmation"])


def test_it_is_shown_before_it_is_done(pages: Client, channel: Channel, bank: DummyBank) -> None:
    order = order_of(channel, 3, 1)
    shown = act(pages, order, "refund", **units(order, 2), extra="1.50", reason="broken")
    text = shown.content.decode()
    assert "Refund €21.50" in text
    assert "€20.00" in text
    assert "€1.50" in text
    assert "go back through the provider" in text
    assert not Refund.objects.exists()

    reply = act(
        pages,
        order,
        "refund",
        **units(order, 2),
        extra="1.50",
        reason="broken",
        confirmed=shown.context["confirmation"],
    )

    assert messages_of(reply) == ["The money was given back."]
    row = Refund.objects.get()
    assert (row.amount, row.state, row.reason, row.actor) == (2150, "succeeded", "broken", "ada")
    assert (row.lines.get().quantity, row.lines.get().amount) == (2, 2000)
    assert [movement.amount for movement in bank.movements(kind="refund")] == [2150]
    text = reply.content.decode()
    assert "2 × " in text
    assert page(row) in text


def test_what_is_confirmed_is_what_was_shown(pages: Client, channel: Channel, bank: DummyBank) -> None:
    order = order_of(channel, 3)
    shown = act(pages, order, "refund", **units(order, 1), reason="x")
    other = act(pages, order, "refund", **units(order, 2), reason="x", confirmed=shown.context["confirmation"])
    assert "Refund €20.00" in other.content.decode()
    assert not Refund.objects.exists()


def test_sent_twice_it_is_done_once(pages: Client, channel: Channel, bank: DummyBank) -> None:
    order = order_of(channel, 3)
    shown = act(pages, order, "refund", **units(order, 1), reason="x")
    typed = {
        **units(order, 1),
        "version": order.version,
        "target": "payment",
        "reason": "x",
        "confirmed": shown.context["confirmation"],
    }
    assert pages.post(page(order, "refund"), typed).status_code == 302
    again = pages.post(page(order, "refund"), typed)
    assert "was changed in the meantime" in again.content.decode()
    assert Refund.objects.count() == 1


def test_everything_is_all_that_is_left(pages: Client, channel: Channel, bank: DummyBank) -> None:
    order = order_of(channel, 3)
    refund(pages, order, **units(order, 1))
    reply = refund(pages, order, everything="on")
    assert fresh(order).payment_state == "refunded"
    assert sum(row.amount for row in Refund.objects.all()) == order.total
    assert page(order, "refund") not in reply.content.decode()
    assert pages.get(page(order, "refund")).status_code == 404


def test_each_line_says_what_is_left_of_it(pages: Client, channel: Channel, bank: DummyBank) -> None:
    order = order_of(channel, 3, 1)
    refund(pages, order, **units(order, 2, 1))
    form = pages.get(page(order, "refund")).context["form"]
    (name,) = [name for name in form.fields if name.startswith("units_")]
    assert form.fields[name].max_value == 1
    assert form.fields[name].help_text.endswith("1 left of 3, €10.00")


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"extra": "30.01"}, "__all__", "At most €30.00 can be refunded."),
        ({"extra": "x"}, "extra", "Give an amount"),
        ({"shipping": "0.01"}, "shipping", "At most €0.00 can be refunded."),
        ({}, "__all__", "Choose what is given back."),
        ({"extra": "1.00", "reason": ""}, "reason", "required"),
        ({"extra": "1.00", "target": "cash"}, "target", "valid choice"),
        ({"extra": "1.00", "payment": "999"}, "payment", "valid choice"),
    ],
)
def test_what_cannot_be_given_back_is_said(
    pages: Client, channel: Channel, bank: DummyBank, typed: dict[str, str], field: str, words: str
) -> None:
    order = order_of(channel, 3)
    errors = act(pages, order, "refund", **{"reason": "x", **typed}).context["form"].errors
    assert words in str(errors[field])
    assert not Refund.objects.exists()


def test_more_units_than_are_left_are_said_at_the_line(pages: Client, channel: Channel, bank: DummyBank) -> None:
    order = order_of(channel, 1)
    errors = act(pages, order, "refund", **units(order, 2), reason="x").context["form"].errors
    assert list(errors) == list(units(order, 2))


def test_it_may_become_store_credit(pages: Client, channel: Channel, bank: DummyBank) -> None:
    order = order_of(channel, 2)
    shown = act(pages, order, "refund", everything="on", target="store_credit", reason="x")
    assert "€20.00 become store credit at once." in shown.content.decode()
    refund(pages, order, everything="on", target="store_credit")
    assert CreditAccount.objects.get().balance == 2000
    assert not bank.movements(kind="refund")


def test_one_payment_can_be_chosen(pages: Client, channel: Channel, bank: DummyBank) -> None:
    card, code = issue_gift_card(amount=300, currency="EUR")
    order = order_of(channel, 1, gift_cards=[code])
    payments = {payment.provider: payment for payment in Payment.objects.all()}
    assert "At most €3.00" in str(
        act(pages, order, "refund", extra="3.01", payment=payments["gift_card"].pk, reason="x").context["form"].errors
    )
    refund(pages, order, extra="2.00", payment=payments["gift_card"].pk)
    card.refresh_from_db()
    assert card.balance == 200
    refund(pages, order, extra="1.00")
    assert Refund.objects.last().payment == payments["dummy"]  # type: ignore[union-attr]


def test_the_payment_of_another_order_cannot(pages: Client, channel: Channel, bank: DummyBank) -> None:
    order, other = order_of(channel, 1), order_of(channel, 1)
    errors = (
        act(pages, order, "refund", extra="1.00", payment=other.payments.get().pk, reason="x").context["form"].errors
    )
    assert list(errors) == ["payment"]


@pytest.mark.parametrize(
    ("script", "state", "words"),
    [
        ("time_out:refund", "pending", "The provider has not answered. It will be asked again"),
        ("refund_pending", "pending", "The provider has not answered. It will be asked again"),
        ("refuse:refund", "failed", "The provider refused the refund"),
    ],
)
def test_what_the_provider_makes_of_it_is_said(
    pages: Client, channel: Channel, bank: DummyBank, script: str, state: str, words: str
) -> None:
    order = order_of(channel, 2, script=script)
    reply = refund(pages, order, everything="on")
    assert words in messages_of(reply)[0]
    assert Refund.objects.get().state == state
    assert fresh(order).refund_pending == (2000 if state == "pending" else 0)


def test_money_that_came_outside_is_confirmed_by_hand(pages: Client, channel: Channel) -> None:
    order = place_order(cart=ready_cart(channel, goods(channel))).order
    capture_manually(payment=order.payments.get(), amount=1000)
    reply = refund(pages, fresh(order), extra="4.00")
    assert "send it back, then confirm the refund" in messages_of(reply)[0]
    row = Refund.objects.get()
    assert page(row, "confirm") in pages.get(page(row)).content.decode()

    done = act(pages, row, "confirm", note="transfer 7")

    assert messages_of(done) == ["€4.00 count as refunded."]
    assert (fresh(row).state, fresh(order).refunded) == ("succeeded", 400)
    assert fresh(order).events.filter(note="transfer 7", actor="ada").exists()
    assert pages.get(page(row, "confirm")).status_code == 404


def test_a_refund_is_confirmed_by_who_may(channel: Channel) -> None:
    order = place_order(cart=ready_cart(channel, goods(channel))).order
    capture_manually(payment=order.payments.get(), amount=1000)
    refund(staff_with("view_order", "add_refund"), fresh(order), extra="4.00")
    row = Refund.objects.get()
    eve = Client()
    eve.login(username="eve", password="secret")
    assert eve.post(page(row, "confirm"), {}).status_code == 403
    assert fresh(row).state == "pending"


def test_a_refund_of_a_provider_is_not_confirmed_by_hand(pages: Client, channel: Channel, bank: DummyBank) -> None:
    refund(pages, order_of(channel, 2, script="time_out:refund"), everything="on")
    row = Refund.objects.get()
    assert page(row, "confirm") not in pages.get(page(row)).content.decode()
    assert pages.post(page(row, "confirm"), {}).status_code == 404
