"""Random histories, replayed: what ``lowest_prices`` works out is what quoting all the time has seen."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.customers.models import CustomerGroup
from nexus_commerce.pricing.history import lowest_prices
from nexus_commerce.pricing.models import Price, PriceList
from nexus_commerce.pricing.policies import PriceContext, PricePolicy, PriceQuery
from nexus_commerce.pricing.services import PriceRow, change_price_list, remove_price, set_prices
from nexus_commerce.testing.factories import make_channel, make_price_list, make_variant
from tests.pricing.clocks import Clock

pytestmark = [pytest.mark.django_db]

BEGIN = datetime(2026, 2, 10, 23, tzinfo=UTC)
TICK = timedelta(hours=6)
TICKS = 4 * 75
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata")
Samples = list[tuple[datetime, Fraction | None]]

ends = st.none() | st.integers(-8, 120)
windows = st.tuples(ends, ends).map(lambda pair: pair if None in pair or pair[0] < pair[1] else (pair[0], None))  # type: ignore[operator]
lists, variants = st.integers(0, 2), st.integers(0, 1)
price = st.fixed_dictionaries(
    {
        "amount": st.integers(1, 12),
        "per": st.sampled_from((1, 1, 2, 3)),
        "min_quantity": st.sampled_from((1, 1, 1, 5)),
    }
)
LIST_CHANGES = st.one_of(
    st.fixed_dictionaries({"priority": st.integers(-1, 1)}),
    st.fixed_dictionaries({"is_active": st.booleans()}),
    st.fixed_dictionaries({"country": st.sampled_from(("", "DE", "FR"))}),
    st.fixed_dictionaries({"customer_group": st.booleans()}),
    st.fixed_dictionaries({"channels": st.booleans()}),
    st.fixed_dictionaries({"window": windows}),
)
OPERATIONS = st.one_of(
    st.tuples(st.just("set"), lists, variants, price, st.just((None, None)) | windows),
    st.tuples(st.just("set"), lists, variants, price, st.just((None, None))),
    st.tuples(st.just("remove"), st.integers(0, 9)),
    st.tuples(st.just("update"), lists, st.integers(1, 12)),
    st.tuples(st.just("list"), lists, LIST_CHANGES),
)
HISTORIES = st.lists(st.tuples(st.integers(0, TICKS - 1), OPERATIONS), min_size=2, max_size=25)


class Replay:
    """Two variants and three lists whose operations happen at ticks of the clock."""

    def __init__(self, clock: Clock, zone: str) -> None:
        self.clock = clock
        clock.now = BEGIN
        self.channel: Channel = make_channel(time_zone=zone, country="DE")
        self.lists: list[PriceList] = [make_price_list(channel=self.channel) for _ in range(3)]
        self.variants: list[Variant] = [make_variant() for _ in range(2)]
        self.group = CustomerGroup.objects.create(code="trade", name="Trade")
        self.samples: dict[int, Samples] = {variant.pk: [] for variant in self.variants}

    def run(self, history: Sequence[tuple[int, Any]], until: int) -> None:
        by_tick: dict[int, list[Any]] = {}
        for tick, operation in history:
            by_tick.setdefault(tick, []).append(operation)
        for tick in range(until + 1):
            self.clock.now = BEGIN + tick * TICK
            for kind, *arguments in by_tick.get(tick, []):
                getattr(self, kind)(*arguments)
            self.sample()

    def window(self, ticks: tuple[int | None, int | None]) -> dict[str, datetime | None]:
        start, end = (None if each is None else self.clock.now + each * TICK for each in ticks)
        return {"valid_from": start, "valid_until": end}

    def set(self, place: int, variant: int, terms: dict[str, int], ticks: Any) -> None:
        row = PriceRow(variant_id=self.variants[variant].pk, **terms, **self.window(ticks))
        set_prices(price_list=self.lists[place], rows=[row])

    def remove(self, place: int) -> None:
        prices = Price.objects.order_by("pk")
        if price := prices[place : place + 1].first():
            remove_price(price=price)

    def update(self, place: int, amount: int) -> None:
        self.lists[place].prices.update(amount=amount)

    def list(self, place: int, change: dict[str, Any]) -> None:
        values = dict(change)
        if "window" in values:
            values = self.window(values["window"])
        if "customer_group" in values:
            values["customer_group"] = self.group if values["customer_group"] else None
        if "channels" in values:
            values["channels"] = [self.channel] if values["channels"] else []
        change_price_list(price_list=self.lists[place], **values)

    def sample(self) -> None:
        context = PriceContext(self.channel.pk, self.channel.currency, self.clock.now, self.channel.country)
        quotes = PricePolicy().quote([PriceQuery(v.pk, v.pk) for v in self.variants], context)
        for variant in self.variants:
            quote = quotes.get(variant.pk)
            cost = Fraction(quote.unit_price, quote.per) if quote else None
            self.samples[variant.pk].append((self.clock.now, cost))


def start_of_day(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the start of the local day thirty days before a moment."""
    day = moment.astimezone(zone).date() - timedelta(days=30)
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def reduced_at(samples: Samples, zone: ZoneInfo) -> datetime | None:
    """Return when the present reduction began, going back from sample to sample."""
    began: datetime | None = None
    at = len(samples) - 1
    while at > 0:
        (_, before), (moment, cost) = samples[at - 1], samples[at]
        assert cost is not None
        if before == cost:
            at -= 1
            continue
        if began is not None and moment < start_of_day(began, zone):
            break
        if before is None:
            seen = [(when, amount) for when, amount in samples[:at] if amount is not None]
            ended = seen[-1][0] + TICK if seen else BEGIN
            if seen and seen[-1][1] > cost and ended > start_of_day(moment, zone):
                began = moment
            break
        if before < cost:
            break
        began, at = moment, at - 1
    return began


def expected(samples: Samples, zone: ZoneInfo) -> tuple[Fraction, datetime | None] | None:
    now, present = samples[-1]
    if present is None:
        return None
    began = reduced_at(samples, zone)
    end = began or now + timedelta(microseconds=1)
    start = start_of_day(began or now, zone)
    return min(cost for when, cost in samples if cost is not None and when < end and when + TICK > start), began


def test_the_lowest_price_is_the_lowest_that_was_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, BEGIN)

    @settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(history=HISTORIES, until=st.integers(TICKS // 3, TICKS), zone=st.sampled_from(ZONES))
    def check(history: Any, until: int, zone: str) -> None:
        with transaction.atomic():
            replay = Replay(clock, zone)
            replay.run(history, until)
            found = lowest_prices(variant_ids=[*replay.samples], channel=replay.channel, now=clock.now)
            for pk, samples in replay.samples.items():
                prior = found.get(pk)
                shown = (Fraction(prior.amount, prior.per), prior.reduced_since) if prior else None
                assert shown == expected(samples, ZoneInfo(zone))
            transaction.set_rollback(True)

    check()
