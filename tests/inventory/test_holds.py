"""What holds cost in statements, whose clock ends them, and what carts and others see of them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import price_cart
from nexus_commerce.catalog.models import Bundle, BundleItem, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.inventory.models import Allocation, Reservation, StockItem
from nexus_commerce.inventory.services import (
    allocate_reserved,
    allocate_stock,
    available_quantities,
    consume_allocations,
    extend_reservations,
    release_allocations,
    release_reservations,
    reserve_stock,
    sweep_reservations,
)
from nexus_commerce.inventory.signals import (
    stock_allocated,
    stock_back,
    stock_changed,
    stock_consumed,
    stock_low,
    stock_released,
    stock_reserved,
)
from nexus_commerce.testing.factories import make_product, make_stock_location
from nexus_commerce.testing.statements import watch_statements
from tests.cart.shopping import guest_cart, put
from tests.inventory.stocking import PAST, SOON, breaches, hold, levels, promise, stocked, wanted

pytestmark = pytest.mark.django_db


def pack_of(variant: Variant, quantity: int, channel: Channel) -> Variant:
    bundle = make_product(product_type=Bundle, channel=channel, amount=500).variants.get()
    BundleItem.objects.create(bundle=bundle, variant=variant, quantity=quantity)
    return bundle


def sent(act: Any) -> int:
    """Return how many statements an act sends, those of savepoints apart."""
    with watch_statements() as statements:
        act()
    return sum(not sql.startswith(("SAVEPOINT", "RELEASE")) for sql in statements)


# Statements


def test_the_statements_of_each_act_are_few(channel: Channel) -> None:
    plain = stocked(channel, 50)
    lines = [wanted(plain, 1), wanted(stocked(channel, 50), 2), wanted(pack_of(plain, 3, channel), 1, is_bundle=True)]
    holder, order, swept = uuid4(), uuid4(), uuid4()
    terms: dict[str, Any] = {"channel": channel, "lines": lines}
    unbundled: dict[str, Any] = {"channel": channel, "lines": lines[:2]}
    assert sent(lambda: reserve_stock(holder=holder, hold_for=SOON, **terms)) == 4
    assert sent(lambda: extend_reservations(holder=holder, hold_for=SOON)) == 2
    assert sent(lambda: allocate_reserved(holder=holder, order=order, **terms)) == 6
    assert sent(lambda: allocate_reserved(holder=swept, order=order, **terms)) == 4
    assert sent(lambda: reserve_stock(holder=swept, hold_for=PAST, **unbundled)) == 3
    assert sent(sweep_reservations) == 4
    assert sent(sweep_reservations) == 1
    rest = uuid4()
    units = {line.line: 1 for line in lines}
    assert sent(lambda: consume_allocations(order=order, units=units)) == 6
    assert sent(lambda: release_allocations(order=order)) == 4
    assert sent(lambda: release_allocations(order=order)) == 2
    fresh: dict[str, Any] = {"channel": channel, "lines": [wanted(plain, 1)]}
    assert sent(lambda: allocate_stock(order=rest, **fresh)) == 3
    assert sent(lambda: release_reservations(holder=hold(channel, *lines))) == 4 + 4
    assert breaches() == []


def test_what_gives_way_costs_two_statements(channel: Channel) -> None:
    variants = [stocked(channel, 4) for _ in range(9)]
    hold(channel, *(wanted(variant, 3) for variant in variants), hold_for=PAST)
    lines = [wanted(variant, 4) for variant in variants]
    assert sent(lambda: hold(channel, *lines)) == 5
    assert breaches() == []


def test_an_open_cart_pays_no_statement_for_holds(channel: Channel) -> None:
    variant = make_product(channel=channel, amount=1000, stock=10).variants.get()
    cart = guest_cart(channel, variant)
    open_one = sent(lambda: price_cart(cart=cart))
    hold(channel, wanted(variant, 2))
    assert sent(lambda: price_cart(cart=cart)) == open_one
    cart.state = "frozen"
    assert sent(lambda: price_cart(cart=cart)) == open_one


# The clock


@pytest.mark.parametrize("skew", [timedelta(days=-1), timedelta(days=1)])
def test_the_clock_of_the_database_ends_a_hold(
    skew: timedelta, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    variant = stocked(channel, 10)
    began = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: datetime.now(UTC) + skew)
    holder = hold(channel, wanted(variant, 4))
    until = Reservation.objects.get(holder=holder).expires_at
    assert abs(until - began - SOON) < timedelta(seconds=30)
    assert sweep_reservations() == 0
    assert extend_reservations(holder=holder, hold_for=SOON * 2) == 1
    assert abs(Reservation.objects.get(holder=holder).expires_at - began - SOON * 2) < timedelta(seconds=30)
    hold(channel, wanted(variant, 1), hold_for=PAST)
    assert sweep_reservations() == 1


# What others and the cart itself see


def seen(cart: Cart) -> list[int | None]:
    """Return what the lines of a cart say is available."""
    return [line.offer.available for line in price_cart(cart=cart).lines]


@pytest.mark.hosts
@pytest.mark.parametrize("case", ["A-S10"])
def test_a_hold_is_seen_by_others_until_it_expires_and_not_by_its_own_cart(case: str, channel: Channel) -> None:
    variant = make_product(channel=channel, amount=1000, stock=10).variants.get()
    pack = pack_of(variant, 2, channel)
    own, other = guest_cart(channel, variant, pack), guest_cart(channel, variant, pack)
    put(own, variant, 9)
    hold(channel, wanted(variant, 4), holder=own.public_id)
    assert (seen(other), seen(own)) == ([6, 3], [6, 3])
    Cart.objects.filter(pk=own.pk).update(state="frozen")
    own.refresh_from_db()
    assert (seen(other), seen(own)) == ([6, 3], [10, 5])
    assert price_cart(cart=own).changes == ()
    Reservation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert (seen(other), seen(own)) == ([10, 5], [10, 5])
    extend_reservations(holder=own.public_id, hold_for=SOON)
    assert (seen(other), seen(own)) == ([6, 3], [10, 5])
    find: dict[str, Any] = {"variant_ids": [variant.pk, pack.pk], "channel": channel}
    assert available_quantities(**find) == {variant.pk: 6, pack.pk: 3}
    assert available_quantities(holder=own.public_id, **find) == {variant.pk: 10, pack.pk: 5}


def test_what_is_held_where_the_channel_is_served_no_longer_stays_promised(channel: Channel) -> None:
    variant = stocked(channel, 3)
    line, more = wanted(variant, 2), wanted(variant, 1)
    holder = hold(channel, line)
    channel.stock_locations.clear()
    with pytest.raises(Exception, match="not enough") as caught:
        allocate_reserved(holder=holder, order=uuid4(), channel=channel, lines=[line, more])
    assert [row["available"] for row in caught.value.params["lines"]] == [0]  # type: ignore[attr-defined]
    assert levels(variant) == (3, 0, 2)
    allocate_reserved(holder=holder, order=uuid4(), channel=channel, lines=[line])
    assert levels(variant) == (3, 2, 0)


def test_a_line_is_promised_where_it_was_held_and_the_rest_elsewhere(channel: Channel) -> None:
    near, far = make_stock_location(channel=channel, priority=2), make_stock_location(channel=channel, priority=1)
    variant = stocked(channel, 2)
    StockItem.objects.update(location=near)
    line = wanted(variant, 5)
    StockItem.objects.create(variant=variant, location=far, on_hand=9)
    holder = hold(channel, wanted(variant, 1))
    Reservation.objects.update(line=line.line)
    order = uuid4()
    allocate_reserved(holder=holder, order=order, channel=channel, lines=[line])
    rows = Allocation.objects.filter(order=order).order_by("pk").values_list("stock_item__location", "quantity")
    assert list(rows) == [(near.pk, 1), (far.pk, 4)]


# What is told


@pytest.mark.hosts
def test_every_act_is_told_after_commit(
    channel: Channel, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    signals = {
        "reserved": stock_reserved,
        "allocated": stock_allocated,
        "released": stock_released,
        "consumed": stock_consumed,
        "changed": stock_changed,
        "low": stock_low,
        "back": stock_back,
    }
    heard: list[str] = []
    ears = []
    for name, signal in signals.items():

        def hear(sender: object, told: str = name, **payload: Any) -> None:
            heard.append(told)

        ears.append(hear)
        signal.connect(hear)

    def told(act: Any) -> list[str]:
        heard.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return sorted(heard)

    variant = stocked(channel, 5)
    StockItem.objects.update(low_stock_level=2)
    line = wanted(variant, 5)
    holder, order = uuid4(), uuid4()
    terms: dict[str, Any] = {"channel": channel, "lines": [line]}
    assert told(lambda: reserve_stock(holder=holder, hold_for=SOON, **terms)) == ["low", "reserved"]
    assert told(lambda: extend_reservations(holder=holder, hold_for=SOON)) == ["reserved"]
    assert told(lambda: extend_reservations(holder=uuid4(), hold_for=SOON)) == []
    assert told(lambda: allocate_reserved(holder=holder, order=order, **terms)) == ["allocated"]
    assert told(lambda: allocate_reserved(holder=holder, order=order, **terms)) == []
    assert told(lambda: release_reservations(holder=holder)) == []
    assert told(sweep_reservations) == []
    assert told(lambda: consume_allocations(order=order, units={line.line: 2})) == ["changed", "consumed"]
    assert told(lambda: consume_allocations(order=order, units={line.line: 0})) == []
    assert told(lambda: release_allocations(order=order)) == ["back", "released"]
    assert told(lambda: release_allocations(order=order)) == []
    for signal, ear in zip(signals.values(), ears, strict=True):
        signal.disconnect(ear)


# Bundles and figures


def test_a_unit_of_a_bundle_takes_what_it_is_made_of(channel: Channel) -> None:
    mug, saucer = stocked(channel, 20), stocked(channel, 20)
    bundle = pack_of(mug, 6, channel)
    BundleItem.objects.create(bundle=bundle, variant=saucer, quantity=2)
    line = wanted(bundle, 2, is_bundle=True)
    order = promise(channel, line)
    consume_allocations(order=order, units={line.line: 1})
    assert (levels(mug), levels(saucer)) == ((14, 6, 0), (18, 2, 0))
    release_allocations(order=order, units={line.line: 1})
    assert (levels(mug), levels(saucer)) == ((14, 0, 0), (18, 0, 0))


def test_fewer_than_no_units_are_refused(channel: Channel) -> None:
    line = wanted(stocked(channel, 5), 2)
    order = promise(channel, line)
    for act in (consume_allocations, release_allocations):
        with pytest.raises(InvalidInput):
            act(order=order, units={line.line: -1})


def test_units_on_hand_leave_before_those_on_backorder(channel: Channel) -> None:
    near, far = make_stock_location(channel=channel, priority=2), make_stock_location(channel=channel, priority=1)
    variant = stocked(channel, 0)
    StockItem.objects.update(location=near, backorder_limit=2)
    StockItem.objects.create(variant=variant, location=far, on_hand=3)
    line = wanted(variant, 4)
    order = promise(channel, line)
    (movement,) = consume_allocations(order=order, units={line.line: 2})
    assert (movement.stock_item.location_id, movement.quantity) == (far.pk, -2)
