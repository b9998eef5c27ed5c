"""What is left to be sent, from which location, of bundles and of what is not counted."""

import pytest
from django.test import override_settings

from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.fulfillment.services import create_shipment, left_to_ship, ship_order, ship_shipment
from nexus_commerce.inventory.models import StockLocation, StockMovement
from nexus_commerce.inventory.policies import LocationPolicy, Pick
from nexus_commerce.orders.errors import TooManyUnits
from nexus_commerce.orders.models import Order
from nexus_commerce.testing.factories import make_stock, make_stock_location
from tests.fulfillment.parcels import at, bundle_of, fresh, line_of, paid_order, stocked, units

pytestmark = [pytest.mark.django_db]


class Piecemeal(LocationPolicy):
    """Takes what the first location has, the rest elsewhere."""

    def pick(self, needs, items):  # type: ignore[no-untyped-def]
        picks = []
        for need in needs:
            open_units = need.quantity
            for item in items:
                if item.variant_id == need.variant_id and (units := min(open_units, item.available)):
                    picks.append(Pick(item.pk, need.line, units))
                    open_units -= units
        return picks


PIECEMEAL = {"LOCATION_POLICY": f"{__name__}.Piecemeal"}


@pytest.fixture
def north(channel: Channel) -> StockLocation:
    return make_stock_location(channel=channel, name="North", priority=2)


@pytest.fixture
def south(channel: Channel) -> StockLocation:
    return make_stock_location(channel=channel, name="South", priority=1)


def spread(channel: Channel, stock: dict[StockLocation, int]) -> Variant:
    """Write a variant with so many units at each location."""
    variant = stocked(channel, None)
    for location, quantity in stock.items():
        make_stock(variant=variant, quantity=quantity, location=location)
    return variant


@pytest.fixture
def split(channel: Channel, north: StockLocation, south: StockLocation) -> Order:
    """Return a paid order: 5 units of a variant, 2 in the north and 3 in the south; 1 of another, in the south."""
    with override_settings(NEXUS_COMMERCE=PIECEMEAL):
        return paid_order(channel, (spread(channel, {north: 2, south: 9}), 5), (spread(channel, {south: 4}), 1))


def test_each_location_sends_what_it_holds(split: Order, north: StockLocation, south: StockLocation) -> None:
    assert left_to_ship(order=split) == units(split, 5, 1)
    assert left_to_ship(order=split, location=north) == units(split, 2)
    assert left_to_ship(order=split, location=south) == units(split, 3, 1)
    first = ship_order(order=split, location=north)
    variant = line_of(split).variant
    assert (at(variant, north), at(variant, south)) == ((0, 0), (9, 3))
    assert list(StockMovement.objects.filter(reference=first.public_id).values_list("quantity", flat=True)) == [-2]
    assert fresh(split).fulfillment_state == "partially_fulfilled"
    ship_order(order=split, location=south)
    assert (at(variant, north), at(variant, south)) == ((0, 0), (6, 0))
    assert fresh(split).fulfillment_state == "fulfilled"


def test_no_location_sends_from_all(split: Order, north: StockLocation, south: StockLocation) -> None:
    ship_order(order=split)
    assert (at(line_of(split).variant, north), at(line_of(split).variant, south)) == ((0, 0), (6, 0))


def test_a_location_does_not_send_what_another_holds(split: Order, north: StockLocation) -> None:
    with pytest.raises(TooManyUnits) as refused:
        create_shipment(order=split, units=units(split, 3), location=north)
    assert [entry["left"] for entry in refused.value.params["lines"]] == [2]


def test_a_waiting_shipment_of_a_location_takes_from_it(
    split: Order, north: StockLocation, south: StockLocation
) -> None:
    create_shipment(order=split, units=units(split, 1), location=north)
    assert left_to_ship(order=split, location=north) == units(split, 1)
    assert left_to_ship(order=split, location=south) == units(split, 3, 1)
    create_shipment(order=split, units=units(split, 1))
    assert left_to_ship(order=split, location=south) == units(split, 3, 1)
    create_shipment(order=split, units=units(split, 2), location=south)
    assert left_to_ship(order=split, location=south) == units(split, 1, 1)
    assert left_to_ship(order=split, location=north) == units(split, 1)


def test_a_location_that_was_emptied_meanwhile_refuses(split: Order, north: StockLocation) -> None:
    waiting = create_shipment(order=split, location=north)
    ship_order(order=split, units=units(split, 3))
    with pytest.raises(CommerceError) as refused:
        ship_shipment(shipment=waiting)
    assert refused.value.code == "allocation_missing"
    waiting.refresh_from_db()
    assert waiting.state == "pending"


def test_bundles_take_the_stock_of_their_parts(channel: Channel) -> None:
    cup, spoon = stocked(channel, 20), stocked(channel, 20)
    order = paid_order(channel, (bundle_of(channel, {cup: 2, spoon: 3}), 4))
    ship_order(order=order, units=units(order, 1))
    assert (at(cup), at(spoon)) == ((18, 6), (17, 9))
    assert left_to_ship(order=order, location=StockLocation.objects.get()) == units(order, 3)
    ship_order(order=order)
    assert (at(cup), at(spoon)) == ((12, 0), (8, 0))
    assert fresh(order).fulfillment_state == "fulfilled"


def test_what_is_not_counted_is_sent_without_stock(
    channel: Channel, north: StockLocation, south: StockLocation
) -> None:
    untracked = stocked(channel, None, track_stock=False)
    order = paid_order(channel, (untracked, 3), (spread(channel, {south: 5}), 1))
    assert left_to_ship(order=order, location=north) == units(order, 3)
    create_shipment(order=order, units=units(order, 1), location=north)
    assert left_to_ship(order=order, location=north) == units(order, 2)
    shipment = ship_order(order=order, units=units(order, 2), location=north)
    assert not StockMovement.objects.filter(reference=shipment.public_id).exists()
    assert line_of(order).shipped_quantity == 2
