"""What staff ask of providers: capturing, giving up, looking up; and what the pages show of it."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client

from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import sweep_checkouts
from nexus_commerce.payments.models import Payment, ProviderNotice, Refund
from nexus_commerce.payments.providers.dummy import DummyBank, DummyProvider
from nexus_commerce.testing.invariants import assert_invariants
from tests.admin.money_pages import act, fresh, messages_of, order_of, page, staff_with
from tests.checkout.paying import let_time_pass

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sound(channel: Channel) -> Iterator[None]:
    yield
    assert_invariants()


def payment_of(channel: Channel, script: str = "approve") -> Payment:
    return order_of(channel, 2, script=script).payments.select_related("order").get()


class TestCapturing:
    def test_a_part_and_then_the_rest(self, pages: Client, channel: Channel, holding_bank: DummyBank) -> None:
        payment = payment_of(channel)
        form = pages.get(page(payment, "capture")).context["form"]
        assert form.initial["amount"] == "20.00"
        assert "The provider holds €20.00" in str(form.consequences()[0])

        assert messages_of(act(pages, payment, "capture", amount="5.00")) == ["€5.00 were taken."]
        assert (fresh(payment).state, fresh(payment).captured) == ("partially_captured", 500)
        act(pages, payment, "capture")

        assert (fresh(payment).state, fresh(payment.order).payment_state) == ("captured", "paid")
        assert [charge.amount for charge in holding_bank.charges()] == [500, 1500]
        assert page(payment, "capture") not in pages.get(page(payment)).content.decode()

    @pytest.mark.parametrize("typed", ["20.01", "0", "x", ""])
    def test_what_cannot_be_taken_is_said(
        self, pages: Client, channel: Channel, holding_bank: DummyBank, typed: str
    ) -> None:
        payment = payment_of(channel)
        assert "amount" in act(pages, payment, "capture", amount=typed).context["form"].errors
        assert not holding_bank.charges()

    def test_all_or_nothing(
        self, pages: Client, channel: Channel, holding_bank: DummyBank, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(DummyProvider, "can_capture_partially", False)
        payment = payment_of(channel)
        act(pages, payment, "capture", amount="5.00")
        assert fresh(payment).captured == 2000

    def test_a_refusal_is_said(self, pages: Client, channel: Channel, holding_bank: DummyBank) -> None:
        payment = payment_of(channel, "refuse:capture")
        reply = act(pages, payment, "capture")
        assert "The provider refused: capture refused." in str(reply.context["form"].non_field_errors())
        assert (fresh(payment).state, fresh(payment).operation) == ("authorized", "")

    def test_a_lost_answer_is_asked_for_again(self, pages: Client, channel: Channel, holding_bank: DummyBank) -> None:
        payment = payment_of(channel, "lost_reply:capture")
        reply = act(pages, payment, "capture")
        assert "The provider has not answered. It will be asked again" in messages_of(reply)[0]
        shown = reply.content.decode()
        assert "is being asked to capture €20.00" in shown
        assert page(payment, "capture") not in shown
        assert "is being asked to capture €20.00" in pages.get(page(payment.order)).content.decode()
        let_time_pass()
        sweep_checkouts()
        assert (fresh(payment).state, fresh(payment).operation) == ("captured", "")
        assert len(holding_bank.charges()) == 1

    def test_a_payment_that_changed_is_looked_at_again(
        self, pages: Client, channel: Channel, holding_bank: DummyBank
    ) -> None:
        payment = payment_of(channel)
        old = payment.version
        act(pages, payment, "capture", amount="5.00")
        reply = pages.post(page(payment, "capture"), {"version": old, "amount": "5.00"})
        assert "was changed in the meantime" in reply.content.decode()
        assert fresh(payment).captured == 500


class TestGivingUp:
    def test_what_is_held_is_given_up(self, pages: Client, channel: Channel, holding_bank: DummyBank) -> None:
        payment = payment_of(channel)
        assert "€20.00 that the provider holds are given up" in str(
            pages.get(page(payment, "void")).context["form"].consequences()[0]
        )
        assert messages_of(act(pages, payment, "void")) == ["The payment is voided."]
        assert (fresh(payment).state, fresh(payment.order).payment_state) == ("voided", "unpaid")
        assert holding_bank.payments()[0].status == "voided"

    def test_without_an_answer(self, pages: Client, channel: Channel, holding_bank: DummyBank) -> None:
        payment = payment_of(channel, "time_out:void")
        assert "The provider has not answered" in messages_of(act(pages, payment, "void"))[0]
        assert fresh(payment).operation == "void"

    def test_what_was_captured_is_not(self, pages: Client, channel: Channel, bank: DummyBank) -> None:
        payment = payment_of(channel)
        assert page(payment, "void") not in pages.get(page(payment)).content.decode()
        assert pages.post(page(payment, "void"), {}).status_code == 404


class TestAskingAgain:
    def test_the_order_follows_the_answer(self, pages: Client, channel: Channel, bank: DummyBank) -> None:
        payment = payment_of(channel, "lost_reply")
        assert "Nobody knows yet whether this payment went through." in pages.get(page(payment)).content.decode()
        reply = act(pages, payment, "ask_again")
        assert messages_of(reply) == [
            f"The provider has answered: the payment is captured. Order {payment.order} is placed."
        ]
        assert fresh(payment.order).state == "placed"
        assert len(bank.charges()) == 1

    def test_without_an_answer(self, pages: Client, channel: Channel, bank: DummyBank) -> None:
        payment = payment_of(channel, "time_out,time_out:fetch")
        assert "The provider has not answered" in messages_of(act(pages, payment, "ask_again"))[0]
        assert (fresh(payment).state, fresh(payment.order).state) == ("unknown", "pending")

    def test_refunds_are_asked_about_too(self, pages: Client, channel: Channel, bank: DummyBank) -> None:
        payment = payment_of(channel, "refund_pending")
        act(pages, payment.order, "cancel", reason="x")
        assert Refund.objects.get().state == "pending"
        let_time_pass()
        act(pages, payment, "ask_again")
        assert Refund.objects.get().state == "succeeded"


@pytest.mark.parametrize("action", ["capture", "void", "ask_again"])
def test_each_action_asks_for_its_permission(action: str, channel: Channel, holding_bank: DummyBank) -> None:
    payment = payment_of(channel)
    eve = staff_with("view_payment", "change_order", "add_refund", "change_refund")
    assert page(payment, action) not in eve.get(page(payment)).content.decode()
    assert eve.post(page(payment, action), {"version": payment.version, "amount": "1.00"}).status_code == 403
    assert (fresh(payment).captured, fresh(payment).operation) == (0, "")


def test_the_page_shows_facts_and_messages(pages: Client, channel: Channel, bank: DummyBank) -> None:
    payment = payment_of(channel)
    ProviderNotice.objects.create(payment=payment, provider="dummy", provider_event="evt_7", type="payment.captured")
    lost = ProviderNotice.objects.create(provider="dummy", provider_event="evt_8", type="payment.captured")
    shown = pages.get(page(payment)).content.decode()
    assert f"{payment.public_id}:captured:2000" in shown
    assert "evt_7" in shown
    assert "evt_8" not in shown
    assert "evt_8" in pages.get(page(lost)).content.decode()


@pytest.mark.django_db(transaction=True)
def test_nobody_is_asked_inside_a_transaction(
    pages: Client, channel: Channel, holding_bank: DummyBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the project wraps each request in one: the provider itself refuses to be asked there."""
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    payment = payment_of(channel)
    order = payment.order
    assert messages_of(act(pages, payment, "capture", amount="5.00")) == ["€5.00 were taken."]
    assert "The provider has answered" in messages_of(act(pages, payment, "ask_again"))[0]
    shown = act(pages, order, "refund", extra="1.00", reason="x")
    act(pages, order, "refund", extra="1.00", reason="x", confirmed=shown.context["confirmation"])
    assert [movement.amount for movement in holding_bank.movements(kind="refund")] == [100]
    act(pages, order, "cancel", reason="x")
    assert (fresh(order).state, fresh(order).payment_state) == ("canceled", "refunded")
    held = payment_of(channel)
    assert messages_of(act(pages, held, "void")) == ["The payment is voided."]
