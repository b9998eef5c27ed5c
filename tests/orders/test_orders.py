from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import place_order
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.customers.models import Customer
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.orders.errors import IllegalOrderState, OrderNotFound
from nexus_commerce.orders.flows import payment_state_of
from nexus_commerce.orders.models import Order, OrderEvent, OrderLine
from nexus_commerce.orders.policies import ALPHABET, OrderNumberPolicy, check_character
from nexus_commerce.orders.services import OrderSnapshot, change_state, find_order, renew_access, write_order
from nexus_commerce.testing.factories import make_customer
from tests.cart.shopping import put, ready_cart

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


class TwoNumbers(OrderNumberPolicy):
    """Numbers that soon run into each other."""

    made: list[str] = []

    def make(self) -> str:
        self.made.append("x")
        return "FIRST" if len(self.made) < 4 else f"LATER-{len(self.made)}"


class OneNumber(OrderNumberPolicy):
    """Always the same."""

    def make(self) -> str:
        return "ONLY"


def columns(channel: Channel, **more: Any) -> dict[str, Any]:
    return {
        "channel": channel,
        "currency": channel.currency,
        "language": "en",
        "time_zone": "UTC",
        "prices_include_tax": False,
        "display_tax": False,
        "subtotal": 1000,
        "total": 1000,
        "defaults_version": "1",
    } | more


def make_order(channel: Channel, **more: Any) -> Order:
    return write_order(snapshot=OrderSnapshot(columns(channel, **more), [], {}))


def test_numbers_tell_nothing_and_carry_a_check_character() -> None:
    numbers = {OrderNumberPolicy().make() for _ in range(200)}
    assert len(numbers) == 200
    for number in numbers:
        text = number.replace("-", "")
        assert (len(text), text[-1]) == (10, check_character(text[:-1]))


@given(st.text(ALPHABET, min_size=2, max_size=12), st.data())
def test_a_mistyped_character_is_caught(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(ALPHABET.replace(text[place], "")))
    assert check_character(text[:place] + other + text[place + 1 :]) != check_character(text)


@override_settings(NEXUS_COMMERCE={"ORDER_NUMBER_POLICY": f"{__name__}.TwoNumbers"})
def test_a_number_that_is_taken_is_made_again(channel: Channel) -> None:
    TwoNumbers.made.clear()
    assert make_order(channel).number == "FIRST"
    assert make_order(channel).number == "LATER-4"


@override_settings(NEXUS_COMMERCE={"ORDER_NUMBER_POLICY": f"{__name__}.OneNumber"})
def test_a_policy_that_has_but_one_number_writes_one_order(channel: Channel) -> None:
    make_order(channel)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_order(channel)
    assert Order.objects.count() == 1


def test_a_field_of_the_shopper_is_checked(channel: Channel) -> None:
    with pytest.raises(InvalidInput) as caught:
        write_order(snapshot=OrderSnapshot(columns(channel), [], {}, {"email": "nobody"}))
    assert caught.value.field == "email"
    assert not Order.objects.exists()


def test_states_follow_the_flow_and_leave_a_trail(channel: Channel) -> None:
    order = make_order(channel)
    change_state(order=order, state="placed", actor="ann")
    done = change_state(order=order, state="completed", note="handed over")
    assert (done.state, done.version) == ("completed", 3)
    assert done.completed_at is not None
    trail = OrderEvent.objects.filter(order=order).values_list("from_state", "to_state", "actor", "note")
    assert list(trail) == [("pending", "placed", "ann", ""), ("placed", "completed", "", "handed over")]
    assert list(OutboxEvent.objects.filter(aggregate="order").values_list("type", "version").order_by("id")) == [
        ("order.placed", 2),
        ("order.completed", 3),
    ]


def test_B_S16_an_illegal_change_of_state_is_refused(channel: Channel) -> None:
    order = make_order(channel)
    with pytest.raises(IllegalOrderState, match="An order that is pending cannot become completed") as caught:
        change_state(order=order, state="completed")
    assert caught.value.code == "illegal_transition"
    order.refresh_from_db()
    assert (order.state, order.version) == ("pending", 1)
    assert not OrderEvent.objects.exists()


@override_settings(
    NEXUS_COMMERCE={"STATES": {"order": {"placed": ["awaiting_pickup"], "awaiting_pickup": ["completed"]}}}
)
def test_a_host_adds_a_state_without_a_migration(channel: Channel) -> None:
    order = make_order(channel, state="placed")
    change_state(order=order, state="awaiting_pickup")
    assert change_state(order=order, state="completed").state == "completed"


@pytest.mark.parametrize(
    ("amounts", "state"),
    [
        ((100, 0, 0, 0), "unpaid"),
        ((100, 100, 0, 0), "authorized"),
        ((100, 100, 40, 0), "partially_paid"),
        ((100, 0, 100, 0), "paid"),
        ((0, 0, 0, 0), "paid"),
        ((100, 0, 100, 1), "partially_refunded"),
        ((100, 0, 100, 100), "refunded"),
    ],
)
def test_the_payment_state_follows_from_the_amounts(amounts: tuple[int, int, int, int], state: str) -> None:
    total, authorized, captured, refunded = amounts
    found = payment_state_of(total=total, authorized=authorized, captured=captured, refunded=refunded)
    assert found == state


def test_an_order_opens_to_its_customer_and_to_its_token(channel: Channel, customer: Customer) -> None:
    owned, guests = make_order(channel, customer=customer), make_order(channel)
    token = renew_access(order=guests)
    assert find_order(public_id=owned.public_id, customer=customer) == owned
    assert find_order(public_id=guests.public_id, token=token) == guests
    renewed = renew_access(order=guests)
    assert find_order(public_id=guests.public_id, token=renewed) == guests
    late = timezone.now() + timedelta(days=91)
    attempts = [
        {"public_id": owned.public_id, "customer": make_customer()},
        {"public_id": owned.public_id, "token": renewed},
        {"public_id": guests.public_id, "token": token},
        {"public_id": guests.public_id, "token": renewed, "now": late},
        {"public_id": guests.public_id, "customer": customer},
        {"public_id": guests.public_id},
        {"public_id": uuid4(), "token": renewed},
    ]
    for attempt in attempts:
        with pytest.raises(OrderNotFound):
            find_order(**attempt)


@pytest.mark.parametrize(
    "columns",
    [{"refunded": 1}, {"captured": 5, "refunded": 3, "refund_pending": 3}, {"total": -1}, {"captured": 10**15 + 1}],
)
def test_the_database_refuses_amounts_that_cannot_be(channel: Channel, columns: dict[str, int]) -> None:
    order = make_order(channel)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**columns)


@pytest.mark.parametrize(
    "columns",
    [
        {"quantity": 0},
        {"shipped_quantity": 2, "canceled_quantity": 2},
        {"returned_quantity": 1},
        {"refunded_quantity": 4},
        {"refunded_amount": 10**9},
    ],
)
def test_the_database_refuses_quantities_that_cannot_be(ready_order: Order, columns: dict[str, int]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderLine.objects.filter(order=ready_order).update(**columns)


@pytest.fixture
def ready_order(channel: Channel, variant: Any) -> Order:
    cart = ready_cart(channel)
    put(cart, variant, 3)
    return place_order(cart=cart).order
