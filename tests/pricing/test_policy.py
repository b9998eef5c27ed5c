from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from nexus_commerce.channels.models import Channel
from nexus_commerce.customers.models import Customer, CustomerGroup
from nexus_commerce.pricing.inputs import Quote
from nexus_commerce.pricing.policies import PriceContext, PricePolicy, PriceQuery
from nexus_commerce.testing.factories import make_channel, make_price, make_price_list, make_variant

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


def quote(variant: Any, channel: Channel, quantity: int = 1, **context: Any) -> Quote | None:
    given = {"channel_id": channel.pk, "currency": channel.currency, "now": NOW} | context
    return PricePolicy().quote([PriceQuery("line", variant.pk, quantity)], PriceContext(**given)).get("line")


def amount(*args: Any, **kwargs: Any) -> int | None:
    found = quote(*args, **kwargs)
    return found and found.unit_price


def test_a_price_says_where_it_came_from(channel: Channel) -> None:
    variant = make_variant()
    prices = make_price_list(channel=channel, code="retail")
    make_price(variant=variant, amount=850, per=10, compare_at=1000, floor=700, price_list=prices)
    assert quote(variant, channel) == Quote(850, 10, 1000, "retail", 700, 1)


def test_a_compare_at_price_below_the_price_is_not_shown(channel: Channel) -> None:
    variant = make_variant()
    make_price(variant=variant, amount=900, compare_at=800, channel=channel)
    found = quote(variant, channel)
    assert found is not None
    assert found.list_price == 900


@pytest.mark.parametrize(
    "unfit",
    [
        {"is_active": False},
        {"currency": "USD"},
        {"country": "FR"},
        {"valid_from": NOW + HOUR},
        {"valid_until": NOW},
    ],
    ids=lambda unfit: next(iter(unfit)),
)
def test_a_list_that_does_not_fit_quotes_nothing(channel: Channel, unfit: dict[str, Any]) -> None:
    variant = make_variant()
    make_price(variant=variant, amount=900, price_list=make_price_list(channel=channel, **unfit))
    assert amount(variant, channel, country="DE") is None


def test_a_list_of_another_channel_quotes_nothing(channel: Channel) -> None:
    variant = make_variant()
    make_price(variant=variant, amount=900, price_list=make_price_list(channel=make_channel()))
    make_price(variant=variant, amount=800, price_list=make_price_list())
    assert amount(variant, channel) is None


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ({"valid_from": NOW}, 700),
        ({"valid_from": NOW + HOUR}, 900),
        ({"valid_until": NOW}, 900),
        ({"valid_from": NOW - HOUR, "valid_until": NOW + HOUR}, 700),
    ],
)
def test_a_scheduled_price_wins_within_its_half_open_window(
    channel: Channel, window: dict[str, Any], expected: int
) -> None:
    variant = make_variant()
    prices = make_price_list(channel=channel)
    make_price(variant=variant, amount=900, price_list=prices, valid_from=NOW - 9 * HOUR)
    make_price(variant=variant, amount=700, price_list=prices, **{"valid_from": NOW - 8 * HOUR} | window)
    assert amount(variant, channel) == expected


@pytest.mark.parametrize(("quantity", "expected"), [(1, 1000), (9, 1000), (10, 800), (99, 800), (100, 600)])
def test_the_largest_tier_not_above_the_quantity_wins(channel: Channel, quantity: int, expected: int) -> None:
    variant = make_variant()
    prices = make_price_list(channel=channel)
    for least, price in ((1, 1000), (10, 800), (100, 600)):
        make_price(variant=variant, amount=price, min_quantity=least, price_list=prices)
    assert amount(variant, channel, quantity) == expected


def test_a_variant_below_its_first_tier_has_no_price(channel: Channel) -> None:
    variant = make_variant()
    make_price(variant=variant, amount=800, min_quantity=10, channel=channel)
    assert amount(variant, channel, 9) is None


def test_lists_are_asked_by_priority_then_group_then_country_then_age(channel: Channel) -> None:
    variant = make_variant()
    customer = Customer.objects.create(email="a@example.com")
    group = CustomerGroup.objects.create(code="trade", name="Trade")
    customer.groups.add(group)
    ranked = [
        ({"priority": 1}, 500),
        ({"customer_group": group}, 600),
        ({"country": "DE"}, 700),
        ({}, 800),
        ({}, 900),
    ]
    for terms, price in reversed(ranked[:-1]):
        make_price(variant=variant, amount=price, price_list=make_price_list(channel=channel, **terms))
    make_price(variant=variant, amount=900, price_list=make_price_list(channel=channel))

    seen = []
    for _ in ranked:
        found = quote(variant, channel, country="DE", customer_id=customer.pk)
        assert found is not None
        seen.append(found.unit_price)
        variant.prices.filter(price_list__code=found.price_list).delete()
    assert seen == [price for _, price in ranked]


def test_a_groups_price_is_for_its_members_only(channel: Channel) -> None:
    variant = make_variant()
    member, stranger = Customer.objects.create(), Customer.objects.create()
    group = CustomerGroup.objects.create(code="trade", name="Trade")
    member.groups.add(group)
    make_price(variant=variant, amount=600, price_list=make_price_list(channel=channel, customer_group=group))
    assert amount(variant, channel, customer_id=member.pk) == 600
    assert amount(variant, channel, customer_id=stranger.pk) is None
    assert amount(variant, channel) is None


def test_a_list_without_the_tier_leaves_the_quantity_to_the_next_list(channel: Channel) -> None:
    variant = make_variant()
    bulk = make_price_list(channel=channel, priority=9)
    make_price(variant=variant, amount=500, min_quantity=50, price_list=bulk)
    make_price(variant=variant, amount=900, price_list=make_price_list(channel=channel))
    assert (amount(variant, channel, 49), amount(variant, channel, 50)) == (900, 500)


def test_any_number_of_variants_is_one_statement(
    channel: Channel, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    prices = make_price_list(channel=channel)
    variants = [make_variant() for _ in range(20)]
    for place, variant in enumerate(variants):
        make_price(variant=variant, amount=place, price_list=prices)
    context = PriceContext(channel_id=channel.pk, currency="EUR", now=NOW, customer_id=1)
    with django_assert_num_queries(1):
        quotes = PricePolicy().quote([PriceQuery(v.pk, v.pk) for v in variants], context)
    assert [quotes[variant.pk].unit_price for variant in variants] == list(range(20))
