from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings
from pytest_django import DjangoCaptureOnCommitCallbacks

from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import place_order
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.signals import order_paid
from nexus_commerce.payments.errors import CaptureRefused, UnknownProvider
from nexus_commerce.payments.models import Payment, PaymentEvent
from nexus_commerce.payments.providers.base import PaymentProvider
from nexus_commerce.payments.services import capture_manually, get_provider, provider_aliases
from tests.cart.shopping import ready_cart

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]
MANUAL = "nexus_commerce.payments.providers.manual.ManualProvider"
CASH = {"cash": {"BACKEND": MANUAL, "OPTIONS": {"name": "Cash", "instructions": "Pay at the door."}}}


class Online(PaymentProvider):
    """A provider that asks somebody."""


@pytest.fixture
def payment(channel: Channel, variant: Variant) -> Payment:
    payment = place_order(cart=ready_cart(channel, variant)).payment
    assert payment is not None
    return payment


def test_money_that_comes_in_parts_pays_the_order(
    payment: Payment, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    paid: list[str] = []

    def hear(sender: object, order: Order, **kwargs: Any) -> None:
        paid.append(order.number)

    order_paid.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            capture_manually(payment=payment, amount=400, actor="ann", note="first half")
            assert Order.objects.get().payment_state == "partially_paid"
            capture_manually(payment=payment, amount=600, actor="ann")
    finally:
        order_paid.disconnect(hear)

    order = Order.objects.get()
    payment.refresh_from_db()
    assert (order.payment_state, order.captured, order.paid_at is not None) == ("paid", 1000, True)
    assert (payment.state, payment.captured, payment.version) == ("captured", 1000, 3)
    assert [event.amount for event in PaymentEvent.objects.order_by("id")] == [400, 1000]
    assert set(OutboxEvent.objects.filter(aggregate="payment").values_list("version", flat=True)) == {2, 3}
    assert OutboxEvent.objects.filter(type="order.paid").count() == 1
    assert paid == [order.number]


@pytest.mark.parametrize("amount", [0, -1, 1001, 2**70])
def test_no_more_is_booked_than_is_left_to_pay(payment: Payment, amount: int) -> None:
    with pytest.raises(CaptureRefused, match="1000 minor units") as caught:
        capture_manually(payment=payment, amount=amount)
    assert caught.value.field == "amount"
    payment.refresh_from_db()
    assert payment.captured == 0
    assert not PaymentEvent.objects.exists()


def test_stale_copies_book_no_money_twice(payment: Payment) -> None:
    stale = Payment.objects.get()
    capture_manually(payment=payment, amount=1000)
    with pytest.raises(CaptureRefused):
        capture_manually(payment=stale, amount=1000)
    assert Order.objects.get().captured == 1000


def test_the_providers_of_the_settings_are_those_on_offer() -> None:
    assert provider_aliases() == ["manual"]
    with override_settings(NEXUS_COMMERCE={"PAYMENT_PROVIDERS": CASH}):
        assert provider_aliases() == ["cash"]
        cash = get_provider(alias="cash")
        assert (cash.name, cash.instructions(language="en")) == ("Cash", "Pay at the door.")
        with pytest.raises(UnknownProvider, match="Choose one of: cash"):
            get_provider(alias="manual")


def test_the_manual_provider_tells_what_to_do() -> None:
    assert "order number" in get_provider(alias="manual").instructions(language="en")
    assert PaymentProvider("x", {}).instructions(language="en") == ""


def test_money_of_an_online_provider_is_not_booked_by_hand(payment: Payment) -> None:
    online = {"online": {"BACKEND": f"{__name__}.Online", "OPTIONS": {}}}
    Payment.objects.update(provider="online")
    with override_settings(NEXUS_COMMERCE={"PAYMENT_PROVIDERS": online}), pytest.raises(CaptureRefused):
        capture_manually(payment=payment, amount=1000)


def test_the_database_refuses_to_capture_more_than_was_authorized(payment: Payment) -> None:
    mine = Payment.objects.filter(pk=payment.pk)
    mine.update(authorized=600, captured=600)
    with pytest.raises(IntegrityError), transaction.atomic():
        mine.update(captured=601)
    mine.update(authorized=0, captured=1000)


def test_a_providers_reference_and_event_exist_once(payment: Payment) -> None:
    terms = {"payment": payment, "provider": "x", "provider_event": "e1", "type": "captured"}
    PaymentEvent.objects.create(**terms)
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentEvent.objects.create(**terms)
    Payment.objects.filter(pk=payment.pk).update(provider_ref="p1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(
            order=payment.order, provider=payment.provider, provider_ref="p1", currency="EUR", amount=1
        )
