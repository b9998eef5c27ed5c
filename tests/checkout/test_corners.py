"""Corners that the state machine, or a look at it, found."""

from contextlib import suppress

import pytest

from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import abandon_checkout, refund_order, sweep_checkouts
from nexus_commerce.inventory.services import sweep_reservations
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.errors import PaymentBusy
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.providers.dummy import DummyBank
from nexus_commerce.payments.services import RefundRequest
from nexus_commerce.payments.services.gift_cards import issue_gift_card
from nexus_commerce.testing.factories import make_variant
from nexus_commerce.testing.invariants import assert_invariants
from tests.cart.shopping import ready_cart
from tests.checkout.paying import buy, let_time_pass

pytestmark = pytest.mark.django_db


def test_a_payment_that_may_have_begun_can_be_given_up(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    """The reply to its start was lost: nobody knows its reference."""
    placed = buy(ready_cart(channel, variant), "lost_reply:start")
    with suppress(PaymentBusy):
        abandon_checkout(order=placed.order)
    for _ in range(3):
        let_time_pass()
        sweep_checkouts()
        sweep_reservations()
    order = Order.objects.get()
    assert (order.state, Payment.objects.get().operation) == ("expired", "")
    assert [payment.status for payment in bank.payments()] == ["voided"]
    assert_invariants()


def test_everything_that_is_left_is_refunded_once(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    """A part went back for nothing in particular: what is left covers only some of the lines."""
    order = buy(ready_cart(channel, variant, make_variant(channel=channel, amount=500, stock=5))).order
    refund_order(order=order, request=RefundRequest(extra=1200))
    refund_order(order=order, request=RefundRequest(everything=True))
    order.refresh_from_db()
    assert (order.payment_state, order.refunded) == ("refunded", 1500)
    assert_invariants()


def test_what_could_not_be_refunded_can_be_asked_for_again(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    order = buy(ready_cart(channel, variant, make_variant(channel=channel, amount=500, stock=5)), "approve").order
    refund_order(order=order, request=RefundRequest(extra=1200))
    bank.rescript(bank.payments()[0].ref, "refund_fails")
    refund_order(order=order, request=RefundRequest(everything=True))
    order.refresh_from_db()
    assert (order.refunded, order.refund_pending) == (1200, 0)
    assert list(order.lines.values_list("refunded_quantity", "refunded_amount")) == [(0, 0), (0, 0)]
    assert_invariants()


def test_a_gift_card_gets_its_money_back_last(channel: Channel, variant: Variant, bank: DummyBank) -> None:
    card, code = issue_gift_card(amount=300, currency="EUR")
    order = buy(ready_cart(channel, variant), gift_cards=[code]).order
    refund_order(order=order, request=RefundRequest(extra=700))
    card.refresh_from_db()
    assert (card.balance, sum(movement.amount for movement in bank.movements(kind="refund"))) == (0, 700)
    refund_order(order=order, request=RefundRequest(everything=True))
    card.refresh_from_db()
    assert card.balance == 300
