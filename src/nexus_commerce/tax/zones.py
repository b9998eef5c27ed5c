"""Which zone an address lies in, and the rates that are in force there."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import router
from django.db.models import BigIntegerField, CharField, DateTimeField, FilteredRelation, Q, QuerySet

from nexus_commerce.catalog.querysets import within_window
from nexus_commerce.core.area_matching import Place, precision
from nexus_commerce.core.prepared import AnyOf, Prepared, Slot
from nexus_commerce.pricing.inputs import Taxation, TaxRate
from nexus_commerce.tax.models import TaxRate as TaxRateRow
from nexus_commerce.tax.models import TaxZone

__all__ = ["Zone", "find_rates", "find_zones"]


@dataclass(frozen=True, slots=True)
class Zone:
    """One area of a zone, and what a policy asks of the zone."""

    country: str
    region: str
    postcodes: str
    id: int
    priority: int
    allows_reverse_charge: bool


def zones_near() -> QuerySet[TaxZone, tuple[Any, ...]]:
    """Return all active zones, each with its areas in two countries or everywhere; one without such has one row."""
    area: Any = FilteredRelation(
        "areas",
        condition=Q(areas__country="")
        | Q(areas__country=Slot("there", CharField()))
        | Q(areas__country=Slot("home", CharField())),
    )
    zones: Any = TaxZone.objects.annotate(area=area).filter(is_active=True).order_by()
    return zones.values_list(  # type: ignore[no-any-return]
        "area__country", "area__region", "area__postcodes", "id", "priority", "allows_reverse_charge"
    )


ZONES: Final[Prepared[tuple[Any, ...]]] = Prepared(zones_near, there=CharField(), home=CharField())
NOW: Final[Any] = Slot("now", DateTimeField())
RATES: Final = Prepared(
    lambda: (
        TaxRateRow.objects.filter(AnyOf("zone_id", "zones"), within_window("valid_from", "valid_until", NOW))
        .order_by("id")
        .values("zone_id", "zone__code", "tax_class__code", "tax_class__is_default", "name", "rate")
    ),
    zones=BigIntegerField(),
    now=DateTimeField(),
)


def find_zones(there: Place, home: Place) -> tuple[Zone | None, Zone | None] | None:
    """Return the active zone that each place lies in; see ``TaxPolicy.taxes``. None where the shop has no active zone.

    One statement.
    """
    rows = ZONES.run(router.db_for_read(TaxZone), there=there.country, home=home.country)
    zones = [Zone(*row) for row in rows if row[0] is not None]
    return (best_zone(zones, there), best_zone(zones, home)) if rows else None


def best_zone(zones: Iterable[Zone], place: Place) -> Zone | None:
    """Return the zone with the area that fits a place best: the most precise, of higher priority, older one."""
    fitting = [(fit, zone) for zone in zones if (fit := precision(zone, place)) is not None]
    ranked = sorted(fitting, key=lambda pair: (-pair[0], -pair[1].priority, pair[1].id))
    return ranked[0][1] if ranked else None


def find_rates(zone_ids: Collection[int], now: datetime) -> dict[int, dict[str, Taxation]]:
    """Return how tax classes are taxed at ``now``, by zone and code; the default class also as "". One statement."""
    if not zone_ids:
        return {}
    found: dict[int, dict[str, list[TaxRate]]] = defaultdict(lambda: defaultdict(list))
    for row in RATES.run(router.db_for_read(TaxRateRow), zones=sorted(zone_ids), now=now):
        rate = TaxRate.of_percent(row["name"], row["rate"], row["zone__code"])
        for code in (row["tax_class__code"], *([""] if row["tax_class__is_default"] else [])):
            found[row["zone_id"]][code].append(rate)
    return {zone: {code: Taxation(tuple(own)) for code, own in codes.items()} for zone, codes in found.items()}
