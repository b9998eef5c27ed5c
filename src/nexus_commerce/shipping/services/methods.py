"""Reading the methods that a channel offers at a place, by statements that are compiled once."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from django.db import router
from django.db.models import BigIntegerField, CharField, F, FilteredRelation, Q, QuerySet

from nexus_commerce.channels.models import Channel
from nexus_commerce.core.addresses import AnyAddress
from nexus_commerce.core.area_matching import Place, fit
from nexus_commerce.core.prepared import AnyOf, Prepared, Slot
from nexus_commerce.shipping.models import ShippingMethod, ShippingTier
from nexus_commerce.shipping.rates import KINDS, TIER_BASES, RateRule

__all__ = ["MethodRow", "has_methods", "method_at", "methods_at"]

COLUMNS: Final = (
    "id",
    "public_id",
    "code",
    "name",
    "description",
    "kind",
    "carrier",
    "carrier_service",
    "tax_class",
    "tier_basis",
    "step",
    "min_weight",
    "max_weight",
    "min_days",
    "max_days",
)
MONEY: Final = ("amount", "step_amount", "percent", "free_from", "min_value", "max_value")


@dataclass(frozen=True, slots=True)
class MethodRow:
    """A method as a place is served by it: its columns, and the rule of its rate in the currency.

    ``row`` holds ``public_id``, ``code``, ``name``, ``description``, ``kind``, ``carrier``, ``carrier_service``,
    ``tax_class``, ``min_days``, ``max_days`` and the pickup location's ``location_code`` and
    ``location_name``. The amount of a carrier's rule is what is added to its quote.
    """

    row: dict[str, Any]
    rule: RateRule

    @property
    def code(self) -> str:
        return str(self.row["code"])

    @property
    def is_carrier(self) -> bool:
        return bool(self.row["kind"] == "carrier")


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area of a zone, as read."""

    country: str
    region: str
    postcodes: str


def rows_of(condition: Q) -> QuerySet[ShippingMethod, dict[str, Any]]:
    """Return active methods of the channel, each with its rate in the currency, one row for each area that could fit.

    A method without zones has one row; one whose zones have no such area has none, unless goods are picked up there.
    """
    everywhere = Q(zones__isnull=True) | Q(kind="pickup")
    in_country = Q(zones__areas__country="") | Q(zones__areas__country=Slot("country", CharField()))
    rate: Any = FilteredRelation("rates", condition=Q(rates__currency=Slot("currency", CharField())))
    found: Any = (
        ShippingMethod.objects.annotate(rate=rate)
        .filter(
            condition,
            Q(channels__isnull=True) | Q(channels=Slot("channel", BigIntegerField())),
            everywhere | in_country,
            Q(rate__isnull=False) | Q(kind="carrier"),
            is_active=True,
        )
        .order_by("position", "id")
        .values(
            *COLUMNS,
            rate_id=F("rate__id"),
            **{f"rate_{name}": F(f"rate__{name}") for name in MONEY},
            zone=F("zones__id"),
            area_country=F("zones__areas__country"),
            area_region=F("zones__areas__region"),
            area_postcodes=F("zones__areas__postcodes"),
            location_code=F("pickup_location__code"),
            location_name=F("pickup_location__name"),
        )
    )
    return found  # type: ignore[no-any-return]


FIELDS: Final[dict[str, Any]] = {"channel": BigIntegerField(), "currency": CharField(), "country": CharField()}
METHODS: Final = Prepared(lambda: rows_of(Q()), **FIELDS)
METHOD: Final = Prepared(lambda: rows_of(Q(code=Slot("code", CharField()))), **FIELDS, code=CharField())
TIERS: Final[Prepared[Any]] = Prepared(
    lambda: ShippingTier.objects.filter(AnyOf("rate_id", "rates")).order_by("rate_id", "starts_at"),
    rates=BigIntegerField(),
)
SENDING: Final[Prepared[Any]] = Prepared(
    lambda: (
        ShippingMethod.objects.filter(
            Q(channels__isnull=True) | Q(channels=Slot("channel", BigIntegerField())),
            Q(rates__currency=Slot("currency", CharField())) | Q(kind="carrier"),
            is_active=True,
        )
        .order_by()
        .values_list("id")[:1]
    ),
    channel=BigIntegerField(),
    currency=CharField(),
)


def methods_at(*, channel: Channel, currency: str, address: AnyAddress | None) -> list[MethodRow]:
    """Return the methods that serve an address, in their order: one statement, two where a rate has tiers.

    Without an address those are the ones that go everywhere, and the places where goods are picked up.
    """
    using = router.db_for_read(ShippingMethod)
    place = place_of(address)
    rows = METHODS.run(using, channel=channel.pk, currency=currency, country=place.country)
    return with_rules(serving(rows, place, is_known=address is not None), using)


def method_at(*, channel: Channel, currency: str, address: AnyAddress | None, code: str) -> MethodRow | None:
    """Return the method of that code if it serves an address; statements as for ``methods_at``."""
    using = router.db_for_read(ShippingMethod)
    place = place_of(address)
    rows = METHOD.run(using, channel=channel.pk, currency=currency, country=place.country, code=code)
    return next(iter(with_rules(serving(rows, place, is_known=address is not None), using)), None)


def has_methods(*, channel: Channel, currency: str) -> bool:
    """Tell whether a channel sends goods at all: whether an active method has a rate in the currency, or a carrier."""
    using = router.db_for_read(ShippingMethod)
    return bool(SENDING.run(using, channel=channel.pk, currency=currency))


def place_of(address: AnyAddress | None) -> Place:
    """Return the place of an address; without one, a place that only an area of the whole world fits."""
    return Place(address.country, address.region, address.postal_code) if address else Place("")


def serving(rows: Iterable[dict[str, Any]], place: Place, *, is_known: bool) -> list[dict[str, Any]]:
    """Return one row for each method that serves the place."""
    kept = []
    for _, group in groupby(rows, key=lambda row: row["id"]):
        of_method = list(group)
        first = of_method[0]
        areas = [
            AreaRow(row["area_country"], row["area_region"], row["area_postcodes"])
            for row in of_method
            if row["area_country"] is not None
        ]
        is_anywhere = first["zone"] is None or (first["kind"] == "pickup" and not is_known)
        if is_anywhere or fit(areas, place) is not None:
            kept.append(first)
    return kept


def with_rules(rows: list[dict[str, Any]], using: str) -> list[MethodRow]:
    """Return the rows with their rules; one whose kind the library does not know is left out."""
    known = [row for row in rows if row["kind"] in KINDS and row["tier_basis"] in TIER_BASES]
    tiers = tiers_of([row["rate_id"] for row in known if row["kind"] == "tiered"], using)
    return [MethodRow(row, rule_of(row, tiers.get(row["rate_id"], ()))) for row in known]


def tiers_of(rates: list[int], using: str) -> dict[int, tuple[tuple[int, int], ...]]:
    """Return the tiers of rates by the rate's key; no statement without a rate."""
    found = TIERS.run(using, rates=rates) if rates else []
    return {
        rate: tuple((tier.starts_at, tier.amount) for tier in group)
        for rate, group in groupby(found, key=lambda tier: tier.rate_id)
    }


def rule_of(row: dict[str, Any], tiers: tuple[tuple[int, int], ...]) -> RateRule:
    """Return the rule that a row makes; a carrier's method without a rate adds nothing to the quote."""
    return RateRule(
        kind=row["kind"],
        amount=row["rate_amount"] or 0,
        step=row["step"],
        step_amount=row["rate_step_amount"] or 0,
        millionths=int((row["rate_percent"] or 0) * 10**6),
        tier_basis=row["tier_basis"],
        tiers=tiers,
        free_from=row["rate_free_from"],
        min_weight=row["min_weight"],
        max_weight=row["max_weight"],
        min_value=row["rate_min_value"],
        max_value=row["rate_max_value"],
    )
