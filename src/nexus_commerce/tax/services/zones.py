"""Setting up taxes: classes, and zones with their areas."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from nexus_commerce.core.areas import AreaData, replace_areas
from nexus_commerce.core.locking import lock_rows
from nexus_commerce.core.validation import clean_model
from nexus_commerce.events.services import record_event
from nexus_commerce.tax.errors import TaxCodeTaken
from nexus_commerce.tax.models import TaxClass, TaxZone
from nexus_commerce.tax.signals import taxes_changed

__all__ = [
    "create_tax_class",
    "create_tax_zone",
    "record_tax_change",
    "set_default_tax_class",
    "set_tax_areas",
]

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@transaction.atomic
def create_tax_class(*, code: str, name: str, is_default: bool = False) -> TaxClass:
    """Make a tax class; a new default takes the place of the old one, which is locked.

    Raises ``InvalidInput`` and ``TaxCodeTaken``. Writes ``tax.changed``; sends ``taxes_changed``.
    """
    row = TaxClass(code=code, name=name, is_default=is_default)
    clean_model(row, ["code", "name"])
    if TaxClass.objects.filter(code=code).exists():
        raise TaxCodeTaken(field="code", code=code)
    if is_default:
        take_default()
    row.save(force_insert=True)
    record_tax_change(tax_class=row)
    return row


@transaction.atomic
def set_default_tax_class(*, tax_class: TaxClass) -> TaxClass:
    """Make a class the default one, in the place of the old one, which is locked. Event and signal as for
    ``create_tax_class``."""
    take_default()
    tax_class.is_default = True
    tax_class.save(update_fields=["is_default", "updated_at"])
    record_tax_change(tax_class=tax_class)
    return tax_class


def take_default() -> None:
    """Leave the shop without a default class for a moment."""
    defaults = lock_rows(TaxClass.objects.filter(is_default=True))
    TaxClass.objects.filter(pk__in=[old.pk for old in defaults]).update(is_default=False)


@transaction.atomic
def create_tax_zone(
    *, code: str, name: str, areas: Sequence[AreaData] = (), priority: int = 0, allows_reverse_charge: bool = False
) -> TaxZone:
    """Make a zone of these areas. Errors as for ``set_tax_areas``, and ``TaxCodeTaken``; the same event and signal."""
    zone = TaxZone(code=code, name=name, priority=priority, allows_reverse_charge=allows_reverse_charge)
    clean_model(zone, ["code", "name", "priority"])
    if TaxZone.objects.filter(code=code).exists():
        raise TaxCodeTaken(field="code", code=code)
    zone.save(force_insert=True)
    return set_tax_areas(zone=zone, areas=areas)


@transaction.atomic
def set_tax_areas(*, zone: TaxZone, areas: Sequence[AreaData]) -> TaxZone:
    """Let a zone, which is locked, be made of these areas and no others.

    Raises ``InvalidInput``, among them ``BadPostcodePattern`` and ``AreaWithoutCountry``, naming the field as
    ``areas.0.postcodes``. Writes ``tax.changed``; sends ``taxes_changed``.
    """
    replace_areas(zone, areas)
    record_tax_change(zone=zone)
    return zone


def record_tax_change(*, zone: TaxZone | None = None, tax_class: TaxClass | None = None) -> None:
    """Tell that a zone or a class changed: write ``tax.changed`` and send ``taxes_changed``.

    The services here do it themselves; call it, in the same transaction, after writing the rows in another way. The
    event's version is the moment in microseconds, for these rows count no versions.
    """
    changed = zone if zone is not None else tax_class
    if changed is None:
        raise TypeError("Name the zone or the tax class that changed.")
    record_event(
        type="tax.changed",
        aggregate="tax_class" if zone is None else "tax_zone",
        aggregate_id=changed.public_id,
        version=(timezone.now() - EPOCH) // timedelta(microseconds=1),
        payload={"code": changed.code},
    )
    taxes_changed.send_after_commit(type(changed), zone=zone, tax_class=None if zone is not None else tax_class)
