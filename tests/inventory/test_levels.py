"""When a stock item tells that it runs low, and that it is back."""

from typing import Any

import pytest

from nexus_commerce.channels.models import Channel
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.inventory.models import StockItem
from nexus_commerce.inventory.services import receive_stock, set_on_hand, set_stock_levels, set_stock_limits
from nexus_commerce.testing.factories import make_stock_location, make_variant
from tests.inventory.stocking import hold, promise, stocked, wanted

pytestmark = pytest.mark.django_db

LEVEL = 3

CHANGES = [
    # (available before, change, told)
    (5, -1, []),
    (5, -2, ["stock.low"]),
    (5, -5, ["stock.low"]),
    (3, -1, []),
    (2, +1, []),
    (0, +1, ["stock.back"]),
    (0, +9, ["stock.back"]),
    (4, +1, []),
]


def told(item: StockItem) -> list[tuple[str, int]]:
    """Return the events of a stock item that tell of its level, with their versions."""
    events = OutboxEvent.objects.filter(aggregate_id=item.public_id).exclude(type="stock.changed").order_by("pk")
    return [(event.type, event.version) for event in events]


def item_at(channel: Channel, available: int) -> StockItem:
    item = StockItem.objects.get(variant=stocked(channel, 20))
    set_stock_limits(stock_item=item, low_stock_level=LEVEL)
    promise(channel, wanted(item.variant, 20 - available))
    OutboxEvent.objects.all().delete()
    return item


@pytest.mark.parametrize("act", ["receive", "count", "import"])
@pytest.mark.parametrize(("available", "change", "expected"), CHANGES)
def test_goods_that_come_and_go_cross_the_level(
    act: str, available: int, change: int, expected: list[str], channel: Channel
) -> None:
    item = item_at(channel, available)
    given: dict[str, Any] = {"variant": item.variant, "location": item.location}
    if act == "receive":
        receive_stock(quantity=change, **given)
    elif act == "count":
        set_on_hand(quantity=20 + change, **given)
    else:
        set_stock_levels(location=item.location, levels={item.variant_id: 20 + change})
    item.refresh_from_db()
    assert told(item) == [(name, item.version) for name in expected]
    (changed,) = OutboxEvent.objects.filter(aggregate_id=item.public_id, type="stock.changed")
    assert (changed.version, changed.payload["on_hand"]) == (item.version, 20 + change)


def test_what_crosses_tells_its_figures(channel: Channel) -> None:
    item = item_at(channel, 5)
    hold(channel, wanted(item.variant, 4))
    item.refresh_from_db()
    assert told(item) == [("stock.low", item.version)]
    assert OutboxEvent.objects.get().payload == {"available": 1, "low_stock_level": LEVEL}


def test_limits_make_it_low_or_bring_it_back(channel: Channel) -> None:
    item = item_at(channel, 0)
    set_stock_limits(stock_item=item, backorder_limit=9)
    set_stock_limits(stock_item=item, low_stock_level=12)
    set_stock_limits(stock_item=item, low_stock_level=5)
    low = set_stock_limits(stock_item=item, backorder_limit=4)
    assert told(item) == [("stock.back", low.version - 3), ("stock.low", low.version)]


def test_what_is_new_is_not_back_and_without_a_level_nothing_is_low(channel: Channel) -> None:
    location = make_stock_location(channel=channel)
    item = receive_stock(variant=make_variant(), location=location, quantity=5)
    other = set_on_hand(variant=make_variant(), location=location, quantity=0)
    set_stock_levels(location=location, levels={make_variant().pk: 5})
    promise(channel, wanted(item.variant, 5))
    assert (told(item), item.version, other.on_hand) == ([], 1, 0)
    assert OutboxEvent.objects.filter(type="stock.changed").count() == 2
    assert not OutboxEvent.objects.exclude(type="stock.changed").exists()
