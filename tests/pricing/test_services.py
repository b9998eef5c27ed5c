from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.core.money import MAX_MINOR
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.pricing.models import Price, PriceChange
from nexus_commerce.pricing.services import PriceRow, remove_price, set_price, set_prices
from nexus_commerce.pricing.signals import prices_changed
from nexus_commerce.testing.factories import make_price_list, make_variant

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]
MAY = datetime(2026, 5, 1, tzinfo=UTC)


def test_each_change_of_a_price_is_kept_and_told() -> None:
    prices, variant = make_price_list(code="retail"), make_variant()
    set_price(price_list=prices, variant=variant, amount=1000)
    set_price(price_list=prices, variant=variant, amount=1000)
    price = set_price(price_list=prices, variant=variant, amount=900, compare_at=1000)

    assert (price.amount, price.compare_at) == (900, 1000)
    assert [change.amount for change in PriceChange.objects.order_by("id")] == [1000, 900]
    events = OutboxEvent.objects.filter(type="price.changed").order_by("id")
    assert [event.payload["amount"] for event in events] == [1000, 900]
    assert {event.aggregate_id for event in events} == {variant.public_id}


def test_tiers_and_scheduled_prices_stand_beside_each_other() -> None:
    prices, variant = make_price_list(), make_variant()
    set_price(price_list=prices, variant=variant, amount=1000)
    set_price(price_list=prices, variant=variant, amount=800, min_quantity=10)
    set_price(price_list=prices, variant=variant, amount=700, valid_from=MAY)
    set_price(price_list=prices, variant=variant, amount=750, valid_from=MAY)
    assert sorted(Price.objects.values_list("amount", flat=True)) == [750, 800, 1000]


def test_the_number_of_statements_does_not_grow_with_the_rows(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    prices = make_price_list()
    rows = [PriceRow(variant_id=make_variant().pk, amount=place) for place in range(30)]
    with django_assert_num_queries(8):  # two of them savepoint
        assert set_prices(price_list=prices, rows=rows) == 30
    assert set_prices(price_list=prices, rows=rows) == 0


def test_the_last_of_rows_for_one_price_counts() -> None:
    prices, variant = make_price_list(), make_variant()
    set_prices(price_list=prices, rows=[PriceRow(variant.pk, 1), PriceRow(variant.pk, 2)])
    assert Price.objects.get().amount == 2


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"amount": -1}, "amount"),
        ({"amount": MAX_MINOR + 1}, "amount"),
        ({"compare_at": -1}, "compare_at"),
        ({"floor": 2**70}, "floor"),
        ({"per": 0}, "per"),
        ({"min_quantity": 10**7}, "min_quantity"),
        ({"valid_from": MAY, "valid_until": MAY}, "valid_until"),
    ],
)
def test_terms_that_cannot_be_stored_are_named_and_nothing_is_written(terms: dict[str, Any], field: str) -> None:
    prices, variant = make_price_list(), make_variant()
    rows = [PriceRow(variant.pk, 1), PriceRow(**{"variant_id": variant.pk, "amount": 5, "min_quantity": 2} | terms)]
    with pytest.raises(InvalidInput) as caught:
        set_prices(price_list=prices, rows=rows)
    assert caught.value.field == field
    assert not Price.objects.exists()


def test_a_price_taken_away_is_in_the_history(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    heard: list[Any] = []

    def hear(sender: object, **payload: Any) -> None:
        heard.append(payload["variant_ids"])

    prices, variant = make_price_list(), make_variant()
    prices_changed.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            remove_price(price=set_price(price_list=prices, variant=variant, amount=1000))
    finally:
        prices_changed.disconnect(hear)
    assert not Price.objects.exists()
    assert [change.amount for change in PriceChange.objects.order_by("id")] == [1000, None]
    assert heard == [[variant.pk], [variant.pk]]
