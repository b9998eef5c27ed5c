"""Counting what was sent. The fulfillment state of an order has its one writer here."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Q, Value, When

from nexus_commerce.orders.errors import TooManyUnits
from nexus_commerce.orders.models import Order, OrderEvent, OrderLine

__all__ = ["fulfillment_state_of", "record_shipment"]


def fulfillment_state_of(lines: Iterable[OrderLine]) -> str:
    """Return the fulfillment state of an order from its lines: a function of what is ordered, canceled and shipped."""
    rows = list(lines)
    shipped = sum(line.shipped_quantity for line in rows)
    if not shipped:
        return "unfulfilled"
    wanted = sum(line.quantity - line.canceled_quantity for line in rows)
    return "fulfilled" if shipped >= wanted else "partially_fulfilled"


@transaction.atomic
def record_shipment(
    *,
    order: Order,
    shipment: UUID,
    from_state: str,
    to_state: str,
    shipped: Mapping[UUID, int] | None = None,
    actor: str = "",
    note: str = "",
) -> Order:
    """Write down at an order, which the caller has locked, what became of one of its shipments.

    ``shipped`` maps public ids of lines to the units that left: they are counted, and the fulfillment state follows.
    The order's version grows, and an order event says what happened; another one tells of a new fulfillment state.
    Raises ``TooManyUnits``.
    """
    events = [OrderEvent(order=order, type="shipment", from_state=from_state, to_state=to_state)]
    before = order.fulfillment_state
    if shipped:
        add_shipped(order, shipped)
        order.fulfillment_state = fulfillment_state_of(OrderLine.objects.filter(order=order))
    if order.fulfillment_state != before:
        change = {"from_state": before, "to_state": order.fulfillment_state}
        events.append(OrderEvent(order=order, type="fulfillment", **change))
    order.version += 1
    order.save(update_fields=["fulfillment_state", "version", "updated_at"])
    for event in events:
        event.actor, event.note, event.data = actor, note, {"shipment": str(shipment)}
    OrderEvent.objects.bulk_create(events)
    return order


def add_shipped(order: Order, units: Mapping[UUID, int]) -> None:
    """Count units as shipped by one conditional UPDATE; raise ``TooManyUnits`` when a line has too few."""
    unsent = F("quantity") - F("canceled_quantity") - F("shipped_quantity")
    lines = order.lines.alias(unsent=unsent)
    enough = Q()
    for line, quantity in units.items():
        enough |= Q(public_id=line, unsent__gte=quantity)
    sent = Case(*(When(public_id=line, then=Value(quantity)) for line, quantity in units.items()))
    if lines.filter(enough).update(shipped_quantity=F("shipped_quantity") + sent) != len(units):
        raise TooManyUnits(lines=[])
