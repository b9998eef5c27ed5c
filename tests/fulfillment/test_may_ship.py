"""Which orders may leave."""

import pytest
from django.test import override_settings

from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import place_order
from nexus_commerce.fulfillment.errors import NotShippable
from nexus_commerce.fulfillment.policies import FulfillmentPolicy
from nexus_commerce.fulfillment.services import create_shipment, ship_order, ship_shipment
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import Payment
from nexus_commerce.payments.services import capture_manually
from nexus_commerce.testing.factories import make_product
from tests.cart.shopping import ready_cart
from tests.fulfillment.parcels import fresh, paid_order, stocked, unpaid_order

pytestmark = [pytest.mark.django_db]

MANUAL = "nexus_commerce.payments.providers.manual.ManualProvider"
ON_DELIVERY = {
    "PAYMENT_PROVIDERS": {
        "manual": {"BACKEND": MANUAL},
        "delivery": {"BACKEND": MANUAL, "OPTIONS": {"ships_unpaid": True}},
    }
}


class OnAccount(FulfillmentPolicy):
    """Sends to everybody."""

    def may_ship(self, *, order: Order) -> bool:
        return True


@pytest.fixture
def unpaid(channel: Channel) -> Order:
    return unpaid_order(channel, (stocked(channel), 2))


def pay_by(order: Order, *given: tuple[str, str, int, int]) -> None:
    """Let the payments of an order be these: provider, state, amount, authorized or captured."""
    Payment.objects.filter(order=order).delete()
    for provider, state, amount, held in given:
        column = "authorized" if state == "authorized" else "captured"
        row = {"provider": provider, "state": state, "amount": amount, column: held, "currency": order.currency}
        if column == "captured":
            row["authorized"] = held
        Payment.objects.create(order=order, **row)


@pytest.mark.parametrize("case", ["I20"])
@pytest.mark.parametrize("state", ["unpaid", "partially_paid", "refunded"])
def test_what_is_not_paid_stays(unpaid: Order, state: str, case: str) -> None:
    Order.objects.filter(pk=unpaid.pk).update(payment_state=state)
    for act in (create_shipment, ship_order):
        with pytest.raises(NotShippable) as refused:
            act(order=unpaid)
        assert refused.value.params == {"state": "placed", "payment_state": state}


@pytest.mark.parametrize("state", ["paid", "authorized", "partially_refunded"])
def test_what_is_paid_or_held_goes(unpaid: Order, state: str) -> None:
    Order.objects.filter(pk=unpaid.pk).update(payment_state=state)
    assert ship_order(order=unpaid).state == "shipped"


def test_money_that_went_back_meanwhile_stops_a_shipment(channel: Channel) -> None:
    order = paid_order(channel, (stocked(channel), 2))
    shipment = create_shipment(order=order)
    Order.objects.filter(pk=order.pk).update(payment_state="refunded")
    with pytest.raises(NotShippable):
        ship_shipment(shipment=shipment)


@override_settings(NEXUS_COMMERCE=ON_DELIVERY)
@pytest.mark.parametrize(
    ("payments", "goes"),
    [
        ([("delivery", "pending", 2000, 0)], True),
        ([("manual", "pending", 2000, 0)], False),
        ([("delivery", "voided", 2000, 0)], False),
        ([("delivery", "failed", 2000, 0)], False),
        ([("manual", "captured", 500, 500), ("delivery", "pending", 1500, 0)], True),
        ([("manual", "authorized", 500, 500), ("delivery", "pending", 1500, 0)], True),
        ([("manual", "pending", 500, 0), ("delivery", "pending", 1500, 0)], False),
        ([("gone", "pending", 2000, 0)], False),
        ([], False),
    ],
)
def test_money_that_comes_later_counts_where_the_provider_allows_it(
    unpaid: Order, payments: list[tuple[str, str, int, int]], goes: bool
) -> None:
    pay_by(unpaid, *payments)
    if goes:
        ship_order(order=unpaid)
        assert (fresh(unpaid).fulfillment_state, fresh(unpaid).state) == ("fulfilled", "placed")
    else:
        with pytest.raises(NotShippable):
            ship_order(order=unpaid)


@override_settings(NEXUS_COMMERCE={"FULFILLMENT_POLICY": f"{__name__}.OnAccount"})
def test_a_host_decides_for_itself(unpaid: Order) -> None:
    assert ship_order(order=unpaid).state == "shipped"


def test_an_order_of_nothing_to_pay_goes(channel: Channel) -> None:
    free = make_product(channel=channel, amount=0, stock=3).variants.get()
    order = unpaid_order(channel, (free, 1))
    assert ship_order(order=order).state == "shipped"


@override_settings(NEXUS_COMMERCE=ON_DELIVERY)
def test_an_order_paid_on_delivery_is_completed_when_the_money_comes(channel: Channel) -> None:
    cart = ready_cart(channel, stocked(channel))
    order = place_order(cart=cart, provider="delivery").order
    ship_order(order=order)
    assert (order.state, order.payment_state, order.fulfillment_state) == ("placed", "unpaid", "fulfilled")
    capture_manually(payment=order.payments.get(), amount=order.total)
    assert fresh(order).state == "completed"
