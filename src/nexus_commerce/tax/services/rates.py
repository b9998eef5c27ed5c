"""Rates of tax that change at a moment, without a gap or an overlap."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import combinations
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.core.locking import lock_rows
from nexus_commerce.core.validation import clean_model
from nexus_commerce.tax.errors import TaxRatesOverlap
from nexus_commerce.tax.models import TaxClass, TaxRate, TaxZone
from nexus_commerce.tax.services.zones import record_tax_change

__all__ = ["Window", "check_overlap", "end_tax_rate", "set_tax_rate"]


class Window(Protocol):
    """What is read of a rate to tell whether it meets another; an end that is None is open."""

    name: str
    valid_from: datetime | None
    valid_until: datetime | None


@transaction.atomic
def set_tax_rate(
    *,
    zone: TaxZone,
    tax_class: TaxClass,
    name: str,
    rate: Decimal,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> TaxRate:
    """Set the rate of that name, in percent, of a class in a zone, which is locked, from ``valid_from`` on.

    It is valid until the next one of that name starts, or until ``valid_until``. The one in force at ``valid_from``
    ends there, and goes on at ``valid_until`` where it would still have been in force; one that starts at the same
    moment is replaced. Raises ``InvalidInput``, and ``TaxRatesOverlap`` where another one starts before
    ``valid_until``. Writes ``tax.changed``; sends ``taxes_changed``.
    """
    lock_rows(TaxZone.objects.filter(pk=zone.pk))
    rates = list(TaxRate.objects.filter(zone=zone, tax_class=tax_class, name=name).order_by("id"))
    row = next((old for old in rates if old.valid_from == valid_from), None)
    changed: list[TaxRate] = []
    if row is None:
        row = TaxRate(zone=zone, tax_class=tax_class, name=name, valid_from=valid_from)
        changed = interrupt(rates, valid_from, valid_until)
        rates += [row, *changed[1:]]
    row.rate, row.valid_until = rate, valid_until or next_start(rates, valid_from)
    check_rate(row)
    check_overlap(rates)
    for each in (*changed, row):
        each.save()
    record_tax_change(zone=zone)
    return row


@transaction.atomic
def end_tax_rate(*, rate: TaxRate, valid_until: datetime) -> TaxRate:
    """Let a rate end at a moment; its zone is locked. Errors, event and signal as for ``set_tax_rate``."""
    lock_rows(TaxZone.objects.filter(pk=rate.zone_id))
    same = TaxRate.objects.filter(zone=rate.zone_id, tax_class=rate.tax_class_id, name=rate.name)
    others = list(same.exclude(pk=rate.pk))
    rate.valid_until = valid_until
    check_rate(rate)
    check_overlap([*others, rate])
    rate.save(update_fields=["valid_until", "updated_at"])
    record_tax_change(zone=rate.zone)
    return rate


def interrupt(rates: Iterable[TaxRate], start: datetime | None, end: datetime | None) -> list[TaxRate]:
    """End the rate in force at ``start`` there; return it, and the one that takes it up again at ``end``, if any."""
    rate = next((rate for rate in rates if start is not None and contains(rate, start)), None)
    if rate is None:
        return []
    resumed = TaxRate(
        zone=rate.zone,
        tax_class=rate.tax_class,
        name=rate.name,
        rate=rate.rate,
        valid_from=end,
        valid_until=rate.valid_until,
    )
    goes_on = end is not None and contains(rate, end)
    rate.valid_until = start
    return [rate, resumed] if goes_on else [rate]


def next_start(rates: Iterable[Window], start: datetime | None) -> datetime | None:
    """Return when the first of the rates that start after ``start`` does."""
    starts = (rate.valid_from for rate in rates if rate.valid_from is not None)
    return min((moment for moment in starts if start is None or moment > start), default=None)


def contains(rate: Window, moment: datetime) -> bool:
    """Tell whether a rate is in force at a moment."""
    starts_before = rate.valid_from is None or rate.valid_from <= moment
    return starts_before and (rate.valid_until is None or moment < rate.valid_until)


def check_rate(rate: TaxRate) -> None:
    """Raise ``InvalidInput`` unless the row can be stored."""
    clean_model(rate, ["name", "rate", "valid_from", "valid_until"])
    if not 0 <= rate.rate <= 100:
        raise InvalidInput(_("Give a percentage from 0 to 100."), field="rate")
    if rate.valid_from and rate.valid_until and rate.valid_from >= rate.valid_until:
        raise InvalidInput(_("The end must be later than the start."), field="valid_until")


def check_overlap(rates: Sequence[Window]) -> None:
    """Raise ``TaxRatesOverlap`` if two rates of one name, all of one zone and class, are in force at one time."""
    for one, other in combinations(rates, 2):
        if one.name == other.name and meets(one, other):
            raise TaxRatesOverlap(
                field="valid_from",
                name=one.name,
                valid_from=one.valid_from and one.valid_from.isoformat(),
                valid_until=one.valid_until and one.valid_until.isoformat(),
            )


def meets(one: Window, other: Window) -> bool:
    """Tell whether two half-open windows have a moment in common."""
    return starts_before_end(one, other) and starts_before_end(other, one)


def starts_before_end(one: Window, other: Window) -> bool:
    """Tell whether ``one`` starts before ``other`` ends."""
    return one.valid_from is None or other.valid_until is None or one.valid_from < other.valid_until
