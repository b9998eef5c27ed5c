"""The default stock backend: a row for each variant and location, with counters."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, Case, Exists, Expression, F, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce, Greatest, Now

from nexus_commerce.channels.models import Channel
from nexus_commerce.core.locking import lock_rows
from nexus_commerce.events.services import record_events
from nexus_commerce.inventory.backends import taking
from nexus_commerce.inventory.backends.base import StockBackend, Wanted
from nexus_commerce.inventory.backends.locked import LockedStock, lock_what_is_free
from nexus_commerce.inventory.backends.picking import Key, needs_of, pick_units, serving_items, units_by_line
from nexus_commerce.inventory.backends.telling import change_event
from nexus_commerce.inventory.errors import InvalidStockChange
from nexus_commerce.inventory.models import Allocation, Reservation, StockItem, StockLocation, StockMovement
from nexus_commerce.inventory.policies import StockNeed

__all__ = ["CounterBackend"]

SELLABLE = F("on_hand") + F("backorder_limit") - F("allocated") - F("reserved")


class CounterBackend(StockBackend):
    """Units are counted: in ``on_hand``, ``allocated`` and ``reserved`` of a stock item, always the sums of what they
    count.

    Whatever moves a counter, or makes or ends a reservation, first locks the stock item, so that one at a time does;
    the conditional UPDATE and the constraint hold the same without the lock.
    """

    def reserve(
        self, *, holder: UUID, channel: Channel, lines: Sequence[Wanted], hold_for: timedelta
    ) -> list[Reservation]:
        """See ``StockBackend.reserve``. Three statements, one more for bundles."""
        needs = needs_of(lines)
        if not needs:
            return []
        stock = LockedStock(lock_rows(serving_items(needs, channel).annotate(nexus_now=Now())))
        units = units_by_line(pick_units(stock, lines, needs))
        reservations = []
        for (line, pk), quantity in units.items():
            item: Any = stock.items[pk]
            item.reserved += quantity
            until = item.nexus_now + hold_for
            reservations.append(
                Reservation(stock_item=item, holder=holder, line=line, quantity=quantity, expires_at=until)
            )
        Reservation.objects.bulk_create(reservations)
        stock.write()
        return reservations

    def extend(self, *, holder: UUID, hold_for: timedelta) -> int:
        """See ``StockBackend.extend``. Locks the holder's reservations, and no stock item."""
        rows = lock_rows(Reservation.objects.filter(holder=holder))
        if rows:
            until = Greatest(F("expires_at"), Now() + hold_for)
            Reservation.objects.filter(pk__in=[row.pk for row in rows]).update(expires_at=until, updated_at=Now())
        return len(rows)

    def release(self, *, holder: UUID) -> list[Reservation]:
        """See ``StockBackend.release``."""
        held = Reservation.objects.filter(holder=holder)
        stock = LockedStock(lock_rows(StockItem.objects.filter(pk__in=held.values("stock_item"))))
        rows = lock_rows(held.filter(stock_item__in=stock.items)) if stock.items else []
        stock.end(rows)
        stock.write()
        return rows

    def sweep(self, *, limit: int) -> list[Reservation]:
        """See ``StockBackend.sweep``. Passes over stock items that somebody has locked: it comes back."""
        expired = Reservation.objects.filter(expires_at__lte=Now())
        oldest = expired.order_by("expires_at").values("stock_item")[:limit]
        stock = LockedStock(lock_what_is_free(StockItem.objects.filter(pk__in=oldest)))
        rows: list[Reservation] = []
        if stock.items:
            rows = lock_what_is_free(expired.filter(stock_item__in=stock.items), limit=limit)
        stock.end(rows)
        stock.write()
        return rows

    def allocate(self, *, order: UUID, channel: Channel, lines: Sequence[Wanted]) -> list[Allocation]:
        """See ``StockBackend.allocate``. Three statements, one more for bundles."""
        needs = needs_of(lines)
        if not needs:
            return []
        stock = LockedStock(lock_rows(serving_items(needs, channel)))
        units = units_by_line(pick_units(stock, lines, needs))
        promise(stock, units)
        return write_allocations(stock, order, needs, units)

    def allocate_reserved(
        self, *, holder: UUID, order: UUID, channel: Channel, lines: Sequence[Wanted]
    ) -> list[Allocation]:
        """See ``StockBackend.allocate_reserved``. Five statements where all is still reserved, one more for bundles.

        Units stay at the location that they are reserved at, also where it serves the channel no longer.
        """
        needs = needs_of(lines)
        if not needs:
            return []
        serving, held = serving_items(needs, channel), Reservation.objects.filter(holder=holder)
        either = StockItem.objects.filter(
            pk__in=serving.order_by().values("pk").union(held.order_by().values("stock_item"))
        )
        is_serving = Exists(serving.filter(pk=OuterRef("pk")))
        stock = LockedStock(lock_rows(either.annotate(nexus_serving=is_serving).select_related("location")))
        own = lock_rows(held.filter(stock_item__in=stock.items))
        stock.end(own)
        units = kept_units(stock, needs, own)
        have = by_variant(stock, units)
        promise(stock, units)
        if any(have.get((need.line, need.variant_id)) != need.quantity for need in needs):
            for key, quantity in promised_units(order, lines).items():
                have[key] = have.get(key, 0) + quantity
            choice = [item for item in stock.items.values() if vars(item)["nexus_serving"]]
            fresh = units_by_line(pick_units(stock, lines, needs, kept=have, serving=choice))
            promise(stock, fresh)
            for key, quantity in fresh.items():
                units[key] = units.get(key, 0) + quantity
        return write_allocations(stock, order, needs, units)

    def release_allocations(self, *, order: UUID, units: Mapping[UUID, int] | None) -> list[Allocation]:
        """See ``StockBackend.release_allocations``."""
        return taking.release_allocations(order=order, units=units)

    def consume(
        self,
        *,
        order: UUID,
        units: Mapping[UUID, int],
        location: StockLocation | None,
        reference: UUID | None,
        actor: str,
    ) -> list[StockMovement]:
        """See ``StockBackend.consume``. Six statements."""
        return taking.consume(order=order, units=units, location=location, reference=reference, actor=actor)

    def change_on_hand(self, *, changes: Sequence[tuple[StockItem, int]]) -> None:
        """See ``StockBackend.change_on_hand``. An item that is new is not told as back."""
        stock = LockedStock(item for item, _ in changes if item.pk is not None)
        for item, quantity in changes:
            item.on_hand += quantity
            if not 0 <= item.on_hand <= 10**12 or item.available < 0:
                raise InvalidStockChange(field="quantity", variant=item.variant_id)
        if new := [item for item, _ in changes if item.pk is None]:
            StockItem.objects.bulk_create(new, batch_size=1000)
            record_events(events=[change_event(item) for item in new if item.on_hand])
        stock.write()

    def available_subquery(self, channel: Any, variant: str = "pk", holder: Any = None) -> Expression:
        """See ``StockBackend.available_subquery``. Reservations are read only where there are some."""
        items = StockItem.objects.filter(
            variant=OuterRef(variant), location__is_active=True, location__channels=channel
        ).order_by()
        free = Q(expires_at__lte=Now())
        if holder is not None:
            free |= Q(holder=holder)
        of_item = Reservation.objects.filter(free, stock_item=OuterRef("pk")).order_by().values("stock_item")
        freed = Subquery(of_item.annotate(total=Sum("quantity")).values("total"), output_field=BigIntegerField())
        more = Case(When(reserved__gt=0, then=Coalesce(freed, 0)), default=0, output_field=BigIntegerField())
        total = items.values("variant").annotate(total=Sum(SELLABLE + more)).values("total")
        return Coalesce(Subquery(total, output_field=BigIntegerField()), 0, output_field=BigIntegerField())


def promise(stock: LockedStock, units: Mapping[Key, int]) -> None:
    """Count units, by line and stock item, as allocated."""
    for (_, pk), quantity in units.items():
        stock.items[pk].allocated += quantity


def write_allocations(
    stock: LockedStock, order: UUID, needs: Sequence[StockNeed], units: Mapping[Key, int]
) -> list[Allocation]:
    """Insert the allocations of units that were promised, and write the counters last."""
    per_unit = {(need.line, need.variant_id): need.per_unit for need in needs}
    allocations = Allocation.objects.bulk_create(
        Allocation(
            stock_item_id=pk,
            order=order,
            line=line,
            quantity=quantity,
            per_unit=per_unit[line, stock.items[pk].variant_id],
        )
        for (line, pk), quantity in units.items()
    )
    stock.write()
    return allocations


def kept_units(stock: LockedStock, needs: Sequence[StockNeed], own: Sequence[Reservation]) -> dict[Key, int]:
    """Return what the lines take of what is reserved for them, by line and stock item."""
    left = {(need.line, need.variant_id): need.quantity for need in needs}
    units: dict[Key, int] = {}
    for row in own:
        key = (row.line, stock.items[row.stock_item_id].variant_id)
        if taken := min(row.quantity, left.get(key, 0)):
            units[row.line, row.stock_item_id] = taken
            left[key] -= taken
    return units


def by_variant(stock: LockedStock, units: Mapping[Key, int]) -> dict[Key, int]:
    """Return units by line and stock item as units by line and variant."""
    found: dict[Key, int] = defaultdict(int)
    for (line, pk), quantity in units.items():
        found[line, stock.items[pk].variant_id] += quantity
    return dict(found)


def promised_units(order: UUID, lines: Sequence[Wanted]) -> dict[Key, int]:
    """Return what is promised to the lines already, by line and variant."""
    rows = Allocation.objects.filter(order=order, line__in=[wanted.line for wanted in lines])
    found: dict[Key, int] = defaultdict(int)
    for line, variant_id, quantity in rows.values_list("line", "stock_item__variant", F("quantity") - F("released")):
        found[line, variant_id] += quantity
    return dict(found)
