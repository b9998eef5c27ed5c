"""How far a stock item may be sold, and when it is low."""

from types import EllipsisType
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.core.locking import lock_rows
from nexus_commerce.events.services import record_events
from nexus_commerce.inventory.backends.telling import change_event, tell_crossing
from nexus_commerce.inventory.errors import InvalidStockChange
from nexus_commerce.inventory.models import StockItem
from nexus_commerce.inventory.signals import stock_limits_changed

__all__ = ["set_stock_limits"]

MOST: Final = {"backorder_limit": 10**12, "low_stock_level": 2**31 - 1}


@transaction.atomic
def set_stock_limits(
    *,
    stock_item: StockItem,
    backorder_limit: int | None = None,
    low_stock_level: int | EllipsisType | None = ...,
) -> StockItem:
    """Say how many units may be sold beyond what is on hand, and from how many on the stock is low.

    ``backorder_limit`` of None and ``low_stock_level`` of ``...`` leave it as it is; a level of None takes it away.
    Locks the stock item. Raises ``InvalidStockChange`` for a limit below what is promised already, and
    ``InvalidInput`` for a figure out of bounds. Writes ``stock.changed``, and ``stock.low`` or
    ``stock.back`` where another backorder limit makes it so; sends ``stock_limits_changed``. Nothing of that where
    nothing changed.
    """
    given: dict[str, Any] = {}
    if backorder_limit is not None:
        given["backorder_limit"] = _checked("backorder_limit", backorder_limit)
    if low_stock_level is not ...:
        given["low_stock_level"] = _checked("low_stock_level", low_stock_level)
    (item,) = lock_rows(StockItem.objects.filter(pk=stock_item.pk))
    changed = frozenset(name for name, value in given.items() if getattr(item, name) != value)
    if not changed:
        return item
    before = item.available
    for name in changed:
        setattr(item, name, given[name])
    if item.available < 0:
        least = item.backorder_limit - item.available
        message = _("%(least)d units beyond what is on hand are promised already; the limit cannot be lower.")
        raise InvalidStockChange(message, field="backorder_limit", least=least)
    item.version += 1
    item.save(update_fields=[*changed, "version", "updated_at"])
    record_events(events=[change_event(item), *tell_crossing(item, before)])
    stock_limits_changed.send_after_commit(StockItem, stock_item=item, changed=changed)
    return item


def _checked(name: str, value: int | None) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST[name]:
        raise InvalidInput(_("Give a whole number from 0 to %(most)d."), field=name, most=MOST[name])
    return value
