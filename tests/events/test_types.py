"""Every event that the library writes is documented, with its payload."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import nexus_commerce
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.services import cancel_order
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.events.types import EVENT_TYPES, FIELDS
from nexus_commerce.fulfillment.flows import SHIPMENT_FLOW
from nexus_commerce.fulfillment.services import ship_order
from nexus_commerce.orders.flows import ORDER_FLOW
from nexus_commerce.payments.services.facts import TOLD
from tests.fulfillment.parcels import paid_order, stocked, unpaid_order

SOURCE = Path(nexus_commerce.__file__).parent
WRITERS = {"record_event", "Event", "product_event", "record_change", "tell"}
STATES = {
    "order": set(ORDER_FLOW.states) - {"pending"},
    "payment": set(TOLD),
    "shipment": set(SHIPMENT_FLOW.states) - {"pending"},
    "refund": {"pending", "succeeded", "failed"},
    "promotion": {"created", "changed", "archived"},
    "webhook": {"created", "changed", "secret_rotated", "enabled", "disabled", "test"},
}
"""What stands in place of the state where a type is made of one."""


def types_written() -> Iterator[str]:
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in WRITERS:
                given = [*node.args, *(word.value for word in node.keywords if word.arg == "type")]
                for text in (part for argument in given for part in ast.walk(argument)):
                    yield from names_in(text)


def names_in(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        prefix = str(node.values[0].value).removesuffix(".")
        yield from (f"{prefix}.{state}" for state in STATES.get(prefix, {"?"}))
    elif isinstance(node, ast.Constant) and re.fullmatch(r"[a-z_]+\.[a-z_]+", str(node.value)):
        yield str(node.value)


def test_every_type_that_is_written_is_documented() -> None:
    written = set(types_written())
    assert len(written) > 30
    assert written - EVENT_TYPES.keys() == set()


def test_every_type_that_is_documented_is_written() -> None:
    of_money = {name for name, known in EVENT_TYPES.items() if known.payload == ("number", "captured", "refunded")}
    by_name = {"product.created", "product.changed", "stock.low", "stock.back"}
    assert EVENT_TYPES.keys() - set(types_written()) <= of_money | by_name


def test_every_field_is_explained_and_every_explanation_used() -> None:
    assert {name for known in EVENT_TYPES.values() for name in known.payload} == FIELDS.keys()


@pytest.mark.django_db
def test_what_an_order_writes_is_what_is_documented(channel: Channel) -> None:
    ship_order(order=paid_order(channel, (stocked(channel), 2)))
    cancel_order(order=unpaid_order(channel, (stocked(channel), 1)), reason="", actor="ada")

    written = {event.type: event for event in OutboxEvent.objects.all()}
    assert {"order.placed", "order.paid", "order.completed", "order.canceled", "shipment.shipped"} <= written.keys()
    for name, event in written.items():
        known = EVENT_TYPES[name]
        assert event.payload.keys() <= set(known.payload), name
        assert event.aggregate == known.aggregate, name
