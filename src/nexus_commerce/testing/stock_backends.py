"""What every stock backend must do, as tests that a host runs against its own::

class TestUnitBackend(StockBackendCompliance):
    def backend(self):
        return UnitBackend
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from django.db.models import F, Model

from nexus_commerce.catalog.models import Bundle, BundleItem, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.inventory import services as stock
from nexus_commerce.inventory.backends import StockBackend, Wanted
from nexus_commerce.inventory.errors import AllocationMissing, InvalidStockChange, NotOnHand, OutOfStock
from nexus_commerce.inventory.models import Allocation, Reservation, StockItem, StockLocation
from nexus_commerce.testing.factories import make_channel, make_product, make_stock_location, make_variant
from nexus_commerce.testing.statements import watch_statements

__all__ = ["StockBackendCompliance"]

SOON: Final = timedelta(minutes=10)
PAST: Final = timedelta(seconds=-1)
CHANGES: Final = ("INSERT", "UPDATE", "DELETE", "SELECT")


class StockBackendCompliance:
    """Mix it into a test class and say which backend is meant. It asks the services, as everybody does.

    Run it on the database of the real project. It starts no two transactions at once: add races of your own.
    """

    pytestmark = [pytest.mark.django_db]

    def backend(self) -> type[StockBackend]:
        """Return the class to be tested, which must have a dotted path."""
        raise NotImplementedError

    def settle(self) -> None:
        """Bring the counters of the stock items up to date, where the backend lets them lag."""

    @pytest.fixture(autouse=True)
    def _shop(self, settings: Any, db: None) -> None:
        self.set_up(settings)

    def set_up(self, settings: Any) -> None:
        """Name the backend in the settings, and open a shop."""
        given = getattr(settings, "NEXUS_COMMERCE", {})
        path = f"{self.backend().__module__}.{self.backend().__qualname__}"
        settings.NEXUS_COMMERCE = {**given, "STOCK_BACKEND": path}
        self.channel: Channel = make_channel()
        self.place: StockLocation = make_stock_location(channel=self.channel)

    # Rows

    def variant(self, units: int, **limits: int) -> Variant:
        """Return a new variant with units on hand at the place."""
        variant = make_variant()
        item = stock.set_on_hand(variant=variant, location=self.place, quantity=units)
        stock.set_stock_limits(stock_item=item, **limits)
        return variant

    def bundle(self, *parts: tuple[Variant, int]) -> Variant:
        """Return a bundle of so many units of each part."""
        bundle = make_product(product_type=Bundle).variants.get()
        for variant, quantity in parts:
            BundleItem.objects.create(bundle=bundle, variant=variant, quantity=quantity)
        return bundle

    def reserve(self, *lines: Wanted, hold_for: timedelta = SOON, holder: UUID | None = None) -> UUID:
        """Hold the lines, and return the holder."""
        holder = holder or uuid4()
        stock.reserve_stock(holder=holder, channel=self.channel, lines=lines, hold_for=hold_for)
        return holder

    def allocate(self, *lines: Wanted) -> UUID:
        """Promise the lines to an order, and return its id."""
        order = uuid4()
        stock.allocate_stock(order=order, channel=self.channel, lines=lines)
        return order

    def promote(self, holder: UUID, *lines: Wanted, order: UUID | None = None) -> list[Allocation]:
        """Turn what is reserved into allocations."""
        return stock.allocate_reserved(holder=holder, order=order or uuid4(), channel=self.channel, lines=lines)

    def available(self, variant: Variant, holder: UUID | None = None) -> int | None:
        """Return what can be sold of the variant."""
        return stock.available_quantities(variant_ids=[variant.pk], channel=self.channel, holder=holder)[variant.pk]

    def counters(self, variant: Variant) -> tuple[int, int, int]:
        """Return what is on hand, allocated and reserved, once the backend has settled."""
        self.settle()
        return StockItem.objects.values_list("on_hand", "allocated", "reserved").get(variant=variant)

    def is_balanced(self) -> None:
        """Fail unless the counters are the sums of what they count, and within their bounds."""
        self.settle()
        for item in StockItem.objects.all():
            open_units = F("quantity") - F("consumed") - F("released")
            assert item.allocated == total(item.allocations.values_list(open_units, flat=True))
            assert item.reserved == total(item.reservations.values_list("quantity", flat=True))
            assert item.on_hand == total(item.movements.values_list("quantity", flat=True))
            assert item.allocated >= 0
            assert item.reserved >= 0
            assert item.available >= 0

    def changes_nothing(self, error: type[Exception], act: Callable[[], Any]) -> Any:
        """Fail unless ``act`` raises ``error`` and leaves all rows of stock as they were; return the error."""
        before = self.rows()
        with pytest.raises(error) as caught:
            act()
        assert self.rows() == before
        return caught.value

    def rows(self) -> list[Any]:
        """Return every row of stock."""
        self.settle()
        models: tuple[type[Model], ...] = (StockItem, Reservation, Allocation, OutboxEvent)
        return [list(model._default_manager.order_by("pk").values_list()) for model in models]

    # Holding

    def test_what_is_held_is_available_to_its_holder_alone(self) -> None:
        variant = self.variant(10)
        holder = self.reserve(want(variant, 4))
        assert (self.available(variant), self.available(variant, holder), self.available(variant, uuid4())) == (
            6,
            10,
            6,
        )
        assert self.counters(variant) == (10, 0, 4)
        assert stock.release_reservations(holder=holder) == 1
        assert stock.release_reservations(holder=holder) == 0
        assert (self.available(variant), Reservation.objects.count()) == (10, 0)
        self.is_balanced()

    def test_all_lines_are_held_or_none(self) -> None:
        plenty, few = self.variant(500), self.variant(105)
        lines = [want(plenty, 1), want(few, 150)]
        error = self.changes_nothing(OutOfStock, lambda: self.reserve(*lines))
        short = {"line": str(lines[1].line), "sku": few.sku, "wanted": 150, "available": 105}
        assert error.params["lines"] == [short]
        assert self.changes_nothing(OutOfStock, lambda: self.allocate(*lines)).params["lines"] == [short]

    def test_lines_of_one_variant_share_its_units(self) -> None:
        variant = self.variant(10)
        self.changes_nothing(OutOfStock, lambda: self.reserve(want(variant, 10), want(variant, 10)))
        self.changes_nothing(OutOfStock, lambda: self.allocate(want(variant, 10), want(variant, 10)))

    def test_what_has_expired_can_be_sold_before_it_is_swept(self) -> None:
        first, second = self.variant(10), self.variant(10)
        for variant in (first, second):
            self.reserve(want(variant, 8), hold_for=PAST)
            assert self.available(variant) == 10
        kept = self.reserve(want(first, 1))
        self.reserve(want(first, 9))
        self.allocate(want(second, 10))
        assert self.available(first, kept) == 1
        assert (self.available(first), self.available(second)) == (0, 0)
        self.changes_nothing(OutOfStock, lambda: self.reserve(want(first, 1)))
        self.is_balanced()

    def test_a_sweep_frees_what_has_expired_and_nothing_else(self) -> None:
        variant = self.variant(10)
        self.allocate(want(variant, 1))
        alive = self.reserve(want(variant, 2))
        for _ in range(3):
            self.reserve(want(variant, 1), hold_for=PAST)
        assert [stock.sweep_reservations(limit=2) for _ in range(3)] == [2, 1, 0]
        assert self.counters(variant) == (10, 1, 2)
        assert set(Reservation.objects.values_list("holder", flat=True)) == {alive}
        self.is_balanced()

    def test_activity_moves_the_expiry_and_never_shortens_it(self) -> None:
        variant = self.variant(10)
        holder = self.reserve(want(variant, 4), hold_for=PAST)
        assert stock.extend_reservations(holder=uuid4(), hold_for=SOON) == 0
        assert stock.extend_reservations(holder=holder, hold_for=SOON) == 1
        until = Reservation.objects.get().expires_at
        assert stock.extend_reservations(holder=holder, hold_for=PAST) == 1
        assert Reservation.objects.get().expires_at == until
        assert stock.sweep_reservations() == 0
        assert self.available(variant) == 6

    # Promising

    def test_what_is_reserved_becomes_what_is_promised(self) -> None:
        variant, order = self.variant(10), uuid4()
        line = want(variant, 10)
        holder = self.reserve(line)
        assert [row.quantity for row in self.promote(holder, line, order=order)] == [10]
        assert self.promote(holder, line, order=order) == []
        assert self.counters(variant) == (10, 10, 0)
        assert not Reservation.objects.exists()
        assert stock.sweep_reservations() == 0
        self.is_balanced()

    def test_what_was_swept_is_promised_afresh_or_not_at_all(self) -> None:
        kept, swept = self.variant(5), self.variant(5)
        lines = [want(kept, 3), want(swept, 3)]
        holder = self.reserve(lines[0])
        self.reserve(lines[1], holder=holder, hold_for=PAST)
        stock.sweep_reservations()
        rival = self.reserve(want(swept, 4))
        error = self.changes_nothing(OutOfStock, lambda: self.promote(holder, *lines))
        assert [(line["wanted"], line["available"]) for line in error.params["lines"]] == [(3, 1)]
        stock.release_reservations(holder=rival)
        assert len(self.promote(holder, *lines)) == 2
        assert (self.counters(kept), self.counters(swept)) == ((5, 3, 0), (5, 3, 0))
        self.is_balanced()

    def test_a_hold_that_expired_and_was_not_taken_is_still_good(self) -> None:
        variant = self.variant(3)
        line = want(variant, 3)
        assert len(self.promote(self.reserve(line, hold_for=PAST), line)) == 1
        assert self.counters(variant) == (3, 3, 0)

    def test_what_is_held_and_no_longer_wanted_is_freed(self) -> None:
        variant, other = self.variant(10), self.variant(10)
        line = want(variant, 4)
        holder = self.reserve(line, want(other, 5))
        less = Wanted(line.line, variant.pk, variant.sku, 1, True, False)
        self.promote(holder, less)
        assert (self.counters(variant), self.counters(other)) == ((10, 1, 0), (10, 0, 0))

    def test_units_come_from_the_best_location_that_has_the_whole_line(self) -> None:
        variant = self.variant(3)
        far = make_stock_location(channel=self.channel, priority=-1)
        stock.receive_stock(variant=variant, location=far, quantity=8)
        order = self.allocate(want(variant, 5))
        assert Allocation.objects.get(order=order).stock_item.location == far
        order = self.allocate(want(variant, 4))
        taken = Allocation.objects.filter(order=order).order_by("pk")
        assert list(taken.values_list("stock_item__location", "quantity")) == [(self.place.pk, 3), (far.pk, 1)]
        self.is_balanced()

    def test_a_place_that_is_closed_sells_nothing(self) -> None:
        variant = self.variant(5)
        StockLocation.objects.filter(pk=self.place.pk).update(is_active=False)
        assert self.available(variant) == 0
        self.changes_nothing(OutOfStock, lambda: self.allocate(want(variant, 1)))

    # Sending and freeing

    def test_what_is_sent_leaves_with_a_movement(self) -> None:
        variant, shipment = self.variant(7), uuid4()
        line = want(variant, 5)
        order = self.allocate(line)
        (movement,) = stock.consume_allocations(order=order, units={line.line: 2}, reference=shipment, actor="ann")
        said = (movement.quantity, movement.reason, movement.reference, movement.actor)
        assert said == (-2, "shipped", shipment, "ann")
        assert self.counters(variant) == (5, 3, 0)
        assert "stock.changed" in self.events(variant)
        self.is_balanced()

    def test_no_more_is_sent_than_is_promised(self) -> None:
        variant = self.variant(7)
        line, other = want(variant, 1), want(variant, 2)
        order = self.allocate(line, other)
        send = stock.consume_allocations
        for units in ({line.line: 5}, {other.line: 1, line.line: 2}):
            error = self.changes_nothing(AllocationMissing, partial(send, order=order, units=units))
            assert error.params["lines"] == [{"line": str(line.line), "wanted": units[line.line], "open": 1}]
        assert stock.consume_allocations(order=order, units={uuid4(): 3}) == []
        assert stock.consume_allocations(order=uuid4(), units={line.line: 3}) == []

    def test_what_was_sold_on_backorder_is_sent_when_it_is_there(self) -> None:
        variant = self.variant(2, backorder_limit=3)
        line = want(variant, 5)
        self.changes_nothing(OutOfStock, lambda: self.allocate(want(variant, 6)))
        order = self.allocate(line)
        send = stock.consume_allocations
        error = self.changes_nothing(NotOnHand, lambda: send(order=order, units={line.line: 3}))
        assert error.params["lines"] == [{"line": str(line.line), "wanted": 3, "on_hand": 2}]
        stock.receive_stock(variant=variant, location=self.place, quantity=1)
        send(order=order, units={line.line: 3})
        assert self.counters(variant) == (0, 2, 0)
        self.is_balanced()

    def test_only_what_is_promised_at_a_location_is_sent_from_it(self) -> None:
        variant = self.variant(3)
        far = make_stock_location(channel=self.channel, priority=-1)
        stock.receive_stock(variant=variant, location=far, quantity=3)
        line = want(variant, 4)
        order = self.allocate(line)
        send = stock.consume_allocations
        self.changes_nothing(AllocationMissing, lambda: send(order=order, units={line.line: 2}, location=far))
        (movement,) = send(order=order, units={line.line: 1}, location=far)
        assert movement.stock_item.location_id == far.pk
        self.is_balanced()

    @pytest.mark.parametrize("parts", [(2, 1), (2, 2), (6,)])
    def test_a_unit_of_a_bundle_is_so_many_of_each_item(self, parts: tuple[int, ...]) -> None:
        items = [self.variant(60) for _ in parts]
        bundle = self.bundle(*zip(items, parts, strict=True))
        line = want(bundle, 3, is_bundle=True)
        holder = self.reserve(line)
        order = uuid4()
        self.promote(holder, line, order=order)
        terms: dict[str, Any] = {"order": order, "units": {line.line: 1}}
        stock.consume_allocations(**terms)
        assert [self.counters(item) for item in items] == [(60 - part, 2 * part, 0) for part in parts]
        assert stock.release_allocations(**terms) == len(parts)
        assert [self.counters(item) for item in items] == [(60 - part, part, 0) for part in parts]
        self.is_balanced()

    def test_what_is_open_is_freed_once(self) -> None:
        variant = self.variant(9)
        line, other = want(variant, 4), want(variant, 5)
        order = self.allocate(line, other)
        stock.consume_allocations(order=order, units={line.line: 1})
        free = stock.release_allocations
        self.changes_nothing(AllocationMissing, lambda: free(order=order, units={line.line: 4}))
        assert free(order=order, units={line.line: 2}) == 1
        assert self.counters(variant) == (8, 6, 0)
        assert [free(order=order), free(order=order)] == [2, 0]
        assert self.counters(variant) == (8, 0, 0)
        self.is_balanced()

    # Counting and telling

    def test_what_is_promised_or_held_is_not_taken_off_the_shelf(self) -> None:
        variant = self.variant(10)
        self.allocate(want(variant, 3))
        self.reserve(want(variant, 4))
        given: dict[str, Any] = {"variant": variant, "location": self.place}
        self.changes_nothing(InvalidStockChange, lambda: stock.receive_stock(quantity=-4, **given))
        self.changes_nothing(InvalidStockChange, lambda: stock.set_on_hand(quantity=6, **given))
        levels = {make_variant().pk: 5, variant.pk: 6}
        self.changes_nothing(InvalidStockChange, lambda: stock.set_stock_levels(location=self.place, levels=levels))
        stock.receive_stock(quantity=-3, **given)
        assert (self.available(variant), self.counters(variant)) == (0, (7, 3, 4))
        assert stock.set_stock_levels(location=self.place, levels=levels | {variant.pk: 9}) == 2
        assert self.available(variant) == 2
        self.is_balanced()

    def test_running_low_and_coming_back_are_told_once(self) -> None:
        variant = self.variant(10, low_stock_level=3)
        OutboxEvent.objects.all().delete()
        self.allocate(want(variant, 6))
        holder = self.reserve(want(variant, 2))
        self.reserve(want(variant, 1))
        self.allocate(want(variant, 1))
        stock.release_reservations(holder=holder)
        assert self.events(variant) == ["stock.low", "stock.back"]
        self.reserve(want(variant, 2), hold_for=PAST)
        stock.sweep_reservations()
        assert self.events(variant) == ["stock.low", "stock.back", "stock.back"]

    def events(self, variant: Variant) -> list[str]:
        """Return the events of the variant's stock item in their order."""
        self.settle()
        public_id = StockItem.objects.get(variant=variant).public_id
        return list(OutboxEvent.objects.filter(aggregate_id=public_id).order_by("pk").values_list("type", flat=True))

    # Statements

    @pytest.mark.parametrize("act", ["reserve", "allocate", "promote", "extend", "release", "consume", "free", "sweep"])
    def test_the_number_of_statements_does_not_grow_with_the_lines(self, act: str) -> None:
        assert self.statements(act, 2) == self.statements(act, 20)

    def statements(self, act: str, count: int) -> int:
        """Return how many statements an act sends for so many lines."""
        lines = [want(self.variant(9), 2) for _ in range(count)]
        order, holder = uuid4(), uuid4()
        if act in {"promote", "extend", "release", "sweep"}:
            self.reserve(*lines, holder=holder, hold_for=PAST if act == "sweep" else SOON)
        if act in {"consume", "free"}:
            stock.allocate_stock(order=order, channel=self.channel, lines=lines)
        acts: dict[str, Callable[[], Any]] = {
            "reserve": lambda: self.reserve(*lines),
            "allocate": lambda: self.allocate(*lines),
            "promote": lambda: self.promote(holder, *lines),
            "extend": lambda: stock.extend_reservations(holder=holder, hold_for=SOON),
            "release": lambda: stock.release_reservations(holder=holder),
            "consume": lambda: stock.consume_allocations(order=order, units={line.line: 1 for line in lines}),
            "free": lambda: stock.release_allocations(order=order),
            "sweep": lambda: stock.sweep_reservations(limit=100),
        }
        with watch_statements() as sent:
            acts[act]()
        return sum(sql.lstrip("( ").startswith(CHANGES) for sql in sent)


def want(variant: Variant, quantity: int, *, is_bundle: bool = False) -> Wanted:
    """Return a line of its own that wants so many units."""
    return Wanted(uuid4(), variant.pk, variant.sku, quantity, variant.track_stock, is_bundle)


def total(units: Iterable[int]) -> int:
    """Return the sum of units."""
    return sum(units)
