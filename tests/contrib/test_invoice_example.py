"""The example of a provider whose money comes later, and of a subscriber of the shop's own."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.utils import formats, timezone

from example_project.shop.invoices import PayByInvoice
from example_project.shop.subscribers import WelcomeFriends
from nexus_commerce.cart.models import Cart
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import place_order
from nexus_commerce.customers.services import get_customer
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.fulfillment.services import ship_order
from nexus_commerce.payments.services import capture_manually
from tests.cart.shopping import ready_cart

pytestmark = pytest.mark.django_db
PATH = "example_project.shop.invoices.PayByInvoice"


@pytest.fixture(autouse=True)
def offers_invoices(settings: Any) -> None:
    given = dict(getattr(settings, "NEXUS_COMMERCE", {}))
    settings.NEXUS_COMMERCE = given | {"PAYMENT_PROVIDERS": {"invoice": {"BACKEND": PATH, "OPTIONS": {"days": 30}}}}


def test_an_order_by_invoice_is_placed_and_may_be_sent_unpaid(channel: Channel, variant: Variant) -> None:
    placed = place_order(cart=ready_cart(channel, variant), provider="invoice")
    assert (placed.order.state, placed.order.payment_state) == ("placed", "unpaid")
    ship_order(order=placed.order)
    assert placed.order.fulfillment_state == "fulfilled"
    provider = PayByInvoice("invoice", {"days": 30})
    day = formats.date_format(timezone.localdate() + timedelta(days=30))
    assert day in provider.instructions(language="en")


@pytest.mark.parametrize(("days", "faults"), [(14, 0), (0, 1), ("x", 1), (-3, 1)])
def test_its_options_are_checked(days: Any, faults: int) -> None:
    assert len(PayByInvoice("invoice", {"days": days}).check()) == faults


def completed(cart: Cart) -> OutboxEvent:
    placed = place_order(cart=cart, provider="invoice")
    ship_order(order=placed.order)
    assert placed.payment is not None
    capture_manually(payment=placed.payment, amount=placed.payment.amount)
    return OutboxEvent.objects.get(type="order.completed", aggregate_id=placed.order.public_id)


def test_whoever_comes_back_is_a_friend(channel: Channel, variant: Variant) -> None:
    customer = get_customer(user=get_user_model().objects.create_user("ada", "ada@example.com", "secret"))
    for is_friend in (False, True):
        cart = ready_cart(channel, variant)
        Cart.objects.filter(pk=cart.pk).update(customer=customer, token_hash=None)
        cart.refresh_from_db()
        WelcomeFriends().handle(completed(cart))
        assert customer.groups.filter(code="friends").exists() is is_friend


def test_a_guest_is_nobody_s_friend(channel: Channel, variant: Variant) -> None:
    WelcomeFriends().handle(completed(ready_cart(channel, variant)))
