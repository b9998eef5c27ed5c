"""Writing prices, one or thousands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nexus_commerce.catalog.models import Variant
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.core.fields import MAX_QUANTITY
from nexus_commerce.core.locking import lock_rows
from nexus_commerce.core.money import MAX_MINOR
from nexus_commerce.events.services import Event, record_events
from nexus_commerce.pricing.errors import AmountOutOfBounds
from nexus_commerce.pricing.models import Price, PriceChange, PriceList
from nexus_commerce.pricing.signals import prices_changed

__all__ = ["PriceRow", "remove_price", "set_price", "set_prices"]

TERMS = ("amount", "per", "compare_at", "floor", "valid_until")


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A price to be set; amounts in minor units of the list's currency, for ``per`` units."""

    variant_id: int
    amount: int
    per: int = 1
    compare_at: int | None = None
    floor: int | None = None
    min_quantity: int = 1
    valid_from: datetime | None = None
    valid_until: datetime | None = None


def set_price(*, price_list: PriceList, variant: Variant, amount: int, **terms: Any) -> Price:
    """Set the price of a variant in a list from ``min_quantity`` units on; ``terms`` are those of ``PriceRow``.

    See ``set_prices`` for errors, locks and events.
    """
    row = PriceRow(variant_id=variant.pk, amount=amount, **terms)
    set_prices(price_list=price_list, rows=[row])
    price: Price = Price.objects.get(
        price_list=price_list, variant=variant, min_quantity=row.min_quantity, valid_from=row.valid_from
    )
    return price


@transaction.atomic
def set_prices(*, price_list: PriceList, rows: Sequence[PriceRow]) -> int:
    """Set many prices of a list in a constant number of statements, and return how many changed.

    A price is found by variant, ``min_quantity`` and ``valid_from``; one that is the same already is left alone. Each
    change adds a row to the price history and a ``price.changed`` event; ``prices_changed`` is sent after commit.
    The list is locked, so that two writers do not both insert. Raises ``InvalidInput`` or ``AmountOutOfBounds``
    naming the field; a floor above the price is one of the things refused.
    """
    for row in rows:
        check_row(row)
    lock_rows(PriceList.objects.filter(pk=price_list.pk))
    known = {
        (price.variant_id, price.min_quantity, price.valid_from): price
        for price in Price.objects.filter(price_list=price_list, variant__in={row.variant_id for row in rows})
    }
    added: list[Price] = []
    changed: list[Price] = []
    for row in {(row.variant_id, row.min_quantity, row.valid_from): row for row in rows}.values():
        price = known.get((row.variant_id, row.min_quantity, row.valid_from))
        terms = {name: getattr(row, name) for name in TERMS}
        if price is None:
            key = {"variant_id": row.variant_id, "min_quantity": row.min_quantity, "valid_from": row.valid_from}
            added.append(Price(price_list=price_list, **key, **terms))
        elif any(getattr(price, name) != value for name, value in terms.items()):
            for name, value in terms.items():
                setattr(price, name, value)
            changed.append(price)
    prices = Price.objects.without_history()
    prices.bulk_create(added, batch_size=1000)
    prices.bulk_update(changed, TERMS, batch_size=500)
    tell_changes(price_list, [*added, *changed])
    return len(added) + len(changed)


@transaction.atomic
def remove_price(*, price: Price) -> None:
    """Take a price away. The history keeps that it went; ``price.changed`` and ``prices_changed`` as for
    ``set_prices``."""
    lock_rows(PriceList.objects.filter(pk=price.price_list_id))
    deleted, _models = Price.objects.without_history().filter(pk=price.pk).delete()
    if deleted:
        tell_changes(price.price_list, [price], removed=True)


def check_row(row: PriceRow) -> None:
    """Raise unless the row can be stored."""
    for name in ("amount", "compare_at", "floor"):
        amount = getattr(row, name)
        if amount is not None and not 0 <= amount <= MAX_MINOR:
            raise AmountOutOfBounds(field=name)
    for name in ("per", "min_quantity"):
        if not 1 <= getattr(row, name) <= MAX_QUANTITY:
            raise InvalidInput(f"Give a whole number from 1 to {MAX_QUANTITY}.", field=name)
    if row.floor is not None and row.floor > row.amount:
        raise InvalidInput(_("The floor must not be above the price."), field="floor")
    if row.valid_from and row.valid_until and row.valid_from >= row.valid_until:
        raise InvalidInput("The end must be later than the start.", field="valid_until")


def tell_changes(price_list: PriceList, prices: Sequence[Price], *, removed: bool = False) -> None:
    """Write history and outbox for prices that changed."""
    if not prices:
        return
    changes = PriceChange.objects.bulk_create(
        [
            PriceChange(
                price_list=price_list,
                variant_id=price.variant_id,
                min_quantity=price.min_quantity,
                amount=None if removed else price.amount,
                per=price.per,
                valid_from=price.valid_from,
                valid_until=price.valid_until,
            )
            for price in prices
        ],
        batch_size=1000,
    )
    ids = dict(Variant.objects.filter(pk__in={c.variant_id for c in changes}).values_list("pk", "public_id"))
    record_events(
        events=[
            Event(
                type="price.changed",
                aggregate="variant",
                aggregate_id=ids[change.variant_id],
                version=change.pk,
                payload={"price_list": price_list.code, "amount": change.amount, "per": change.per},
            )
            for change in changes
        ]
    )
    prices_changed.send_after_commit(PriceList, price_list=price_list, variant_ids=sorted(ids))
