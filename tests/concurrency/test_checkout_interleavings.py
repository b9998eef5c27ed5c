"""Somebody comes in between at every point of a checkout: the shopper again, the shopper who gives up, the sweeper who
thinks that all is over, the provider with a message. One order and one charge, or neither."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nexus_commerce.cart.models import Cart
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.errors import CheckoutNotPending
from nexus_commerce.checkout.services import abandon_checkout, bring_up_to_date, place_order, sweep_checkouts
from nexus_commerce.core.failpoints import FAILPOINTS
from nexus_commerce.inventory.models import StockItem
from nexus_commerce.inventory.services import sweep_reservations
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.errors import PaymentBusy, PaymentDeclined
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.providers.dummy import DummyBank, DummyProvider
from nexus_commerce.payments.services import operations
from nexus_commerce.payments.services.gift_cards import issue_gift_card
from nexus_commerce.testing.factories import make_product
from nexus_commerce.testing.invariants import assert_invariants
from tests.cart.shopping import ready_cart
from tests.checkout.paying import let_time_pass, online_shop
from tests.concurrency.pausing import Interleaved, interleave

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

POINTS = [point for point in FAILPOINTS if point.startswith(("checkout.", "payment."))]
CARD = 300


class Sale:
    """A cart with the last unit in it, to be paid with a gift card and online."""

    def __init__(self, channel: Channel, bank: DummyBank) -> None:
        self.bank = bank
        self.variant = make_product(channel=channel, amount=1000, stock=1).variants.get()
        self.card, self.code = issue_gift_card(amount=CARD, currency="EUR")
        self.cart = ready_cart(channel, self.variant)

    def buy(self, script: str = "approve") -> Any:
        cart = Cart.objects.select_related("channel").get(pk=self.cart.pk)
        return place_order(
            cart=cart, provider="dummy", payment_data={"token": script}, gift_cards=[self.code], actor="shopper"
        )

    def abandon(self) -> Any:
        order = Order.objects.exclude(state="expired").filter(cart=self.cart).first()
        return order and abandon_checkout(order=order)

    def sweep(self) -> int:
        let_time_pass()
        sweep_reservations()
        return sweep_checkouts()

    def notify(self) -> None:
        for payment in Payment.objects.filter(order__cart=self.cart, provider="dummy").select_related("order"):
            bring_up_to_date(payment=payment)

    def charges(self) -> list[int]:
        payments = Payment.objects.filter(order__cart=self.cart)
        refs = [row.ref for payment in payments for row in self.bank.payments(payment.public_id)]
        return [charge.amount for ref in refs for charge in self.bank.charges(ref)]

    def states(self) -> list[str]:
        return sorted(Order.objects.filter(cart=self.cart).values_list("state", flat=True))

    def assert_sound(self) -> None:
        """Paid once and placed, or neither, with nothing held."""
        item = StockItem.objects.get(variant=self.variant)
        self.cart.refresh_from_db()
        self.card.refresh_from_db()
        is_sold = "placed" in self.states()
        assert set(self.states()) <= {"placed", "expired"}
        assert self.charges() == ([1000 - CARD] if is_sold else [])
        assert (item.allocated, item.reserved) == (int(is_sold), 0)
        assert self.cart.state == ("ordered" if is_sold else "open")
        assert self.card.balance == (0 if is_sold else CARD)
        assert not Payment.objects.exclude(operation="").exists()


OTHERS: dict[str, Callable[[Sale], Any]] = {
    "buys again": Sale.buy,
    "gives up": Sale.abandon,
    "sweeps": Sale.sweep,
    "notifies": Sale.notify,
}


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[DummyBank]:
    with online_shop(tmp_path) as bank:
        yield bank


def come_between(sale: Sale, point: str, who: str) -> Interleaved:
    return interleave(point, sale.buy, lambda: OTHERS[who](sale))


@pytest.mark.parametrize("who", OTHERS)
def test_whoever_comes_in_between_there_is_one_order_and_one_charge(
    channel: Channel, bank: DummyBank, who: str
) -> None:
    for point in POINTS:
        sale = Sale(channel, bank)
        found = come_between(sale, point, who)
        assert found.was_reached, point
        allowed = (PaymentDeclined, PaymentBusy, CheckoutNotPending)
        for result in (found.stopped, found.other):
            assert not isinstance(result, Exception) or isinstance(result, allowed), (point, result)
        while sale.sweep():
            continue
        sale.assert_sound()
    assert_invariants()


@pytest.mark.parametrize("who", ["gives up", "sweeps"])
def test_nobody_is_charged_for_what_was_given_up_before_the_provider_was_asked(
    channel: Channel, bank: DummyBank, who: str
) -> None:
    sale = Sale(channel, bank)
    found = come_between(sale, "checkout.prepared", who)
    assert isinstance(found.stopped, PaymentDeclined)
    assert sale.charges() == []
    sale.assert_sound()
    assert sale.buy().order.state == "placed"
    sale.assert_sound()


def test_mutant_that_starts_any_payment_charges_for_what_was_given_up(
    channel: Channel, bank: DummyBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "CAN_START", ("pending", "unknown", "requires_action", "voided"))
    sale = Sale(channel, bank)
    come_between(sale, "checkout.prepared", "gives up")
    assert (sale.states(), sale.charges()) == (["review"], [1000 - CARD])


def test_who_buys_again_what_was_paid_too_late_pays_nothing_more(
    channel: Channel, bank: DummyBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A provider says that it gave a payment up, and takes the money all the same."""
    sale = Sale(channel, bank)
    with monkeypatch.context() as patch:
        patch.setattr(DummyProvider, "void", lambda self, ref, key: replace(self.fetch(ref), status="voided"))
        sale.buy("needs_action")
        assert sale.abandon().state == "expired"
    bank.approve(bank.payments()[0].ref)
    sale.notify()
    assert (sale.states(), sale.charges()) == (["review"], [1000 - CARD])
    again = sale.buy()
    assert (again.order.state, again.is_new) == ("review", False)
    assert sale.charges() == [1000 - CARD]
    assert_invariants()


def test_what_was_sold_meanwhile_gives_the_gift_card_back(channel: Channel, tmp_path: Path) -> None:
    with online_shop(tmp_path, capture="manual") as bank:
        sale, other = Sale(channel, bank), Sale(channel, bank)
        other.variant, other.cart = sale.variant, ready_cart(channel, sale.variant)

        def sell_to_somebody_else() -> Any:
            let_time_pass()
            sweep_reservations()
            return place_order(cart=other.cart)

        found = interleave("checkout.before_finalize", sale.buy, sell_to_somebody_else)
        assert found.other.order.state == "placed"
        assert isinstance(found.stopped, PaymentDeclined)
        for _ in range(3):
            let_time_pass()
            sweep_checkouts()
        sale.card.refresh_from_db()
        assert (sale.states(), sale.card.balance, sale.charges()) == (["expired"], CARD, [])
        assert_invariants()
