"""What a packer has to know of a parcel: what goes into it, and where that lies."""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from nexus_commerce.fulfillment.models import Shipment
from nexus_commerce.inventory.models import Allocation
from nexus_commerce.orders.models import OrderLine

__all__ = ["Packed", "Part", "parcel_of"]


@dataclass(frozen=True, slots=True)
class Part:
    """Units of a variant that a line takes: the variant itself, or an item of a bundle."""

    sku: str
    name: str
    units: int
    places: tuple[str, ...]


@dataclass(slots=True)
class Packed:
    """A line in a parcel. ``parts`` is what a bundle is made of; ``places`` are the locations of all else."""

    line: OrderLine
    units: int
    places: tuple[str, ...] = ()
    parts: list[Part] = field(default_factory=list)


def parcel_of(shipment: Shipment) -> list[Packed]:
    """Return what is in a shipment, whose lines are loaded, by what was promised to its order. One statement."""
    lines = {row.order_line.public_id: row for row in shipment.lines.all()}
    promised: dict[tuple[UUID, int], list[Allocation]] = defaultdict(list)
    rows = Allocation.objects.filter(order=shipment.order.public_id, line__in=lines)
    for row in rows.select_related("stock_item__variant__product", "stock_item__location").order_by("id"):
        promised[row.line, row.stock_item.variant_id].append(row)
    found = {line: Packed(row.order_line, row.quantity) for line, row in lines.items()}
    for (line, variant), allocations in promised.items():
        packed = found[line]
        places = tuple(row.stock_item.location.name for row in allocations if serves(shipment, row))
        if variant == packed.line.variant_id:
            packed.places = places
            continue
        of_it = allocations[0].stock_item.variant
        units = sum(row.quantity for row in allocations) * packed.units // packed.line.quantity
        packed.parts.append(Part(of_it.sku, of_it.name or of_it.product.name, units, places))
    return list(found.values())


def serves(shipment: Shipment, allocation: Allocation) -> bool:
    """Return whether the shipment takes its goods from where these were promised."""
    return shipment.location_id in (None, allocation.stock_item.location_id)
