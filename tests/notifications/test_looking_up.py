"""A guest asks for the link to an order; nobody learns by asking whether there is one."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nexus_commerce.channels.models import Channel
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import request_access
from nexus_commerce.testing.factories import make_customer
from tests.notifications.shop import simple_order

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def requests() -> list[OutboxEvent]:
    return list(OutboxEvent.objects.filter(type="order.access_requested"))


@pytest.fixture
def order(channel: Channel) -> Order:
    return simple_order(channel)


@pytest.mark.parametrize("typed", [str, str.lower, lambda number: f"  {number.lower()}\n"])
@pytest.mark.parametrize("address", ["ada@example.com", " Ada@Example.COM "])
def test_number_and_address_are_taken_as_people_type_them(order: Order, typed, address: str) -> None:  # type: ignore[no-untyped-def]
    request_access(number=typed(order.number), email=address)
    (event,) = requests()
    assert event.payload == {"order": str(order.public_id)}


@pytest.mark.parametrize(
    ("number", "email"),
    [
        ("", ""),
        ("", "ada@example.com"),
        ("NOPE", "ada@example.com"),
        (None, "eve@example.com"),
        (None, ""),
        (None, "ada@example.co_"),
        (None, "%@example.com"),
        ("%", "ada@example.com"),
    ],
)
def test_what_does_not_belong_together_leaves_nothing(order: Order, number: str | None, email: str) -> None:
    request_access(number=order.number if number is None else number, email=email)
    assert requests() == []


def test_an_order_without_an_address_is_found_by_nobody(order: Order) -> None:
    Order.objects.update(email="")
    request_access(number=order.number, email="")
    request_access(number=order.number, email=" ")
    assert requests() == []


def test_an_order_of_an_account_is_seen_there(order: Order) -> None:
    Order.objects.update(customer=make_customer(email="ada@example.com"))
    request_access(number=order.number, email="ada@example.com")
    assert requests() == []


def test_an_order_that_was_never_placed_is_none(order: Order) -> None:
    Order.objects.update(state="expired", placed_at=None)
    request_access(number=order.number, email="ada@example.com")
    assert requests() == []


def test_of_many_requests_in_ten_minutes_one_counts(order: Order) -> None:
    for seconds in (0, 0, 1, 599):
        request_access(number=order.number, email=order.email, now=NOON + timedelta(seconds=seconds))
    assert len(requests()) == 1
    request_access(number=order.number, email=order.email, now=NOON + timedelta(minutes=10))
    assert len(requests()) == 2


def test_it_asks_the_database_the_same_either_way(order: Order) -> None:
    asked = []
    for number in (order.number, "NOPE"):
        with CaptureQueriesContext(connection) as captured:
            request_access(number=number, email="ada@example.com")
        asked.append([query["sql"].split()[0] for query in captured.captured_queries])
    found, missed = asked
    assert [word for word in found if word in ("SELECT", "INSERT")] == ["SELECT", "INSERT"]
    assert [word for word in missed if word in ("SELECT", "INSERT", "DELETE", "UPDATE")] == ["SELECT", "INSERT"]
    assert len(requests()) == 1
