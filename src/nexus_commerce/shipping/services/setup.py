"""Setting up shipping: zones with their areas, methods with their rates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nexus_commerce.channels.models import Channel
from nexus_commerce.core.areas import AreaData, replace_areas
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.core.locking import lock_rows
from nexus_commerce.core.money import MAX_MINOR
from nexus_commerce.core.validation import clean_model
from nexus_commerce.events.services import record_event
from nexus_commerce.shipping.errors import ShippingCodeTaken
from nexus_commerce.shipping.models import ShippingMethod, ShippingRate, ShippingTier, ShippingZone
from nexus_commerce.shipping.rates import KINDS, TIER_BASES
from nexus_commerce.shipping.signals import shipping_changed

__all__ = [
    "RateData",
    "create_shipping_method",
    "create_shipping_zone",
    "record_shipping_change",
    "set_shipping_areas",
    "set_shipping_rate",
]

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RateData:
    """What a method costs in a currency, in its minor units; ``tiers`` are amounts by where they start.

    The columns are those of a shipping rate.
    """

    currency: str
    amount: int = 0
    step_amount: int = 0
    percent: Decimal = Decimal(0)
    free_from: int | None = None
    min_value: int | None = None
    max_value: int | None = None
    tiers: Mapping[int, int] = field(default_factory=dict)

    def columns(self) -> dict[str, Any]:
        """Return the columns of the rate."""
        names = ("amount", "step_amount", "percent", "free_from", "min_value", "max_value")
        return {name: getattr(self, name) for name in names}


@transaction.atomic
def create_shipping_zone(*, code: str, name: str, areas: Sequence[AreaData] = ()) -> ShippingZone:
    """Make a zone of these areas. Errors as for ``set_shipping_areas``, and ``ShippingCodeTaken``; the same event and
    signal."""
    zone = ShippingZone(code=code, name=name)
    clean_model(zone, ["code", "name"])
    if ShippingZone.objects.filter(code=code).exists():
        raise ShippingCodeTaken(field="code", code=code)
    zone.save(force_insert=True)
    return set_shipping_areas(zone=zone, areas=areas)


@transaction.atomic
def set_shipping_areas(*, zone: ShippingZone, areas: Sequence[AreaData]) -> ShippingZone:
    """Let a zone, which is locked, be made of these areas and no others.

    Raises ``InvalidInput``, among them ``BadPostcodePattern`` and ``AreaWithoutCountry``, naming the field as
    ``areas.0.postcodes``. Writes ``shipping.changed``; sends ``shipping_changed``.
    """
    replace_areas(zone, areas)
    record_shipping_change(zone=zone)
    return zone


@transaction.atomic
def create_shipping_method(
    *,
    fields: Mapping[str, Any],
    rates: Sequence[RateData] = (),
    channels: Sequence[Channel] = (),
    zones: Sequence[ShippingZone] = (),
) -> ShippingMethod:
    """Make a method with its rates; without channels it is offered in all, without zones everywhere.

    ``fields`` are columns of the method. Raises ``InvalidInput`` naming the field and ``ShippingCodeTaken``. Writes
    ``shipping.changed``; sends ``shipping_changed``.
    """
    method = ShippingMethod(**fields)
    clean_model(method, {"code", "name", *fields})
    check_method(method)
    if ShippingMethod.objects.filter(code=method.code).exists():
        raise ShippingCodeTaken(field="code", code=method.code)
    method.save(force_insert=True)
    method.channels.set(channels)
    method.zones.set(zones)
    for rate in rates:
        write_rate(method, rate)
    record_shipping_change(method=method)
    return method


@transaction.atomic
def set_shipping_rate(*, method: ShippingMethod, rate: RateData) -> ShippingRate:
    """Set what a method, which is locked, costs in a currency; its tiers are these and no others.

    Raises ``InvalidInput`` naming the field. Writes ``shipping.changed``; sends ``shipping_changed``.
    """
    lock_rows(ShippingMethod.objects.filter(pk=method.pk))
    row = write_rate(method, rate)
    record_shipping_change(method=method)
    return row


def write_rate(method: ShippingMethod, rate: RateData) -> ShippingRate:
    """Write a rate and its tiers."""
    check_rate(rate)
    row, _made = ShippingRate.objects.update_or_create(method=method, currency=rate.currency, defaults=rate.columns())
    ShippingTier.objects.filter(rate=row).delete()
    ShippingTier.objects.bulk_create(
        [ShippingTier(rate=row, starts_at=start, amount=amount) for start, amount in sorted(rate.tiers.items())]
    )
    return row


def check_rate(rate: RateData) -> None:
    """Raise ``InvalidInput`` unless a rate can be stored."""
    clean_model(ShippingRate(currency=rate.currency, **rate.columns()), ["currency", *rate.columns()])
    bounded = {name: value for name, value in rate.columns().items() if name != "percent" and value is not None}
    for name, amount in bounded.items():
        if not 0 <= amount <= MAX_MINOR:
            raise InvalidInput(_("An amount is out of bounds."), field=name)
    if not all(0 <= figure <= MAX_MINOR for figure in (*rate.tiers, *rate.tiers.values())):
        raise InvalidInput(_("An amount is out of bounds."), field="tiers")
    if not 0 <= rate.percent <= 100:
        raise InvalidInput(_("Give a percentage from 0 to 100."), field="percent")
    if rate.min_value is not None and rate.max_value is not None and rate.min_value > rate.max_value:
        raise InvalidInput(_("This must not be less than the lower bound."), field="max_value")


def check_method(method: ShippingMethod) -> None:
    """Raise ``InvalidInput`` unless the kind of a method, and what it needs, are known."""
    if method.kind not in KINDS:
        raise InvalidInput(_("Choose one of: %(known)s."), field="kind", known=", ".join(KINDS))
    if method.tier_basis not in TIER_BASES:
        raise InvalidInput(_("Choose one of: %(known)s."), field="tier_basis", known=", ".join(TIER_BASES))
    if method.kind == "carrier" and not method.carrier:
        raise InvalidInput(_("Name the carrier that is asked."), field="carrier")
    if method.step < 1:
        raise InvalidInput(_("A step has at least one gram."), field="step")
    for least, greatest in (("min_weight", "max_weight"), ("min_days", "max_days")):
        low, high = getattr(method, least), getattr(method, greatest)
        if low is not None and high is not None and low > high:
            raise InvalidInput(_("This must not be less than the lower bound."), field=greatest)


def record_shipping_change(*, method: ShippingMethod | None = None, zone: ShippingZone | None = None) -> None:
    """Tell that a method or a zone changed: write ``shipping.changed`` and send ``shipping_changed``.

    The services here do it themselves; call it, in the same transaction, after writing the rows in another way. The
    event's version is the moment in microseconds, for these rows count no versions.
    """
    changed = method if method is not None else zone
    if changed is None:
        raise TypeError("Name the method or the zone that changed.")
    record_event(
        type="shipping.changed",
        aggregate="shipping_zone" if method is None else "shipping_method",
        aggregate_id=changed.public_id,
        version=(timezone.now() - EPOCH) // timedelta(microseconds=1),
        payload={"code": changed.code},
    )
    shipping_changed.send_after_commit(type(changed), method=method, zone=None if method is not None else zone)
