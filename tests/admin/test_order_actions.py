"""Canceling and accepting orders in the admin: told before, done once, and never to an order that changed meanwhile."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db.models import F
from django.test import Client
from django.utils.html import escape

from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import bring_up_to_date, place_order, sweep_checkouts
from nexus_commerce.fulfillment.services import create_shipment, ship_order
from nexus_commerce.inventory.models import Allocation, Reservation, StockItem
from nexus_commerce.inventory.services import sweep_reservations
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import Payment, Refund
from nexus_commerce.payments.providers.dummy import DummyBank
from nexus_commerce.payments.services import capture_manually
from nexus_commerce.payments.services.gift_cards import issue_gift_card
from nexus_commerce.testing.invariants import assert_invariants
from tests.admin.money_pages import act, fresh, goods, messages_of, order_of, page, staff_with
from tests.cart.shopping import ready_cart
from tests.checkout.paying import let_time_pass, online_shop

pytestmark = pytest.mark.django_db

TAMPERED = {
    "test_late_money_is_accepted": {"orders.history"},
    "test_stock_that_is_gone_is_said_and_nothing_is_done": {"stock.counters"},
}
"""Tests that write rows themselves, and what cannot hold after that."""


@pytest.fixture(autouse=True)
def sound(request: pytest.FixtureRequest, channel: Channel) -> Iterator[None]:
    yield
    assert_invariants(but=TAMPERED.get(request.function.__name__, ()))


def told(client: Client, order: Order, action: str) -> str:
    """Return what the page of an action says will happen."""
    return " ".join(map(str, client.get(page(order, action)).context["form"].consequences()))


class TestCanceling:
    def test_it_says_what_will_happen_and_does_it(self, pages: Client, channel: Channel, bank: DummyBank) -> None:
        order = order_of(channel, 2)
        create_shipment(order=order)
        text = told(pages, order, "cancel")
        assert "2 units of stock are released." in text
        assert "1 shipment that waits is canceled." in text
        assert "€20.00 are refunded through the provider" in text

        reply = act(pages, order, "cancel", reason="changed their mind")

        assert messages_of(reply) == [f"Order {order.number} is canceled."]
        assert (fresh(order).state, fresh(order).payment_state) == ("canceled", "refunded")
        assert sum(movement.amount for movement in bank.movements(kind="refund")) == 2000
        event = fresh(order).events.get(type="state", to_state="canceled")
        assert (event.actor, event.note) == ("ada", "changed their mind")
        assert Refund.objects.get().reason == "changed their mind"
        assert StockItem.objects.get().allocated == 0
        assert page(order, "cancel") not in reply.content.decode()

    def test_a_reason_is_required(self, pages: Client, channel: Channel, bank: DummyBank) -> None:
        order = order_of(channel)
        assert "reason" in act(pages, order, "cancel").context["form"].errors
        assert fresh(order).state == "placed"

    def test_what_is_held_is_given_up(self, pages: Client, channel: Channel, holding_bank: DummyBank) -> None:
        order = order_of(channel)
        assert "€10.00 that the provider holds are given up" in told(pages, order, "cancel")
        act(pages, order, "cancel", reason="x")
        assert Payment.objects.get().state == "voided"
        assert holding_bank.payments()[0].status == "voided"

    def test_money_that_came_outside_waits_for_people(self, pages: Client, channel: Channel) -> None:
        order = place_order(cart=ready_cart(channel, goods(channel))).order
        assert "No money is awaited" in told(pages, order, "cancel")
        capture_manually(payment=order.payments.get(), amount=1000)
        assert "send them back, then confirm the refund" in told(pages, order, "cancel")

        reply = act(pages, order, "cancel", reason="x")

        assert "send it back, then confirm" in messages_of(reply)[1]
        refund = Refund.objects.get()
        assert refund.state == "pending"
        assert "Send back €10.00 outside the shop" in reply.content.decode()
        assert page(refund) in reply.content.decode()

    def test_a_gift_card_gets_its_money_back(self, pages: Client, channel: Channel, bank: DummyBank) -> None:
        card, code = issue_gift_card(amount=300, currency="EUR")
        order = order_of(channel, gift_cards=[code])
        text = told(pages, order, "cancel")
        assert "€3.00 go back to the balance" in text
        assert "€7.00 are refunded through the provider" in text
        act(pages, order, "cancel", reason="x")
        assert fresh(card).balance == 300

    def test_a_provider_that_is_down_is_asked_again(self, pages: Client, channel: Channel, bank: DummyBank) -> None:
        order = order_of(channel, script="time_out:refund")
        reply = act(pages, order, "cancel", reason="x")
        assert messages_of(reply)[0] == f"Order {order.number} is canceled."
        assert "The provider has not answered. It will be asked again" in messages_of(reply)[1]
        assert "the provider has not answered yet" in reply.content.decode()
        assert (fresh(order).state, Refund.objects.get().state) == ("canceled", "pending")

    def test_a_lost_answer_is_found_by_the_sweeper(self, pages: Client, channel: Channel, bank: DummyBank) -> None:
        order = order_of(channel, script="lost_reply:refund")
        act(pages, order, "cancel", reason="x")
        let_time_pass()
        sweep_checkouts()
        assert len(bank.movements(kind="refund")) == 1
        assert fresh(order).payment_state == "refunded"

    def test_what_was_sent_is_not_canceled(self, pages: Client, channel: Channel, bank: DummyBank) -> None:
        order = order_of(channel, 2)
        ship_order(order=order)
        assert page(order, "cancel") not in pages.get(page(order)).content.decode()
        assert pages.get(page(order, "cancel")).status_code == 404

    def test_sent_while_staff_looked_at_the_page(self, pages: Client, channel: Channel, bank: DummyBank) -> None:
        order = order_of(channel, 2)
        typed = {"version": order.version, "reason": "x"}
        ship_order(order=order)
        reply = pages.post(page(order, "cancel"), typed, follow=True)
        assert messages_of(reply) == [f"{order.number} was changed in the meantime, and this cannot be done any more."]
        assert fresh(order).state == "completed"


class TestAnOrderThatChangedMeanwhile:
    def test_it_is_shown_again_and_not_canceled(self, pages: Client, channel: Channel, bank: DummyBank) -> None:
        order = order_of(channel, 2)
        old = order.version
        act(pages, order, "refund", extra="1.00", reason="late", confirmed=confirmation(pages, order, extra="1.00"))
        reply = pages.post(page(order, "cancel"), {"version": old, "reason": "x"})
        assert "was changed in the meantime. This is how it is now" in reply.content.decode()
        assert "€19.00 are refunded" in reply.content.decode()
        assert fresh(order).state == "placed"

        again = pages.post(page(order, "cancel"), {"version": reply.context["form"]["version"].value(), "reason": "x"})

        assert again.status_code == 302
        assert fresh(order).state == "canceled"

    def test_the_service_looks_under_its_lock(
        self, pages: Client, channel: Channel, bank: DummyBank, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Somebody changes the order after the form was checked, and before the service takes its lock."""
        order = order_of(channel, 2)
        from nexus_commerce.admin import order_actions

        def slowly(order: Order) -> list[Refund]:
            Order.objects.filter(pk=order.pk).update(version=F("version") + 1)
            return []

        monkeypatch.setattr(order_actions, "refunds_by_order", slowly)
        reply = act(pages, order, "cancel", reason="x")
        assert "was changed in the meantime. This is how it is now" in reply.content.decode()
        assert int(reply.context["form"]["version"].value()) == fresh(order).version
        assert fresh(order).state == "placed"


def confirmation(client: Client, order: Order, **typed: Any) -> str:
    return str(act(client, order, "refund", reason="late", **typed).context["confirmation"])


def late_order(channel: Channel, bank: DummyBank) -> Order:
    """Return an order that expired while its shopper paid: in review."""
    order_of(channel, script="needs_action")
    payment = Payment.objects.get()
    Order.objects.update(state="expired")
    Reservation.objects.all().delete()
    StockItem.objects.update(reserved=0)
    bank.approve(payment.provider_ref or "")
    return bring_up_to_date(payment=payment)


class TestReview:
    def test_late_money_is_accepted(self, pages: Client, channel: Channel, bank: DummyBank) -> None:
        order = late_order(channel, bank)
        shown = pages.get(page(order)).content.decode()
        assert "In review." in shown
        assert "The money came after the order had expired." in shown
        assert "Accept it if the goods can still be sent." in shown
        text = told(pages, order, "accept")
        assert "€10.00 of €10.00 are paid." in text

        reply = act(pages, order, "accept", reason="in stock")

        assert messages_of(reply) == [f"Order {order.number} is placed."]
        assert (fresh(order).state, fresh(order).events.get(type="state", to_state="placed").actor) == ("placed", "ada")
        assert Allocation.objects.get().quantity == 1
        assert LogEntry.objects.filter(change_message="in stock").exists()
        assert "In review." not in reply.content.decode()

    def test_stock_that_is_gone_is_said_and_nothing_is_done(
        self, pages: Client, channel: Channel, bank: DummyBank
    ) -> None:
        order_of(channel, script="needs_action")
        payment = Payment.objects.get()
        let_time_pass()
        sweep_reservations()
        StockItem.objects.update(allocated=F("on_hand"))
        bank.approve(payment.provider_ref or "")
        order = bring_up_to_date(payment=payment)
        assert escape("It is paid, and its goods were sold in the meantime.") in pages.get(page(order)).content.decode()
        reply = act(pages, order, "accept", reason="x")
        assert reply.context["form"].non_field_errors()
        assert fresh(order).state == "review"
        act(pages, order, "cancel", reason="gone")
        assert (fresh(order).state, fresh(order).payment_state) == ("canceled", "refunded")

    @pytest.mark.parametrize(
        ("script", "words"),
        [
            ("partial", "Only a part of the money was taken."),
            ("surplus", "More was paid than was asked for."),
            ("other_amount", "over another amount than the order"),
            ("other_currency", "in another currency"),
        ],
    )
    def test_each_reason_is_said_in_words(
        self, pages: Client, channel: Channel, tmp_path: Path, script: str, words: str
    ) -> None:
        with online_shop(tmp_path):
            order = order_of(channel, script=script)
            assert words in pages.get(page(order)).content.decode()
            assert words in told(pages, order, "accept")

    def test_a_placed_order_is_not_accepted_again(self, pages: Client, channel: Channel, bank: DummyBank) -> None:
        assert pages.get(page(order_of(channel), "accept")).status_code == 404


@pytest.mark.parametrize("action", ["cancel", "accept", "refund"])
def test_each_action_asks_for_its_permission(action: str, channel: Channel, bank: DummyBank) -> None:
    order = order_of(channel, script="surplus") if action == "accept" else order_of(channel)
    needed = "add_refund" if action == "refund" else "change_order"
    others = {"view_order", "change_order", "add_refund", "change_payment", "change_refund"} - {needed}
    eve = staff_with(*others)
    assert page(order, action) not in eve.get(page(order)).content.decode()
    assert eve.get(page(order, action)).status_code == 403
    assert eve.post(page(order, action), {"version": order.version, "reason": "x"}).status_code == 403
    assert fresh(order).version == order.version


def test_the_right_permission_is_enough(channel: Channel, bank: DummyBank) -> None:
    order = order_of(channel)
    reply = act(staff_with("view_order", "change_order"), order, "cancel", reason="x")
    assert reply.status_code == 200
    assert fresh(order).state == "canceled"
