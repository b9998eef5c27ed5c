"""Uses are counted where they are limited, held to the limits, and given back once."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from nexus_commerce.core.errors import CommerceError
from nexus_commerce.promotions.errors import (
    CouponUsedByCustomer,
    CouponUsedUp,
    CustomerNeeded,
    PromotionUsedByCustomer,
    PromotionUsedUp,
)
from nexus_commerce.promotions.models import Coupon, CustomerUsage, Promotion, Redemption
from nexus_commerce.promotions.services import confirm_redemptions, release_redemptions
from nexus_commerce.promotions.services.redemptions import take_uses, uses_of
from nexus_commerce.promotions.signals import redemptions_changed
from nexus_commerce.testing.factories import make_coupon, make_promotion
from tests.promotions.redeeming import CUSTOMER, applied, redeem

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


def counters(row: Any) -> tuple[int, ...]:
    row.refresh_from_db()
    return (row.uses, row.spent) if isinstance(row, Promotion) else (row.uses,)


def test_a_use_is_counted_and_kept() -> None:
    promotion = make_promotion(usage_limit=3, budget=2000, usage_limit_per_customer=2)
    coupon = make_coupon(promotion=promotion, code="SAVE", usage_limit=2)
    order = uuid4()
    (row,) = redeem(applied(coupon, 500), order=order)
    row.refresh_from_db()
    assert (row.promotion, row.coupon, row.order, row.amount) == (promotion, coupon, order, 500)
    assert (row.currency, row.state, row.customer_key) == ("EUR", "used", CUSTOMER)
    assert (counters(promotion), counters(coupon)) == ((1, 500), (1,))
    usage = CustomerUsage.objects.get()
    assert (usage.promotion, usage.customer_key, usage.uses, usage.usage_limit) == (promotion, CUSTOMER, 1, 2)


@pytest.mark.parametrize("case", ["B-S6"])
def test_uses_recorded_from_stale_copies_add_up(case: str) -> None:
    promotion = make_promotion(usage_limit=9, budget=10_000)
    coupon = make_coupon(promotion=promotion, usage_limit=9)
    copies = [uses_of(uuid4(), {promotion.public_id: applied(coupon, amount)}) for amount in (500, 700)]
    for copy in copies:
        take_uses(copy, CUSTOMER)
    assert (counters(promotion), counters(coupon)) == ((2, 1200), (2,))


def test_uses_of_two_orders_add_up() -> None:
    promotion = make_promotion(usage_limit=9, budget=10_000)
    for amount in (500, 700):
        redeem(applied(promotion, amount))
    assert counters(promotion) == (2, 1200)
    assert sum(Redemption.objects.values_list("amount", flat=True)) == 1200


def test_what_did_not_apply_is_not_counted(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    promotion = make_promotion(usage_limit=1)
    with django_assert_num_queries(0):
        redeem(applied(promotion, reason="excluded"))
    assert not Redemption.objects.exists()


def test_a_gift_that_is_worth_nothing_is_counted() -> None:
    promotion = make_promotion(usage_limit=1)
    redeem(applied(promotion, 0))
    assert counters(promotion) == (1, 0)


@pytest.mark.parametrize("case", ["A-C8"])
def test_what_is_not_limited_is_neither_locked_nor_changed(
    case: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    promotion = make_promotion()
    coupon = make_coupon(promotion=promotion)
    with django_assert_num_queries(6) as captured:  # a savepoint, what is known of order, promotion, coupon; the row
        redeem(applied(coupon), customer_key="")
    statements = [query["sql"].split()[0] for query in captured if "SAVEPOINT" not in query["sql"]]
    assert statements == ["SELECT", "SELECT", "SELECT", "INSERT"]
    assert not [query for query in captured if "FOR UPDATE" in query["sql"]]
    assert (counters(promotion), counters(coupon)) == ((0, 0), (0,))
    assert not CustomerUsage.objects.exists()
    assert Redemption.objects.get().customer_key == ""


@pytest.mark.parametrize(
    ("promotion", "coupon", "error"),
    [
        ({"usage_limit": 1, "uses": 1}, None, PromotionUsedUp),
        ({"budget": 999, "spent": 500}, None, PromotionUsedUp),
        ({"usage_limit_per_customer": 0}, None, PromotionUsedByCustomer),
        ({"usage_limit": 1, "uses": 1}, {}, CouponUsedUp),
        ({"budget": 499}, {}, CouponUsedUp),
        ({}, {"usage_limit": 1, "uses": 1}, CouponUsedUp),
        ({"usage_limit_per_customer": 0}, {}, CouponUsedByCustomer),
    ],
)
@pytest.mark.parametrize("case", ["A-C9"])
def test_a_limit_refuses_and_counts_nothing(
    case: str, promotion: dict[str, Any], coupon: dict[str, Any] | None, error: type[CommerceError]
) -> None:
    other = make_promotion(usage_limit=5, budget=5000)
    limited = make_promotion(**promotion)
    before = counters(limited)
    used: Any = limited if coupon is None else make_coupon(promotion=limited, code="LAST", **coupon)
    with pytest.raises(error) as caught:
        redeem(applied(other), applied(used, 500))
    assert (limited.name if coupon is None else "LAST") in str(caught.value)
    assert (counters(other), counters(limited)) == ((0, 0), before)
    assert not Redemption.objects.exists()
    assert not CustomerUsage.objects.exists()


def test_a_budget_can_be_spent_to_the_last_unit() -> None:
    promotion = make_promotion(budget=1000)
    redeem(applied(promotion, 600))
    redeem(applied(promotion, 400))
    with pytest.raises(PromotionUsedUp):
        redeem(applied(promotion, 1))
    assert counters(promotion) == (0, 1000)


def test_a_limit_for_each_customer_needs_to_know_them() -> None:
    promotion = make_promotion(usage_limit_per_customer=1)
    with pytest.raises(CustomerNeeded) as caught:
        redeem(applied(promotion), customer_key="")
    assert caught.value.field == "email"
    redeem(applied(promotion), customer_key="b" * 64)
    redeem(applied(promotion))
    with pytest.raises(PromotionUsedByCustomer):
        redeem(applied(promotion))


def test_the_present_limit_of_each_customer_counts() -> None:
    promotion = make_promotion(usage_limit_per_customer=1)
    redeem(applied(promotion))
    promotion.usage_limit_per_customer = 2
    promotion.save()
    redeem(applied(promotion))
    assert CustomerUsage.objects.get().uses == 2
    promotion.usage_limit_per_customer = 1
    promotion.save()
    with pytest.raises(PromotionUsedByCustomer):
        redeem(applied(promotion))


def test_an_order_uses_a_promotion_once() -> None:
    promotion, later = make_promotion(usage_limit=5), make_promotion()
    order = uuid4()
    assert len(redeem(applied(promotion), order=order)) == 1
    assert redeem(applied(promotion), order=order) == []
    assert [row.promotion for row in redeem(applied(promotion), applied(later), order=order)] == [later]
    assert counters(promotion) == (1, 0)


@pytest.mark.parametrize("case", ["B-S10"])
def test_reserved_uses_are_confirmed_or_given_back(case: str) -> None:
    promotion = make_promotion(usage_limit=2, budget=5000, usage_limit_per_customer=2)
    coupon = make_coupon(promotion=promotion, usage_limit=2)
    placed, abandoned = uuid4(), uuid4()
    for order in (placed, abandoned):
        redeem(applied(coupon, 500), order=order, state="reserved")
    assert (counters(promotion), counters(coupon)) == ((2, 1000), (2,))
    assert [row.state for row in confirm_redemptions(order=placed)] == ["used"]
    assert confirm_redemptions(order=placed) == []
    assert [row.state for row in release_redemptions(order=abandoned)] == ["released"]
    assert release_redemptions(order=abandoned) == []
    assert confirm_redemptions(order=abandoned) == []
    assert (counters(promotion), counters(coupon)) == ((1, 500), (1,))
    assert CustomerUsage.objects.get().uses == 1
    assert dict(Redemption.objects.values_list("order", "state")) == {placed: "used", abandoned: "released"}
    redeem(applied(coupon, 500))


def test_a_canceled_order_gives_its_used_ones_back() -> None:
    promotion = make_promotion(usage_limit=1)
    order = uuid4()
    redeem(applied(promotion), order=order)
    release_redemptions(order=order)
    assert counters(promotion) == (0, 0)


def test_a_released_one_can_be_used_again_by_the_same_order() -> None:
    promotion = make_promotion(usage_limit=1, usage_limit_per_customer=1)
    order = uuid4()
    redeem(applied(promotion, 500), order=order)
    release_redemptions(order=order)
    (row,) = redeem(applied(promotion, 300), order=order, state="reserved")
    row.refresh_from_db()
    assert (row.state, row.amount, Redemption.objects.count()) == ("reserved", 300, 1)
    assert (counters(promotion), CustomerUsage.objects.get().uses) == ((1, 0), 1)


def test_only_what_was_counted_is_given_back() -> None:
    promotion = make_promotion()
    coupon = make_coupon(promotion=promotion)
    order = uuid4()
    redeem(applied(coupon), order=order)
    Promotion.objects.update(usage_limit=5, usage_limit_per_customer=1, budget=300)
    Coupon.objects.update(usage_limit=5)
    CustomerUsage.objects.create(promotion=promotion, customer_key=CUSTOMER, usage_limit=1, uses=1)
    release_redemptions(order=order)
    assert (counters(promotion), counters(coupon)) == ((0, 0), (0,))
    assert CustomerUsage.objects.get().uses == 1


def test_constraints_hold_the_limits_too() -> None:
    promotion = make_promotion(usage_limit=1, uses=1, budget=10, spent=10)
    make_coupon(promotion=promotion, usage_limit=1, uses=1)
    CustomerUsage.objects.create(promotion=promotion, customer_key=CUSTOMER, usage_limit=1, uses=1)
    for rows, column in ((Promotion, "uses"), (Promotion, "spent"), (Coupon, "uses"), (CustomerUsage, "uses")):
        for step in (1, -11):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.objects.update(**{column: F(column) + step})


def test_listeners_hear_of_uses_after_commit(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    heard: list[list[str]] = []

    def hear(sender: Any, redemptions: list[Redemption], **payload: Any) -> None:
        heard.append([row.state for row in redemptions])

    redemptions_changed.connect(hear)
    promotion, order = make_promotion(), uuid4()
    with django_capture_on_commit_callbacks(execute=True):
        redeem(applied(promotion), order=order, state="reserved")
        redeem(applied(promotion), order=order)
    with django_capture_on_commit_callbacks(execute=True):
        confirm_redemptions(order=order)
        confirm_redemptions(order=order)
    with django_capture_on_commit_callbacks(execute=True):
        release_redemptions(order=order)
        release_redemptions(order=order)
    redemptions_changed.disconnect(hear)
    assert heard == [["reserved"], ["used"], ["released"]]
