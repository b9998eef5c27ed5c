"""Finding shipments, and what is still to be sent."""

from collections import defaultdict
from uuid import UUID

from django.db.models import Prefetch, Sum

from nexus_commerce.fulfillment.errors import ShipmentNotFound
from nexus_commerce.fulfillment.models import Shipment, ShipmentLine
from nexus_commerce.inventory.models import Allocation, StockLocation
from nexus_commerce.orders.models import Order, OrderLine

__all__ = ["find_shipment", "left_to_ship", "shipments_of"]

LINES = Prefetch("lines", ShipmentLine.objects.select_related("order_line").order_by("order_line__position", "id"))


def find_shipment(*, public_id: UUID) -> Shipment:
    """Return a shipment with its order, location and lines: two statements. Raises ``ShipmentNotFound``.

    Who may see it is the caller's question.
    """
    rows = Shipment.objects.select_related("order", "location").prefetch_related(LINES)
    shipment = rows.filter(public_id=public_id).first()
    if shipment is None:
        raise ShipmentNotFound
    return shipment


def shipments_of(*, order: Order) -> list[Shipment]:
    """Return the shipments of an order, oldest first, with their locations and lines: two statements."""
    shipments = list(order.shipments.select_related("location").prefetch_related(LINES))
    for shipment in shipments:
        shipment.order = order
    return shipments


def left_to_ship(*, order: Order, location: StockLocation | None = None) -> dict[UUID, int]:
    """Return the units of each line, by its public id, that can go into a new shipment; lines without any are left out.

    Units that are canceled, sent, or in a shipment still to be sent are taken. With ``location``, no more than is
    allocated there for the order; lines without allocations (untracked) can be sent from everywhere. Two statements,
    three with ``location``. Locks nothing.
    """
    taken = units_on_the_way(order)
    lines = list(OrderLine.objects.filter(order=order))
    left = {line: line.quantity - line.canceled_quantity - line.shipped_quantity - taken[line.pk] for line in lines}
    if location is not None:
        there = units_at(order, lines, location)
        held = units_on_the_way(order, location)
        left = {line: min(n, there.get(line.public_id, n + held[line.pk]) - held[line.pk]) for line, n in left.items()}
    return {line.public_id: units for line, units in left.items() if units > 0}


def units_on_the_way(order: Order, location: StockLocation | None = None) -> dict[int, int]:
    """Return the units of each line, by its key, in shipments (of ``location``) that were neither sent nor canceled."""
    waiting = ShipmentLine.objects.filter(
        shipment__order=order, shipment__shipped_at__isnull=True, shipment__canceled_at__isnull=True
    )
    if location is not None:
        waiting = waiting.filter(shipment__location=location)
    return defaultdict(int, waiting.order_by().values_list("order_line").annotate(units=Sum("quantity")))


def units_at(order: Order, lines: list[OrderLine], location: StockLocation) -> dict[UUID, int]:
    """Return the units of each line that has allocations, by its public id, that are still promised at ``location``.

    A bundle has allocations of several variants: as many units of it are there as the scarcest part allows.
    """
    promised: dict[tuple[UUID, int], int] = defaultdict(int)
    there: dict[tuple[UUID, int], int] = defaultdict(int)
    for row in Allocation.objects.filter(order=order.public_id).select_related("stock_item"):
        key = (row.line, row.stock_item.variant_id)
        promised[key] += row.quantity
        if row.stock_item.location_id == location.pk:
            there[key] += row.quantity - row.consumed - row.released
    found: dict[UUID, int] = {}
    ordered = {line.public_id: line.quantity for line in lines}
    for (line, variant), quantity in promised.items():
        units = there[line, variant] * ordered[line] // quantity
        found[line] = min(units, found.get(line, units))
    return found
