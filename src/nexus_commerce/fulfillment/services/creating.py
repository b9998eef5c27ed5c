"""Making shipments."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.core.locking import lock_rows
from nexus_commerce.core.validation import clean_model
from nexus_commerce.fulfillment.errors import NothingToShip, NotShippable, ShipmentChanged
from nexus_commerce.fulfillment.models import Shipment, ShipmentLine
from nexus_commerce.fulfillment.services.finding import left_to_ship
from nexus_commerce.fulfillment.services.telling import tell
from nexus_commerce.fulfillment.signals import shipment_created
from nexus_commerce.inventory.models import StockLocation
from nexus_commerce.orders.errors import TooManyUnits
from nexus_commerce.orders.models import Order, OrderLine
from nexus_commerce.orders.services.fulfilling import record_shipment

__all__ = ["bring_up_to_date", "check_shippable", "create_shipment", "lock_order", "may_be_shipped", "set_fields"]

TRACKING: Final = ("carrier", "tracking_number", "tracking_url")


@transaction.atomic
def create_shipment(
    *,
    order: Order,
    units: Mapping[UUID, int] | None = None,
    location: StockLocation | None = None,
    carrier: str = "",
    fields: Mapping[str, Any] | None = None,
    actor: str = "",
    expected_version: int | None = None,
) -> Shipment:
    """Make a pending shipment of an order, under the order's lock.

    ``units`` maps public ids of order lines to units; without it the shipment gets all that is left, at ``location``
    where one is given. No stock moves yet, but no other shipment can take the units. ``fields`` are
    ``tracking_number``, ``tracking_url``, ``note``, ``metadata`` or a host's own; ``expected_version`` is the order's.

    Raises ``NotShippable``, ``NothingToShip``, ``TooManyUnits`` naming each line and what is left of it,
    ``InvalidInput``, and ``ShipmentChanged`` when the order is at another version. Writes ``shipment.created`` and an
    order event; sends ``shipment_created``. Brings ``order`` up to date.
    """
    row = lock_order(order, expected_version=expected_version)
    check_shippable(row)
    lines = {line.public_id: line for line in row.lines.all()}
    left = left_to_ship(order=row, location=location)
    wanted = left if units is None else units
    check_units(lines, wanted, left)
    shipment = Shipment(order=row, location=location)
    set_fields(shipment, {"carrier": carrier, **(fields or {})})
    shipment.save(force_insert=True)
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=shipment, order_line=lines[line], quantity=quantity) for line, quantity in wanted.items()
    )
    record_shipment(order=row, shipment=shipment.public_id, from_state="", to_state=shipment.state, actor=actor)
    bring_up_to_date(order, row)
    tell("shipment.created", shipment)
    shipment_created.send_after_commit(Shipment, shipment=shipment)
    return shipment


def lock_order(order: Order, *, expected_version: int | None = None) -> Order:
    """Lock the row of an order until the transaction ends, and return it. Raises ``ShipmentChanged``."""
    (row,) = lock_rows(Order.objects.filter(pk=order.pk))
    if expected_version is not None and expected_version != row.version:
        raise ShipmentChanged(version=row.version)
    return row


def bring_up_to_date(order: Order, row: Order) -> None:
    """Let the caller's ``order`` say what its locked ``row`` says now."""
    for name in ("state", "fulfillment_state", "version", "updated_at"):
        setattr(order, name, getattr(row, name))


def may_be_shipped(*, order: Order) -> bool:
    """Tell whether an order is placed and the policy lets its goods leave. Locks nothing."""
    return order.state == "placed" and nexus_settings.FULFILLMENT_POLICY().may_ship(order=order)


def check_shippable(order: Order) -> None:
    """Raise ``NotShippable`` unless the goods of a locked order may leave."""
    if not may_be_shipped(order=order):
        raise NotShippable(state=order.state, payment_state=order.payment_state)


def check_units(lines: Mapping[UUID, OrderLine], wanted: Mapping[UUID, int], left: Mapping[UUID, int]) -> None:
    """Raise an error unless the wanted units are some, of lines of the order, and no more than is left."""
    if not wanted:
        raise NothingToShip
    for line, quantity in wanted.items():
        if line not in lines:
            raise InvalidInput(_("There is no such line in the order."), field="lines", line=str(line))
        if quantity < 1:
            raise InvalidInput(_("Give at least one unit of each line."), field="lines", line=str(line))
    short = [
        {"line": str(line), "sku": lines[line].sku, "wanted": quantity, "left": left.get(line, 0)}
        for line, quantity in wanted.items()
        if quantity > left.get(line, 0)
    ]
    if short:
        raise TooManyUnits(lines=short)


def set_fields(shipment: Shipment, fields: Mapping[str, Any]) -> list[str]:
    """Set and check what a caller says of a shipment; empty texts about the tracking change nothing."""
    said = {name: value for name, value in fields.items() if value or name not in TRACKING}
    for name, value in said.items():
        setattr(shipment, name, value)
    clean_model(shipment, said)
    return [*said]
