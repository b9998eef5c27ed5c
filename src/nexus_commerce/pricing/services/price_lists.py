"""Making and changing price lists."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from nexus_commerce.catalog.services.columns import set_columns
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.locking import lock_rows
from nexus_commerce.events.services import record_event
from nexus_commerce.pricing.models import PriceList, PriceListChange
from nexus_commerce.pricing.signals import price_list_changed

__all__ = ["change_price_list", "create_price_list"]


@transaction.atomic
def create_price_list(
    *, code: str, name: str, currency: str, channels: Iterable[Channel] = (), **columns: Any
) -> PriceList:
    """Make a price list for channels; ``columns`` are any other of the model's, the host's own among them.

    Writes its first row of history and a ``price_list.changed`` event; ``price_list_changed`` is sent after commit.
    Raises ``InvalidInput`` naming the field.
    """
    price_list = PriceList()
    changed = set_columns(price_list, {"code": code, "name": name, "currency": currency, **columns})
    write_list(price_list, None, channels)
    tell_change(price_list, {*changed, "channels"})
    return price_list


@transaction.atomic
def change_price_list(*, price_list: PriceList, channels: Iterable[Channel] | None = None, **columns: Any) -> PriceList:
    """Change columns of a price list, and its channels where given, as one change.

    The list is locked and read anew. What decides where, when or for whom it applies adds one row to the history and
    a ``price_list.changed`` event; ``price_list_changed`` is sent after commit for any change. Raises ``InvalidInput``
    naming the field, and ``CurrencyIsFixed``.
    """
    lock_rows(PriceList.objects.filter(pk=price_list.pk))
    price_list.refresh_from_db()
    changed = set(set_columns(price_list, columns))
    wanted = None if channels is None else {channel.pk for channel in channels}
    if wanted is not None and wanted != set(price_list.channels.values_list("pk", flat=True)):
        changed.add("channels")
    if changed:
        write_list(price_list, [*(changed - {"channels"}), "updated_at"], wanted)
        tell_change(price_list, changed)
    return price_list


def write_list(price_list: PriceList, columns: list[str] | None, channels: Iterable[Channel | int] | None) -> None:
    """Save the columns, or the whole new row, and the channels where given; the history is for the caller to write."""
    price_list.is_being_changed = True
    try:
        price_list.save(update_fields=columns)
        if channels is not None:
            price_list.channels.set(channels)
    finally:
        price_list.is_being_changed = False


def tell_change(price_list: PriceList, changed: Iterable[str]) -> None:
    """Write history and outbox for a list that changed, and send the signal."""
    for change in PriceListChange.objects.record([price_list.pk]):
        record_event(
            type="price_list.changed",
            aggregate="price_list",
            aggregate_id=price_list.public_id,
            version=change.pk,
            payload={"code": price_list.code, "is_active": change.is_active, "priority": change.priority},
        )
    price_list_changed.send_after_commit(PriceList, price_list=price_list, changed=frozenset(changed))
