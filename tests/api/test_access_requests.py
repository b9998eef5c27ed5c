"""``POST /v1/orders/access-requests``: the reply never tells whether there is such an order."""

import pytest

from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import place_order
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.orders.models import Order
from tests.api.client import Api, problem
from tests.cart.shopping import ready_cart

pytestmark = pytest.mark.django_db

WHERE = "orders/access-requests"


@pytest.fixture
def order(channel: Channel, variant: Variant) -> Order:
    return place_order(cart=ready_cart(channel, variant)).order


def requests() -> int:
    return OutboxEvent.objects.filter(type="order.access_requested").count()


@pytest.mark.hosts
def test_the_reply_is_the_same_whether_they_belong_together_or_not(api: Api, order: Order) -> None:
    replies = [
        api.post(WHERE, {"number": number, "email": email})
        for number, email in ((order.number, "eve@example.com"), ("NOPE", order.email), (order.number, order.email))
    ]
    assert {reply.status_code for reply in replies} == {202}
    assert {reply.content for reply in replies} == {b""}
    assert len({tuple(sorted(reply.headers)) for reply in replies}) == 1
    assert requests() == 1
    (event,) = OutboxEvent.objects.filter(type="order.access_requested")
    assert event.payload == {"order": str(order.public_id)}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"number": "A"}, "email"),
        ({"email": "ada@example.com"}, "number"),
        ({"number": "", "email": "ada@example.com"}, "number"),
        ({"number": "A" * 65, "email": "ada@example.com"}, "number"),
        ({"number": "A", "email": "a" * 255}, "email"),
        ({"number": 7, "email": "ada@example.com"}, "number"),
        ({"number": ["A"], "email": "ada@example.com"}, "number"),
        ({"number": "A", "email": "ada@example.com", "order": "1"}, "order"),
    ],
)
def test_what_is_no_request_is_refused(api: Api, db: None, body: dict[str, object], field: str) -> None:
    said = problem(api.post(WHERE, body), 400, "invalid_input")
    assert [error["field"] for error in said["errors"]] == [field]
    assert requests() == 0


def test_after_a_few_tries_an_hour_nobody_is_answered_any_more(api: Api, order: Order) -> None:
    for _ in range(5):
        assert api.post(WHERE, {"number": "NOPE", "email": order.email}).status_code == 202
    reply = api.post(WHERE, {"number": order.number, "email": order.email})
    problem(reply, 429, "throttled")
    assert int(reply.headers["Retry-After"]) > 0
    assert requests() == 0


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_it_is_only_asked(api: Api, db: None, method: str) -> None:
    problem(api.call(method, WHERE), 405, "method_not_allowed")
