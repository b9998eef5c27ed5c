"""Sending shipments: the goods leave, and their stock is taken."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from nexus_commerce.fulfillment.models import Shipment
from nexus_commerce.fulfillment.services.creating import bring_up_to_date, check_shippable, create_shipment, set_fields
from nexus_commerce.fulfillment.services.states import check_transition, enter_state, lock_shipment
from nexus_commerce.inventory.models import StockLocation
from nexus_commerce.inventory.services import consume_allocations
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import complete_if_done

__all__ = ["ship_order", "ship_shipment"]


@transaction.atomic
def ship_shipment(
    *,
    shipment: Shipment,
    carrier: str = "",
    tracking_number: str = "",
    tracking_url: str = "",
    fields: Mapping[str, Any] | None = None,
    actor: str = "",
    note: str = "",
    expected_version: int | None = None,
) -> Shipment:
    """Note that a pending shipment left, under the locks of its order, its own, and last of the stock.

    Counts its units as shipped on the order's lines, by one conditional UPDATE that a constraint repeats; the order's
    fulfillment state follows from its lines, and an order that is all sent and paid is completed. Takes the allocated
    stock, at the shipment's location where it has one. Empty texts leave what the shipment says.

    Raises ``IllegalShipmentState``, ``NotShippable``, ``TooManyUnits``, ``AllocationMissing``, ``InvalidInput``, and
    ``ShipmentChanged`` when it is not at ``expected_version``; nothing is changed then. Writes ``shipment.shipped`` and
    order events; sends ``shipment_shipped``.
    """
    row = lock_shipment(shipment, expected_version=expected_version)
    check_transition(row, "shipped")
    check_shippable(row.order)
    tracking = {"carrier": carrier, "tracking_number": tracking_number, "tracking_url": tracking_url}
    said = set_fields(row, {**tracking, **(fields or {})})
    units = {line.order_line.public_id: line.quantity for line in row.lines.select_related("order_line")}
    enter_state(row, "shipped", shipped=units, fields=said, actor=actor, note=note)
    complete_if_done(order=row.order, actor=actor)
    consume_allocations(
        order=row.order.public_id, units=units, location=row.location, reference=row.public_id, actor=actor
    )
    return row


@transaction.atomic
def ship_order(
    *,
    order: Order,
    units: Mapping[UUID, int] | None = None,
    location: StockLocation | None = None,
    carrier: str = "",
    tracking_number: str = "",
    tracking_url: str = "",
    fields: Mapping[str, Any] | None = None,
    actor: str = "",
    expected_version: int | None = None,
) -> Shipment:
    """Make a shipment and send it in one transaction: ``create_shipment``, then ``ship_shipment``.

    Brings ``order`` up to date.
    """
    tracking = {"tracking_number": tracking_number, "tracking_url": tracking_url}
    shipment = create_shipment(
        order=order,
        units=units,
        location=location,
        carrier=carrier,
        fields={**tracking, **(fields or {})},
        actor=actor,
        expected_version=expected_version,
    )
    sent = ship_shipment(shipment=shipment, actor=actor)
    bring_up_to_date(order, sent.order)
    return sent
