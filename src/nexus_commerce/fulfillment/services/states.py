"""Changing the states of shipments. Each change leaves an event at the order."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from nexus_commerce.core.locking import lock_rows
from nexus_commerce.core.signals import CommerceSignal
from nexus_commerce.core.state import IllegalTransition
from nexus_commerce.fulfillment.errors import IllegalShipmentState, ShipmentChanged
from nexus_commerce.fulfillment.flows import shipment_flow
from nexus_commerce.fulfillment.models import Shipment
from nexus_commerce.fulfillment.services.creating import bring_up_to_date, lock_order
from nexus_commerce.fulfillment.services.telling import tell
from nexus_commerce.fulfillment.signals import (
    shipment_canceled,
    shipment_delivered,
    shipment_shipped,
    shipment_state_changed,
)
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services.fulfilling import record_shipment

__all__ = [
    "cancel_pending_shipments",
    "cancel_shipment",
    "change_shipment_state",
    "check_transition",
    "deliver_shipment",
    "enter_state",
    "lock_shipment",
]

MOMENTS: Final = {"shipped": "shipped_at", "delivered": "delivered_at", "canceled": "canceled_at"}
SIGNALS: Final[Mapping[str, CommerceSignal]] = {
    "shipped": shipment_shipped,
    "delivered": shipment_delivered,
    "canceled": shipment_canceled,
}


def deliver_shipment(
    *, shipment: Shipment, actor: str = "", note: str = "", expected_version: int | None = None
) -> Shipment:
    """Note that a shipment arrived. Errors, events and signals of ``change_shipment_state``; sends
    ``shipment_delivered``."""
    return change_shipment_state(
        shipment=shipment, state="delivered", actor=actor, note=note, expected_version=expected_version
    )


def cancel_shipment(
    *, shipment: Shipment, actor: str = "", note: str = "", expected_version: int | None = None
) -> Shipment:
    """Give up a shipment that has not left: its units can go into another. One that left comes back as a return.

    Errors, events and signals of ``change_shipment_state``; sends ``shipment_canceled``.
    """
    return change_shipment_state(
        shipment=shipment, state="canceled", actor=actor, note=note, expected_version=expected_version
    )


@transaction.atomic
def cancel_pending_shipments(*, order: Order, actor: str = "", note: str = "") -> int:
    """Cancel every shipment of an order that can still be, and return how many. For an order that is canceled.

    Errors, events and signals of ``cancel_shipment``. Brings ``order`` up to date.
    """
    row = lock_order(order)
    after = shipment_flow().transitions
    waiting = [one for one in lock_rows(row.shipments.all()) if "canceled" in after.get(one.state, ())]
    for shipment in waiting:
        row = cancel_shipment(shipment=shipment, actor=actor, note=note).order
    bring_up_to_date(order, row)
    return len(waiting)


@transaction.atomic
def change_shipment_state(
    *, shipment: Shipment, state: str, actor: str = "", note: str = "", expected_version: int | None = None
) -> Shipment:
    """Move a shipment to ``state``, as far as the flow allows, under the locks of its order and its own.

    For ``delivered``, ``canceled`` and a host's own states; what becomes ``shipped`` takes stock: ``ship_shipment``.
    Sets the moment that belongs to the state. Raises ``IllegalShipmentState``, and ``ShipmentChanged`` when it is not
    at ``expected_version``. Writes an order event and ``shipment.<state>``; sends ``shipment_state_changed``.
    """
    row = lock_shipment(shipment, expected_version=expected_version)
    check_transition(row, state)
    if state == "shipped":
        raise ValueError("What is shipped takes stock: call ship_shipment.")
    return enter_state(row, state, actor=actor, note=note)


def lock_shipment(shipment: Shipment, *, expected_version: int | None = None) -> Shipment:
    """Lock the order of a shipment, then the shipment, and return it with its order. Raises ``ShipmentChanged``."""
    order = lock_order(Order(pk=shipment.order_id))
    (row,) = lock_rows(Shipment.objects.select_related("location").filter(pk=shipment.pk))
    if expected_version is not None and expected_version != row.version:
        raise ShipmentChanged(version=row.version)
    row.order = order
    return row


def check_transition(shipment: Shipment, state: str) -> None:
    """Raise ``IllegalShipmentState`` unless the flow lets a locked shipment become ``state``."""
    try:
        shipment_flow().check(shipment.state, state)
    except IllegalTransition as exc:
        raise IllegalShipmentState(current=shipment.state, wanted=state) from exc


def enter_state(
    shipment: Shipment,
    state: str,
    *,
    shipped: Mapping[UUID, int] | None = None,
    fields: list[str] | None = None,
    actor: str = "",
    note: str = "",
) -> Shipment:
    """Write the new state of a locked shipment, with ``fields`` that were set, and tell of it.

    ``shipped`` are the units that left, by the public ids of the order's lines.
    """
    before = shipment.state
    shipment.state = state
    shipment.version += 1
    if column := MOMENTS.get(state):
        setattr(shipment, column, timezone.now())
    changed = ["state", "version", "updated_at", *filter(None, [column]), *(fields or ())]
    shipment.save(update_fields=changed)
    record_shipment(
        order=shipment.order,
        shipment=shipment.public_id,
        from_state=before,
        to_state=state,
        shipped=shipped,
        actor=actor,
        note=note,
    )
    tell(f"shipment.{state}", shipment)
    shipment_state_changed.send_after_commit(Shipment, shipment=shipment, from_state=before, to_state=state)
    if signal := SIGNALS.get(state):
        signal.send_after_commit(Shipment, shipment=shipment)
    return shipment
