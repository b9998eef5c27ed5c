"""The backorder limit and the low-stock level change by a service that keeps promises."""

from typing import Any

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.inventory.errors import InvalidStockChange
from nexus_commerce.inventory.models import StockItem, StockMovement
from nexus_commerce.inventory.services import set_stock_limits
from nexus_commerce.inventory.signals import stock_limits_changed
from nexus_commerce.testing.factories import make_stock, make_variant

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


@pytest.fixture
def item() -> StockItem:
    """Return ten units, of which and beyond which fourteen are promised: five may be sold on backorder."""
    made = make_stock(variant=make_variant(), quantity=10)
    StockItem.objects.filter(pk=made.pk).update(backorder_limit=5, low_stock_level=2, allocated=11, reserved=3)
    return StockItem.objects.get(pk=made.pk)


CHANGES: list[tuple[dict[str, Any], tuple[int, int | None], set[str]]] = [
    ({"backorder_limit": 4}, (4, 2), {"backorder_limit"}),
    ({"backorder_limit": 10**12}, (10**12, 2), {"backorder_limit"}),
    ({"low_stock_level": 0}, (5, 0), {"low_stock_level"}),
    ({"low_stock_level": None}, (5, None), {"low_stock_level"}),
    ({"backorder_limit": 9, "low_stock_level": 7}, (9, 7), {"backorder_limit", "low_stock_level"}),
    ({"backorder_limit": 5, "low_stock_level": 7}, (5, 7), {"low_stock_level"}),
    ({"backorder_limit": 5, "low_stock_level": 2}, (5, 2), set()),
    ({}, (5, 2), set()),
]


@pytest.mark.parametrize(("limits", "stored", "changed"), CHANGES)
def test_limits_change_and_are_told_once(
    limits: dict[str, Any],
    stored: tuple[int, int | None],
    changed: set[str],
    item: StockItem,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    heard: list[Any] = []

    def hear(sender: object, **payload: Any) -> None:
        heard.append(payload["changed"])

    stock_limits_changed.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        set_stock_limits(stock_item=item, **limits)
    stock_limits_changed.disconnect(hear)

    version = item.version
    item.refresh_from_db()
    assert (item.backorder_limit, item.low_stock_level) == stored
    assert (item.on_hand, item.allocated, item.reserved) == (10, 11, 3)
    assert item.version == version + bool(changed)
    assert heard == ([changed] if changed else [])
    events = OutboxEvent.objects.filter(type="stock.changed", aggregate_id=item.public_id)
    told = [(event.version, event.payload["backorder_limit"]) for event in events]
    assert told == ([(item.version, stored[0])] if changed else [])
    assert not StockMovement.objects.exclude(reason="opening").exists()


@pytest.mark.parametrize("limit", [3, 0])
def test_a_limit_below_what_is_promised_is_refused(limit: int, item: StockItem) -> None:
    StockItem.objects.filter(pk=item.pk).update(allocated=11)
    stale = StockItem(pk=item.pk, on_hand=10)
    with pytest.raises(InvalidStockChange, match="4 units") as refused:
        set_stock_limits(stock_item=stale, backorder_limit=limit, low_stock_level=1)
    assert (refused.value.field, refused.value.params["least"]) == ("backorder_limit", 4)
    item.refresh_from_db()
    assert (item.backorder_limit, item.low_stock_level) == (5, 2)


@pytest.mark.parametrize("value", [-1, 10**12 + 1, True, "5", 1.5])
@pytest.mark.parametrize("name", ["backorder_limit", "low_stock_level"])
def test_a_figure_out_of_bounds_is_refused(name: str, value: Any, item: StockItem) -> None:
    with pytest.raises(InvalidInput) as refused:
        set_stock_limits(stock_item=item, **{name: value})
    assert refused.value.field == name
    assert not OutboxEvent.objects.exists()
