"""The lowest public price of the last 30 days (Directive 98/6/EC, article 6a)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import router
from django.db.models import BigIntegerField, CharField, Exists, IntegerField, OuterRef

from nexus_commerce.channels.models import Channel
from nexus_commerce.core.prepared import AnyOf, Prepared, Slot
from nexus_commerce.pricing.models import PriceChange, PriceList
from nexus_commerce.pricing.timeline import (
    ListState,
    LowestPrice,
    PriceState,
    Ranking,
    prior_price,
    public_spans,
    rankings,
)

__all__ = ["DAYS", "LowestPrice", "lowest_prices"]

DAYS: Final = 30
"""How many days before a reduction count; the directive asks for no fewer."""


def lowest_prices(
    *,
    variant_ids: Collection[int],
    channel: Channel,
    now: datetime,
    country: str = "",
    days: int = DAYS,
    quantities: Mapping[int, int] | None = None,
) -> dict[int, LowestPrice]:
    """Return the prior price of each variant that has a public price now, to be shown beside a reduced one.

    Public are the lists of the channel's currency, for the channel and for no customer group, without a country or
    with ``country`` (the channel's own where none is given); which of them counted when follows the order of
    ``PricePolicy.quote``. See ``timeline.prior_price`` for what is a reduction. Days are calendar days of the channel's
    time zone. Prices are those for ``quantities`` units of a variant, by default one. Two statements.
    """
    if not variant_ids:
        return {}
    wanted = quantities or {}
    ranked = load_rankings(channel, country or channel.country, now)
    zone = ZoneInfo(channel.time_zone)
    found: dict[int, LowestPrice] = {}
    for variant_id, states in load_changes(variant_ids, channel.currency, max([1, *wanted.values()])).items():
        spans = public_spans(states, ranked, now, wanted.get(variant_id, 1))
        if prior := prior_price(spans, now=now, zone=zone, days=days):
            found[variant_id] = prior
    return found


def load_changes(variant_ids: Iterable[int], currency: str, quantity: int) -> dict[int, list[PriceState]]:
    """Return the history of the prices of variants, up to a quantity, oldest first."""
    found = defaultdict(list)
    rows = CHANGES.run(
        router.db_for_read(PriceChange), variants=sorted(set(variant_ids)), currency=currency, quantity=quantity
    )
    for _pk, variant_id, *columns in sorted(rows, key=lambda row: (row[2], row[0])):
        found[variant_id].append(PriceState(*columns))
    return found


def load_rankings(channel: Channel, country: str, now: datetime) -> list[Ranking]:
    """Return which public lists applied to a channel and country from when on.

    A list without a history counts as having been what it is since it was made.
    """
    rows = LISTS.run(router.db_for_read(PriceList), currency=channel.currency, channel=channel.pk)
    states = [
        _state_of_row(row, channel.pk, country) for row in sorted(rows, key=lambda row: row["list_changes__id"] or 0)
    ]
    return rankings(states, now)


def changes_of_variants() -> Any:
    """Return the history of prices with slots for what is asked."""
    columns = ("id", "variant_id", "created_at", "price_list_id", "min_quantity", "valid_from", "valid_until")
    return (
        PriceChange.objects.filter(
            AnyOf("variant_id", "variants"),
            price_list__currency=Slot("currency", CharField()),
            min_quantity__lte=Slot("quantity", IntegerField()),
        )
        .order_by()
        .values_list(*columns, "amount", "per")
    )


COLUMNS: Final = ("country", "priority", "is_active", "valid_from", "valid_until")


def states_of_lists() -> Any:
    """Return the lists of a currency, each with its rows of history, with slots for what is asked."""
    own = PriceList.channels.through.objects.filter(
        pricelist=OuterRef("pk"), channel=Slot("channel", BigIntegerField())
    )
    history = [f"list_changes__{name}" for name in ("id", "created_at", "channels", "is_public", *COLUMNS)]
    return (
        PriceList.objects.filter(currency=Slot("currency", CharField()))
        .annotate(in_channel=Exists(own))
        .order_by()
        .values("id", "created_at", "customer_group_id", "in_channel", *COLUMNS, *history)
    )


TEXT: Final = CharField()
CHANGES: Final = Prepared(changes_of_variants, variants=BigIntegerField(), currency=TEXT, quantity=IntegerField())
LISTS: Final = Prepared(states_of_lists, currency=TEXT, channel=BigIntegerField())


def _state_of_row(row: Mapping[str, Any], channel_id: int, country: str) -> ListState:
    if row["list_changes__id"] is None:
        at, is_here, is_public, prefix = row["created_at"], row["in_channel"], row["customer_group_id"] is None, ""
    else:
        at, is_here = row["list_changes__created_at"], channel_id in row["list_changes__channels"]
        is_public, prefix = row["list_changes__is_public"], "list_changes__"
    of_list, priority, is_active, valid_from, valid_until = (row[prefix + name] for name in COLUMNS)
    applies = is_here and is_public and is_active and of_list in {"", country}
    return ListState(at, row["id"], applies, priority, bool(of_list), valid_from, valid_until)
