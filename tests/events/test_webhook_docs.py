"""The page for receivers keeps its word: its code takes what the shop sends, and its table is the one in force."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from nexus_commerce.events.services import replay_delivery, send_delivery
from nexus_commerce.events.services.webhooks_sending import PAUSES
from tests.events.receiving import Receiver, delivery_to, endpoint_at, reached, receive

PAGES = Path(__file__).resolve().parents[2] / "docs" / "howto"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receive() as receiver, reached(receiver):
        yield receiver


@pytest.fixture
def documented() -> Callable[..., int]:
    names: dict[str, Callable[..., int]] = {}
    exec((PAGES / "receive_webhooks.py").read_text(encoding="utf-8"), names)
    return names["receive"]


@pytest.mark.django_db
def test_the_code_for_receivers_takes_each_message_once(receiver: Receiver, documented: Callable[..., int]) -> None:
    endpoint, secret = endpoint_at(receiver)
    delivery = delivery_to(endpoint)
    send_delivery(delivery_id=delivery.pk)
    send_delivery(delivery_id=replay_delivery(delivery=delivery).pk)
    inbox: dict[str, Any] = {}
    for request in receiver.requests:
        assert documented(request.body, request.headers, secret=secret, inbox=inbox) == 204
    assert {key: message["type"] for key, message in inbox.items()} == {str(delivery.event.event_id): "order.placed"}
    forged = receiver.requests[0].body.replace(b"1000", b"9000")
    assert documented(forged, receiver.requests[0].headers, secret=secret, inbox={}) == 400


def test_the_table_of_tries_is_the_one_in_force() -> None:
    page = (PAGES / "receive-webhooks.md").read_text(encoding="utf-8")
    units = {"second": 1, "minute": 60, "hour": 3600}
    found = re.findall(r"\| (\d+) \| (\d+) (second|minute|hour)s? ", page)
    written = {int(number): timedelta(seconds=int(count) * units[unit]) for number, count, unit in found}
    assert written == dict(enumerate(PAUSES, start=2))
