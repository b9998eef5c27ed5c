"""The lowest public price of the 30 days before a reduction; the calendar of each test begins with 1 January 2026."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.customers.models import CustomerGroup
from nexus_commerce.pricing.history import lowest_prices
from nexus_commerce.pricing.models import PriceChange, PriceList, PriceListChange
from nexus_commerce.pricing.services import PriceRow, change_price_list, remove_price, set_price, set_prices
from nexus_commerce.pricing.timeline import LowestPrice
from nexus_commerce.testing.factories import make_channel, make_price_list, make_variant
from tests.pricing.clocks import Clock

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


def day(number: int, hour: int = 12, minute: int = 0) -> datetime:
    """Return a moment of the day with that number of 2026, in UTC."""
    return datetime.fromordinal(datetime(2026, 1, 1).toordinal() + number - 1).replace(  # noqa: DTZ001
        hour=hour, minute=minute, tzinfo=UTC
    )


class Shop:
    """A channel in UTC with a base list, and a variant."""

    def __init__(self, clock: Clock, **fields: Any) -> None:
        self.clock = clock
        self.channel: Channel = make_channel(**{"time_zone": "UTC", "country": "DE"} | fields)
        self.base: PriceList = make_price_list(channel=self.channel)
        self.variant: Variant = make_variant()

    def price(self, at: datetime, amount: int, in_list: PriceList | None = None, **terms: Any) -> None:
        self.clock.now = at
        set_price(price_list=in_list or self.base, variant=self.variant, amount=amount, **terms)

    def sale(self, **fields: Any) -> PriceList:
        return make_price_list(**{"channel": self.channel, "priority": 5} | fields)

    def change(self, at: datetime, price_list: PriceList | None = None, **columns: Any) -> None:
        self.clock.now = at
        change_price_list(price_list=price_list or self.base, **columns)

    def remove(self, at: datetime, in_list: PriceList | None = None) -> None:
        self.clock.now = at
        remove_price(price=(in_list or self.base).prices.get())

    def lowest(self, at: datetime, **asked: Any) -> LowestPrice | None:
        return lowest_prices(variant_ids=[self.variant.pk], channel=self.channel, now=at, **asked).get(self.variant.pk)

    def amount(self, at: datetime, **asked: Any) -> int | None:
        found = self.lowest(at, **asked)
        return found.amount if found else None


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    return Shop(Clock(monkeypatch, day(1)))


def test_beside_a_reduction_stands_the_lowest_price_of_the_days_before_it(shop: Shop) -> None:
    shop.price(day(1), 1000)
    shop.price(day(50), 900)
    shop.price(day(55), 1100)
    shop.price(day(70), 800)
    assert shop.lowest(day(70)) == LowestPrice(900, 1, day(50), day(70))
    assert shop.lowest(day(200)) == LowestPrice(900, 1, day(50), day(70))


def test_without_a_reduction_it_is_the_lowest_of_the_days_until_now(shop: Shop) -> None:
    shop.price(day(1), 1000)
    assert shop.lowest(day(1)) == LowestPrice(1000, 1, day(1), None)
    shop.price(day(10), 700)
    shop.price(day(12), 1200)
    assert shop.lowest(day(20)) == LowestPrice(700, 1, day(10), None)
    assert shop.lowest(day(90)) == LowestPrice(1200, 1, day(12), None)


def test_the_day_thirty_days_before_counts_from_its_start(shop: Shop) -> None:
    shop.price(day(1), 700)
    shop.price(day(10, 0, 0), 1000)
    shop.price(day(40), 900)
    assert shop.amount(day(40)) == 1000
    shop.price(day(60), 2000)
    shop.price(day(62, 0, 1), 3000)
    shop.price(day(92, 23), 2500)
    assert shop.amount(day(92, 23)) == 2000
    shop.price(day(93, 0), 2600)
    shop.price(day(93, 1), 2400)
    assert shop.amount(day(93, 1)) == 2500


@pytest.mark.parametrize(("ended", "expected"), [(day(10, 0, 0), 1000), (day(10, 0, 1), 700)])
def test_a_price_that_ended_as_the_first_day_began_no_longer_counts(shop: Shop, ended: datetime, expected: int) -> None:
    shop.price(day(1), 700)
    shop.price(ended, 1000)
    shop.price(day(40, 15), 900)
    assert shop.amount(day(40, 15)) == expected


def test_progressive_reductions_keep_the_price_before_the_first(shop: Shop) -> None:
    shop.price(day(1), 1000)
    for step, amount in enumerate((900, 800, 600)):
        shop.price(day(60 + 10 * step), amount)
    assert shop.lowest(day(85)) == LowestPrice(1000, 1, day(1), day(60))


def test_a_rise_between_two_reductions_begins_anew(shop: Shop) -> None:
    shop.price(day(1), 1000)
    shop.price(day(60), 800)
    shop.price(day(65), 900)
    shop.price(day(70), 700)
    assert shop.lowest(day(71)) == LowestPrice(800, 1, day(60), day(70))


def test_a_fall_long_after_another_is_a_reduction_of_its_own(shop: Shop) -> None:
    shop.price(day(1), 1000)
    shop.price(day(60), 900)
    shop.price(day(91), 800)
    assert shop.lowest(day(91)) == LowestPrice(900, 1, day(60), day(91))


def test_falls_thirty_days_apart_are_one_reduction(shop: Shop) -> None:
    shop.price(day(1), 1000)
    shop.price(day(60), 900)
    shop.price(day(90), 800)
    assert shop.lowest(day(91)) == LowestPrice(1000, 1, day(1), day(60))


def test_a_young_variant_is_judged_by_what_there_is(shop: Shop) -> None:
    shop.price(day(1), 1000)
    shop.price(day(3), 800)
    assert shop.lowest(day(3)) == LowestPrice(1000, 1, day(1), day(3))


def test_a_scheduled_price_counts_from_its_start_not_from_when_it_was_written(shop: Shop) -> None:
    shop.price(day(1), 1000)
    shop.price(day(2), 700, valid_from=day(50), valid_until=day(55))
    shop.price(day(2), 800, valid_from=day(60))
    assert shop.amount(day(49)) == 1000
    assert shop.lowest(day(52)) == LowestPrice(1000, 1, day(1), day(50))
    assert shop.lowest(day(57)) == LowestPrice(700, 1, day(50), None)
    assert shop.lowest(day(60)) == LowestPrice(700, 1, day(50), day(60))


def test_a_scheduled_price_taken_back_before_its_start_never_was(shop: Shop) -> None:
    shop.price(day(1), 1000)
    shop.price(day(2), 500, valid_from=day(20))
    shop.clock.now = day(19)
    remove_price(price=shop.base.prices.get(amount=500))
    shop.price(day(30), 900)
    assert shop.amount(day(30)) == 1000


def test_a_price_written_with_a_start_in_the_past_counts_from_when_it_was_written(shop: Shop) -> None:
    shop.price(day(1), 1000)
    shop.price(day(40), 600, valid_from=day(2), valid_until=day(41))
    assert shop.lowest(day(40)) == LowestPrice(1000, 1, day(1), day(40))
    assert shop.lowest(day(42)) == LowestPrice(600, 1, day(40), None)


def test_a_sale_list_with_a_window_overlaps_the_base_list(shop: Shop) -> None:
    sale = shop.sale(valid_from=day(50), valid_until=day(60))
    shop.price(day(1), 1000)
    shop.price(day(1), 700, sale)
    assert shop.amount(day(49)) == 1000
    assert shop.lowest(day(55)) == LowestPrice(1000, 1, day(1), day(50))
    assert shop.lowest(day(60)) == LowestPrice(700, 1, day(50), None)
    shop.price(day(55), 950)
    assert shop.amount(day(55)) == 1000
    shop.price(day(65), 900)
    assert shop.lowest(day(65)) == LowestPrice(700, 1, day(50), day(65))


def test_a_change_of_priority_changes_the_price(shop: Shop) -> None:
    other = shop.sale(priority=-1)
    shop.price(day(1), 1000)
    shop.price(day(1), 700, other)
    shop.change(day(50), other, priority=1)
    assert shop.lowest(day(50)) == LowestPrice(1000, 1, day(1), day(50))
    shop.change(day(52), other, priority=-1)
    assert shop.lowest(day(52)) == LowestPrice(700, 1, day(50), None)


def test_a_list_switched_off_and_on(shop: Shop) -> None:
    sale = shop.sale(is_active=False)
    shop.price(day(1), 1000)
    shop.price(day(1), 700, sale)
    shop.change(day(40), sale, is_active=True)
    shop.change(day(45), sale, is_active=False)
    assert shop.amount(day(46)) == 700
    shop.change(day(80), sale, is_active=True)
    assert shop.lowest(day(80)) == LowestPrice(1000, 1, day(45), day(80))


def test_a_channel_taken_from_a_list(shop: Shop) -> None:
    sale = shop.sale()
    shop.price(day(1), 1000)
    shop.price(day(1), 700, sale)
    shop.clock.now = day(20)
    sale.channels.clear()
    assert shop.lowest(day(21)) == LowestPrice(700, 1, day(1), None)
    assert shop.amount(day(60)) == 1000
    shop.clock.now = day(60)
    shop.channel.price_lists.add(sale)
    assert shop.lowest(day(60)) == LowestPrice(1000, 1, day(20), day(60))


def test_lists_of_another_country_channel_currency_or_group_do_not_count(shop: Shop) -> None:
    group = CustomerGroup.objects.create(code="trade", name="Trade")
    strangers = [
        shop.sale(country="FR"),
        shop.sale(channel=make_channel()),
        shop.sale(currency="USD"),
        shop.sale(customer_group=group),
        shop.sale(is_active=False),
    ]
    shop.price(day(1), 1000)
    for place, stranger in enumerate(strangers):
        shop.price(day(2), 100 + place, stranger)
    assert shop.lowest(day(10)) == LowestPrice(1000, 1, day(1), None)
    assert shop.lowest(day(10), country="FR") == LowestPrice(1000, 1, day(1), day(2))
    shop.change(day(20), strangers[3], customer_group=None)
    assert shop.lowest(day(20)) == LowestPrice(1000, 1, day(1), day(20))


def test_a_list_of_the_country_wins_over_one_without(shop: Shop) -> None:
    german = shop.sale(priority=0, country="DE")
    shop.price(day(1), 1000)
    shop.price(day(1), 1200, german)
    assert (shop.amount(day(2)), shop.amount(day(2), country="AT")) == (1200, 1000)


def test_the_older_of_two_equal_lists_wins(shop: Shop) -> None:
    twin = shop.sale(priority=0)
    shop.price(day(1), 500, twin)
    shop.price(day(1), 1000)
    assert shop.amount(day(40)) == 1000


def test_a_price_removed_and_set_again(shop: Shop) -> None:
    shop.price(day(1), 1000)
    shop.remove(day(50))
    assert shop.lowest(day(51)) is None
    shop.price(day(60), 800)
    assert shop.lowest(day(60)) == LowestPrice(1000, 1, day(1), day(60))
    shop.remove(day(65))
    shop.price(day(66), 800)
    assert shop.lowest(day(66)) == LowestPrice(800, 1, day(66), None)


def test_after_a_long_time_without_a_price_there_is_no_reduction(shop: Shop) -> None:
    shop.price(day(1), 1000)
    shop.remove(day(50))
    shop.price(day(90), 800)
    assert shop.lowest(day(90)) == LowestPrice(800, 1, day(90), None)


def test_a_price_removed_from_the_sale_list_falls_back_to_the_base(shop: Shop) -> None:
    sale = shop.sale()
    shop.price(day(1), 1000)
    shop.price(day(5), 700, sale)
    shop.remove(day(10), sale)
    assert shop.lowest(day(11)) == LowestPrice(700, 1, day(5), None)


def test_prices_for_several_units_are_compared_as_ratios(shop: Shop) -> None:
    shop.price(day(1), 100, per=3)
    shop.price(day(5), 34, per=1)
    shop.price(day(10), 33, per=1)
    assert shop.lowest(day(10)) == LowestPrice(100, 3, day(1), day(10))
    shop.price(day(11), 66, per=2)
    shop.price(day(12), 65, per=2)
    assert shop.lowest(day(12)) == LowestPrice(100, 3, day(1), day(10))


def test_tiers_count_for_the_quantity_that_is_asked(shop: Shop) -> None:
    shop.price(day(1), 1000)
    shop.price(day(1), 600, min_quantity=10)
    shop.price(day(5), 900)
    assert shop.amount(day(5)) == 1000
    assert shop.amount(day(5), quantities={shop.variant.pk: 10}) == 600
    assert shop.amount(day(5), quantities={shop.variant.pk: 9}) == 1000


@pytest.mark.parametrize(
    ("zone", "reduced", "first_day"),
    [
        # Clocks went forward on 29 March and back on 25 October 2026 in Berlin: the days between are no whole hours.
        ("Europe/Berlin", (2026, 4, 10, 0, 30), (2026, 3, 11)),
        ("Europe/Berlin", (2026, 4, 28, 23, 59), (2026, 3, 29)),
        ("Europe/Berlin", (2026, 11, 10, 0, 30), (2026, 10, 11)),
        ("Europe/Berlin", (2026, 11, 24, 12, 0), (2026, 10, 25)),
        # On 8 March and 1 November in New York.
        ("America/New_York", (2026, 4, 7, 0, 0), (2026, 3, 8)),
        ("America/New_York", (2026, 3, 20, 23, 30), (2026, 2, 18)),
        ("America/New_York", (2026, 12, 1, 0, 1), (2026, 11, 1)),
        ("Asia/Kolkata", (2026, 3, 31, 1, 0), (2026, 3, 1)),
    ],
)
def test_days_are_those_of_the_channels_calendar(
    monkeypatch: pytest.MonkeyPatch, zone: str, reduced: tuple[int, ...], first_day: tuple[int, ...]
) -> None:
    clock, local = Clock(monkeypatch, day(1)), ZoneInfo(zone)
    for minute, expected in ((0, 1000), (1, 700)):
        clock.now = day(1)
        shop = Shop(clock, time_zone=zone)
        shop.price(day(1), 700)
        shop.price(clock.set(*first_day, 0, minute, zone=local), 1000)
        fell = clock.set(*reduced, zone=local)
        shop.price(fell, 900)
        assert shop.amount(fell) == expected, minute


def test_the_number_of_days_can_be_more(shop: Shop) -> None:
    shop.price(day(1), 700)
    shop.price(day(10), 1000)
    shop.price(day(60), 900)
    assert (shop.amount(day(60)), shop.amount(day(60), days=60)) == (1000, 700)


def test_a_list_without_a_history_counts_as_it_is(shop: Shop) -> None:
    shop.price(day(1), 1000)
    PriceListChange._base_manager.all()._raw_delete("default")
    shop.price(day(5), 900)
    assert shop.lowest(day(5)) == LowestPrice(1000, 1, day(1), day(5))
    PriceList._base_manager.update(is_active=False)
    assert shop.lowest(day(5)) is None


def test_what_is_not_yet_recorded_does_not_count(shop: Shop) -> None:
    shop.price(day(10), 1000)
    assert shop.lowest(day(9)) is None
    shop.price(day(20), 900)
    assert shop.lowest(day(19)) == LowestPrice(1000, 1, day(10), None)


def test_a_page_of_variants_is_two_statements(shop: Shop, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    variants = [make_variant() for _ in range(20)]
    for number in range(1, 60, 7):
        shop.clock.now = day(number)
        set_prices(price_list=shop.base, rows=[PriceRow(v.pk, 1000 + v.pk - number) for v in variants])
    assert PriceChange.objects.count() == 180
    with django_assert_num_queries(2):
        found = lowest_prices(variant_ids=[v.pk for v in variants], channel=shop.channel, now=day(60))
    assert {pk: prior.amount for pk, prior in found.items()} == {v.pk: 1000 + v.pk - 1 for v in variants}
    with django_assert_num_queries(0):
        assert lowest_prices(variant_ids=[], channel=shop.channel, now=day(60)) == {}


WAYS: dict[str, Callable[[Shop], Any]] = {
    "save": lambda shop: [setattr(p, "amount", 700) or p.save() for p in shop.base.prices.all()],
    "update": lambda shop: shop.base.prices.update(amount=700),
    "service": lambda shop: set_price(price_list=shop.base, variant=shop.variant, amount=700),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_price_is_remembered_whoever_set_it(shop: Shop, way: str) -> None:
    shop.price(day(1), 1000)
    shop.clock.now = day(20)
    WAYS[way](shop)
    shop.price(day(21), 1000)
    shop.price(day(25), 900)
    assert shop.lowest(day(25)) == LowestPrice(700, 1, day(20), day(25))
