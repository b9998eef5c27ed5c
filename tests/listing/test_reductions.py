"""Beside prices on a product page: the lowest of the days before a reduction, and tiers."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from nexus_commerce.catalog.models import Product, Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.customers.models import CustomerGroup
from nexus_commerce.listing.details import find_product
from nexus_commerce.pricing.models import PriceList
from nexus_commerce.pricing.policies import PricePolicy, PriceQuery
from nexus_commerce.pricing.services import set_price
from nexus_commerce.testing import factories
from tests.listing.test_prices import DoublePolicy, context_of, random_prices
from tests.listing.test_products import viewer_of
from tests.pricing.clocks import Clock

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


@pytest.fixture
def variant(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> Variant:
    """Return a variant of "mug" that cost 10.00, then 9.50, and since a day ago 8.00, shown as reduced from 12.00."""
    clock = Clock(monkeypatch, timezone.now() - timedelta(days=40))
    variant: Variant = factories.make_product(channel=channel, amount=1000, slug="mug").variants.get()
    prices = PriceList.objects.get()
    clock.go_on(days=20)
    set_price(price_list=prices, variant=variant, amount=950)
    clock.go_on(days=10)
    set_price(price_list=prices, variant=variant, amount=1100)
    clock.go_on(days=9)
    set_price(price_list=prices, variant=variant, amount=800, compare_at=1200)
    clock.go_on(days=1)
    return variant


def shown(channel: Channel, slug: str = "mug", **viewer: Any) -> dict[str, Any]:
    found = find_product(channel=channel, viewer=viewer_of(channel, **viewer), slug=slug)
    values: dict[str, Any] = found.values["variants"][0]
    return values


def test_a_reduced_price_stands_beside_the_lowest_of_the_days_before(
    channel: Channel, variant: Variant, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    shown(channel)
    with django_assert_num_queries(4):
        values = shown(channel)
    assert (values["price"], values["compare_at"]) == (800, 1200)
    assert (values["lowest_price_30_days"], values["lowest_price_per"]) == (950, 1)
    assert values["reduced_since"] == timezone.now() - timedelta(days=1)


def test_a_price_that_is_not_shown_as_reduced_costs_nothing_more(
    channel: Channel, variant: Variant, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    variant.prices.update(compare_at=None)
    shown(channel)
    with django_assert_num_queries(2):
        values = shown(channel)
    assert values["lowest_price_30_days"] is None
    assert values["reduced_since"] is None


def test_prices_for_the_least_quantity_are_compared_with_their_like(channel: Channel, variant: Variant) -> None:
    prices = PriceList.objects.get()
    set_price(price_list=prices, variant=variant, amount=700, compare_at=1200, min_quantity=10)
    Variant.objects.update(min_quantity=10)
    values = shown(channel)
    assert (values["price"], values["lowest_price_30_days"]) == (700, 950)


def test_prices_of_the_hosts_policy_have_no_history(channel: Channel, variant: Variant) -> None:
    set_price(price_list=PriceList.objects.get(), variant=variant, amount=750, min_quantity=5)
    path = f"{DoublePolicy.__module__}.{DoublePolicy.__qualname__}"
    with override_settings(NEXUS_COMMERCE={"PRICE_POLICY": path}):
        values = shown(channel)
    assert (values["price"], values["lowest_price_30_days"], values["tiers"]) == (1600, None, [])


def test_tiers_are_shown_from_the_next_quantity_on(channel: Channel, variant: Variant) -> None:
    prices = PriceList.objects.get()
    for quantity, amount in ((10, 700), (100, 600)):
        set_price(price_list=prices, variant=variant, amount=amount, min_quantity=quantity, compare_at=1200)
    assert shown(channel)["tiers"] == [
        {"min_quantity": 10, "price": 700, "compare_at": 1200, "price_per": 1},
        {"min_quantity": 100, "price": 600, "compare_at": 1200, "price_per": 1},
    ]


@pytest.mark.parametrize("seed", range(4))
def test_tiers_are_what_the_price_policy_quotes(channel: Channel, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(8):
        factories.make_product(channel=channel, slug=f"p-{number}")
    groups = [CustomerGroup.objects.create(code="group", name="")]
    customer = factories.make_customer()
    customer.groups.add(*groups)
    random_prices(channel, groups, chance)
    tiers = 0
    for number in range(8):
        variant = Product.objects.get(slugs__slug=f"p-{number}").variants.get()
        viewer = viewer_of(channel, customer_id=chance.choice([None, customer.pk]))
        queries = [PriceQuery(quantity, variant.pk, quantity) for quantity in (1, 2, 3, 4)]
        quotes = PricePolicy().quote(queries, context_of(viewer))
        values = find_product(channel=channel, viewer=viewer, slug=f"p-{number}").values["variants"][0]
        for quantity in (1, 2, 3, 4):
            steps = [(1, values["price"], values["compare_at"])]
            steps += [(tier["min_quantity"], tier["price"], tier["compare_at"]) for tier in values["tiers"]]
            _, price, compare_at = [step for step in steps if step[0] <= quantity][-1]
            quote = quotes.get(quantity)
            assert price == (quote.unit_price if quote else None)
            assert (compare_at or price) == (quote.list_price if quote else None)
        tiers += len(values["tiers"])
    assert tiers, "the seed makes no tier"
