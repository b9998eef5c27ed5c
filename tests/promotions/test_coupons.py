"""Which codes can be used, and making many of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from nexus_commerce.channels.models import Channel
from nexus_commerce.core.errors import CommerceError, InvalidInput
from nexus_commerce.core.tokens import ALPHABET
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.promotions.errors import (
    CouponExpired,
    CouponNotForThisCart,
    CouponNotYetValid,
    CouponUnknown,
    CouponUsedByCustomer,
    CouponUsedUp,
)
from nexus_commerce.promotions.models import Coupon, CustomerUsage, Promotion
from nexus_commerce.promotions.services import check_coupon, create_coupons, normalize_code
from nexus_commerce.testing.factories import make_channel, make_coupon, make_promotion
from tests.promotions.redeeming import CUSTOMER

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def check(channel: Channel, code: str = "SAVE", **terms: Any) -> Coupon:
    given: dict[str, Any] = {"currency": "EUR", "customer_key": CUSTOMER, "now": NOW}
    return check_coupon(code=code, channel=channel, **given | terms)


def test_a_code_is_found_however_it_is_written(channel: Channel) -> None:
    coupon = make_coupon(promotion=make_promotion(channel=channel), code="SAVE")
    assert check(channel, " save ") == coupon
    assert normalize_code(" Save ") == "SAVE"


@pytest.mark.parametrize(
    ("promotion", "coupon", "error"),
    [
        ({"is_active": False}, {}, CouponUnknown),
        ({"archived_at": NOW}, {}, CouponUnknown),
        ({}, {"is_active": False}, CouponUnknown),
        ({"valid_from": NOW + DAY}, {}, CouponNotYetValid),
        ({}, {"valid_from": NOW + DAY}, CouponNotYetValid),
        ({"valid_until": NOW}, {}, CouponExpired),
        ({}, {"valid_until": NOW}, CouponExpired),
        ({"currency": "USD"}, {}, CouponNotForThisCart),
        ({"usage_limit": 1, "uses": 1}, {}, CouponUsedUp),
        ({"budget": 5, "spent": 5}, {}, CouponUsedUp),
        ({}, {"usage_limit": 1, "uses": 1}, CouponUsedUp),
        ({"usage_limit_per_customer": 2}, {}, CouponUsedByCustomer),
    ],
)
def test_a_code_that_cannot_be_used_says_why(
    channel: Channel, promotion: dict[str, Any], coupon: dict[str, Any], error: type[CommerceError]
) -> None:
    row = make_promotion(**promotion)
    make_coupon(promotion=row, code="SAVE", **coupon)
    CustomerUsage.objects.create(promotion=row, customer_key=CUSTOMER, usage_limit=2, uses=2)
    with pytest.raises(error) as caught:
        check(channel)
    assert (caught.value.field, caught.value.params["code"]) == ("code", "SAVE")
    assert "SAVE" in str(caught.value)


@pytest.mark.parametrize("code", ["", "OTHER", "SA%E", "SAVE\x00", "SAVE\ud800", "x" * 5000])
def test_an_unknown_code_is_told(channel: Channel, code: str) -> None:
    make_coupon(promotion=make_promotion(), code="SAVE")
    with pytest.raises(CouponUnknown):
        check(channel, code)


def test_a_code_is_for_the_channels_of_its_promotion(channel: Channel) -> None:
    promotion = make_promotion(channel=make_channel())
    make_coupon(promotion=promotion, code="SAVE")
    with pytest.raises(CouponNotForThisCart):
        check(channel)
    promotion.channels.add(channel)
    assert check(channel)


def test_a_window_says_when(channel: Channel) -> None:
    promotion = make_promotion(valid_from=NOW + DAY)
    make_coupon(promotion=promotion, code="SAVE", valid_from=NOW + 2 * DAY)
    with pytest.raises(CouponNotYetValid) as caught:
        check(channel)
    assert caught.value.params["valid_from"] == (NOW + 2 * DAY).isoformat()
    assert check(channel, now=NOW + 2 * DAY)


def test_somebody_unknown_is_not_refused_yet(channel: Channel) -> None:
    make_coupon(promotion=make_promotion(usage_limit_per_customer=1), code="SAVE")
    assert check(channel, customer_key="")
    assert check(channel)


def test_codes_are_random_unique_and_good_for_one_use() -> None:
    promotion = make_promotion(needs_coupon=True)
    coupons = create_coupons(
        promotion=promotion, count=500, prefix="may-", length=8, batch="May", valid_until=NOW + DAY
    )
    codes = set(promotion.coupons.values_list("code", flat=True))
    assert len(codes) == 500
    assert {coupon.code for coupon in coupons} == codes
    assert all(code.startswith("MAY-") and len(code) == 12 and set(code[4:]) <= set(ALPHABET) for code in codes)
    assert set(promotion.coupons.values_list("batch", "usage_limit", "valid_until")) == {("May", 1, NOW + DAY)}
    event = OutboxEvent.objects.get()
    assert (event.type, event.aggregate_id, event.version) == ("promotion.coupons_created", promotion.public_id, 2)
    assert event.payload == {"batch": "May", "count": 500}


def test_ten_thousand_codes_take_a_bounded_number_of_statements(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    promotion = make_promotion(needs_coupon=True)
    create_coupons(promotion=promotion, count=10)
    # SQLite takes fewer values a statement than PostgreSQL.
    with django_assert_max_num_queries(180):
        create_coupons(promotion=promotion, count=10_000)
    assert promotion.coupons.count() == 10_010


def test_a_code_that_is_taken_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    promotion = make_promotion(needs_coupon=True)
    make_coupon(promotion=promotion, code="AAAAAA")
    made = iter(["AAAAAA", "BBBBBB", "BBBBBB", "CCCCCC"])
    monkeypatch.setattr("nexus_commerce.promotions.services.coupons.random_code", lambda length: next(made))
    coupons = create_coupons(promotion=promotion, count=2, length=6)
    assert sorted(coupon.code for coupon in coupons) == ["BBBBBB", "CCCCCC"]


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"count": 0}, "count"),
        ({"count": 100_001}, "count"),
        ({"length": 5}, "length"),
        ({"length": 33}, "length"),
        ({"length": 6, "count": 100_000}, "length"),
        ({"prefix": "x" * 60}, "code"),
        ({"prefix": "\x00"}, "prefix"),
        ({"batch": "x" * 65}, "batch"),
        ({"batch": "\x00"}, "batch"),
        ({"usage_limit": -1}, "usage_limit"),
        ({"valid_from": NOW, "valid_until": NOW}, "valid_until"),
    ],
)
def test_what_no_code_can_be_made_of_is_named(terms: dict[str, Any], field: str) -> None:
    promotion = make_promotion(needs_coupon=True)
    given: dict[str, Any] = {"count": 1}
    with pytest.raises(InvalidInput) as caught:
        create_coupons(promotion=promotion, **given | terms)
    assert caught.value.field == field
    assert not Coupon.objects.exists()


def test_a_promotion_that_needs_no_code_gets_none() -> None:
    with pytest.raises(InvalidInput) as caught:
        create_coupons(promotion=make_promotion(), count=1)
    assert caught.value.field == "promotion"
    assert not Promotion.objects.filter(version__gt=1)
