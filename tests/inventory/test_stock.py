from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from nexus_commerce.catalog.models import Bundle, BundleItem, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.inventory.errors import InvalidStockChange, OutOfStock
from nexus_commerce.inventory.models import Allocation, StockItem, StockMovement
from nexus_commerce.inventory.services import (
    Wanted,
    allocate_stock,
    available_quantities,
    receive_stock,
    set_on_hand,
    set_stock_levels,
)
from nexus_commerce.inventory.signals import stock_changed
from nexus_commerce.testing.factories import make_product, make_stock, make_stock_location, make_variant

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


def wanted(variant: Variant, quantity: int, *, is_bundle: bool = False) -> Wanted:
    return Wanted(uuid4(), variant.pk, variant.sku, quantity, variant.track_stock, is_bundle)


def make_bundle(**parts: Any) -> Variant:
    bundle = make_product(product_type=Bundle).variants.get()
    for variant, quantity in parts["parts"]:
        BundleItem.objects.create(bundle=bundle, variant=variant, quantity=quantity)
    return bundle


def test_receiving_and_taking_away_leave_movements_that_sum_to_what_is_there() -> None:
    variant, location = make_variant(), make_stock_location()
    receive_stock(variant=variant, location=location, quantity=10)
    receive_stock(variant=variant, location=location, quantity=-3, reason="damaged", actor="ann")
    item = set_on_hand(variant=variant, location=location, quantity=9, note="counted twice")

    assert item.on_hand == 9
    movements = StockMovement.objects.filter(stock_item=item)
    assert [(row.quantity, row.reason) for row in movements] == [(10, "received"), (-3, "damaged"), (2, "counted")]
    assert movements.aggregate(total=Sum("quantity"))["total"] == item.on_hand
    assert OutboxEvent.objects.filter(type="stock.changed", aggregate_id=item.public_id).count() == 3


@pytest.mark.parametrize("quantity", [-11, -6, 0, 10**13])
def test_a_change_that_would_break_a_promise_changes_nothing(quantity: int) -> None:
    item = make_stock(variant=make_variant(), quantity=10)
    StockItem.objects.filter(pk=item.pk).update(allocated=5)
    with pytest.raises(InvalidStockChange):
        receive_stock(variant=item.variant, location=item.location, quantity=quantity)
    item.refresh_from_db()
    assert item.on_hand == 10
    assert not StockMovement.objects.exclude(reason="opening").exists()


def test_a_count_that_agrees_is_no_movement() -> None:
    item = make_stock(variant=make_variant(), quantity=4)
    set_on_hand(variant=item.variant, location=item.location, quantity=4)
    assert not StockMovement.objects.exclude(reason="opening").exists()


def test_levels_are_set_in_bulk_or_not_at_all(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    location = make_stock_location()
    levels = {make_variant().pk: place for place in range(1, 31)}
    with django_assert_num_queries(7):  # two of them savepoint
        assert set_stock_levels(location=location, levels=levels) == 30
    assert set_stock_levels(location=location, levels=levels) == 0
    first, last = min(levels), max(levels)
    StockItem.objects.filter(variant=last).update(allocated=5)
    with pytest.raises(InvalidStockChange):
        set_stock_levels(location=location, levels={first: 99, last: 4})
    assert StockItem.objects.get(variant=first).on_hand == 1


def test_what_can_be_sold_leaves_out_what_is_promised_and_held(channel: Channel) -> None:
    variant = make_variant()
    make_stock(variant=variant, quantity=10, channel=channel, allocated=3, reserved=2, backorder_limit=1)
    make_stock(variant=variant, quantity=4, location=make_stock_location(channel=channel))
    make_stock(variant=variant, quantity=100, location=make_stock_location())
    make_stock(variant=variant, quantity=100, location=make_stock_location(channel=channel, is_active=False))
    untracked, without = make_variant(track_stock=False), make_variant()

    found = available_quantities(variant_ids=[variant.pk, untracked.pk, without.pk], channel=channel)
    assert found == {variant.pk: 10, untracked.pk: None, without.pk: 0}


def test_a_bundle_has_what_its_scarcest_item_allows(
    channel: Channel, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    mug, saucer = make_variant(channel=channel, stock=9), make_variant(channel=channel, stock=4)
    ebook = make_variant(track_stock=False)
    pair = make_bundle(parts=[(mug, 2), (saucer, 2), (ebook, 1)])
    free = make_bundle(parts=[(ebook, 1)])
    with django_assert_num_queries(2):
        found = available_quantities(variant_ids=[pair.pk, free.pk, mug.pk], channel=channel)
    assert found == {pair.pk: 2, free.pk: None, mug.pk: 9}


def test_units_come_from_the_best_location_that_has_the_whole_line(channel: Channel) -> None:
    variant = make_variant()
    near = make_stock_location(channel=channel, priority=2)
    far = make_stock_location(channel=channel, priority=1)
    small = make_stock(variant=variant, quantity=3, location=near)
    large = make_stock(variant=variant, quantity=8, location=far)

    allocate_stock(order=uuid4(), channel=channel, lines=[wanted(variant, 5)])
    allocate_stock(order=uuid4(), channel=channel, lines=[wanted(variant, 2)])
    allocate_stock(order=uuid4(), channel=channel, lines=[wanted(variant, 4)])
    small.refresh_from_db()
    large.refresh_from_db()
    assert (small.allocated, large.allocated) == (3, 8)
    assert sorted(Allocation.objects.values_list("stock_item", "quantity")) == sorted(
        [(large.pk, 5), (small.pk, 2), (small.pk, 1), (large.pk, 3)]
    )


def test_a_line_is_taken_from_no_more_locations_than_it_needs(channel: Channel) -> None:
    variant = make_variant()
    for priority in (3, 2, 1):
        make_stock(variant=variant, quantity=2, location=make_stock_location(channel=channel, priority=priority))
    allocate_stock(order=uuid4(), channel=channel, lines=[wanted(variant, 4)])
    by_place = StockItem.objects.order_by("-location__priority").values_list("allocated", flat=True)
    assert list(by_place) == [2, 2, 0]


def test_lines_of_one_variant_share_its_stock(channel: Channel) -> None:
    variant = make_variant(channel=channel, stock=10)
    lines = [wanted(variant, 10), wanted(variant, 10)]
    with pytest.raises(OutOfStock) as caught:
        allocate_stock(order=uuid4(), channel=channel, lines=lines)
    (short,) = caught.value.params["lines"]
    assert short == {"line": str(lines[1].line), "sku": variant.sku, "wanted": 10, "available": 10}
    assert StockItem.objects.get().allocated == 0


def test_a_bundle_takes_the_stock_of_its_items(channel: Channel) -> None:
    mug, saucer = make_variant(channel=channel, stock=9), make_variant(channel=channel, stock=4)
    pair = make_bundle(parts=[(mug, 2), (saucer, 1)])
    allocate_stock(order=uuid4(), channel=channel, lines=[wanted(pair, 3, is_bundle=True), wanted(mug, 3)])
    assert dict(StockItem.objects.values_list("variant", "allocated")) == {mug.pk: 9, saucer.pk: 3}
    with pytest.raises(OutOfStock) as caught:
        allocate_stock(order=uuid4(), channel=channel, lines=[wanted(pair, 1, is_bundle=True)])
    assert caught.value.params["lines"][0]["available"] == 0


def test_nothing_is_taken_for_what_is_not_tracked(
    channel: Channel, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    line = wanted(make_variant(track_stock=False), 5)
    with django_assert_num_queries(2):  # the savepoint
        assert allocate_stock(order=uuid4(), channel=channel, lines=[line]) == []


def test_the_number_of_statements_does_not_grow_with_the_lines(
    channel: Channel, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lines = [wanted(make_variant(channel=channel, stock=2), 1) for _ in range(25)]
    with django_assert_num_queries(5):  # two of them savepoint
        allocate_stock(order=uuid4(), channel=channel, lines=lines)


@pytest.mark.parametrize(
    "columns",
    [{"allocated": 11}, {"reserved": 11}, {"allocated": 6, "reserved": 5}, {"on_hand": -1}, {"allocated": -1}],
)
def test_the_database_itself_refuses_to_oversell(columns: dict[str, int]) -> None:
    item = make_stock(variant=make_variant(), quantity=10)
    with pytest.raises(IntegrityError), transaction.atomic():
        StockItem.objects.filter(pk=item.pk).update(**columns)


def test_a_change_of_stock_is_signaled(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    heard: list[Any] = []

    def hear(sender: object, **payload: Any) -> None:
        heard.append((payload["stock_item"].on_hand, payload["movement"].quantity))

    stock_changed.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            receive_stock(variant=make_variant(), location=make_stock_location(), quantity=7)
    finally:
        stock_changed.disconnect(hear)
    assert heard == [(7, 7)]
