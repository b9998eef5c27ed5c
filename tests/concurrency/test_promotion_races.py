"""Races for the uses of promotions on PostgreSQL. Each is paired with a mutant that lacks the guard and must then go
wrong."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from nexus_commerce.promotions.errors import (
    CouponUsedUp,
    PromotionUsedByCustomer,
    PromotionUsedUp,
)
from nexus_commerce.promotions.models import Coupon, CustomerUsage, Promotion, Redemption
from nexus_commerce.promotions.services import (
    change_promotion,
    confirm_redemptions,
    create_coupons,
    redemptions,
    release_redemptions,
    releasing,
)
from nexus_commerce.testing.factories import make_coupon, make_promotion
from tests.concurrency.racing import race
from tests.promotions.redeeming import CUSTOMER, applied, redeem

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 4


def use(used: Promotion | Coupon, amount: int = 500, **terms: Any) -> Callable[[], Any]:
    """Return an actor that redeems for an order of its own."""
    return partial(redeem, applied(used, amount), **terms)


def won(results: list[Any], error: type[Exception]) -> int:
    """Return how many succeeded; all others got ``error``."""
    lost = [result for result in results if isinstance(result, Exception)]
    assert {type(result) for result in lost} <= {error}, results
    return len(results) - len(lost)


def live(promotion: Promotion) -> list[int]:
    """Return the amounts of the redemptions that count."""
    rows = Redemption.objects.filter(promotion=promotion).exclude(state="released")
    return list(rows.values_list("amount", flat=True))


def fresh(row: Any) -> Any:
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("case", ["B-S7"])
def test_a_single_use_coupon_is_used_once(case: str) -> None:
    for _ in range(ROUNDS):
        coupon = make_coupon(promotion=make_promotion(), usage_limit=1)
        assert won(race([use(coupon)] * 8), CouponUsedUp) == 1
        assert (fresh(coupon).uses, live(coupon.promotion)) == (1, [500])


def test_a_coupon_is_used_as_often_as_it_may() -> None:
    coupon = make_coupon(promotion=make_promotion(), usage_limit=5)
    assert won(race([use(coupon)] * 20), CouponUsedUp) == 5
    assert (fresh(coupon).uses, len(live(coupon.promotion))) == (5, 5)


@pytest.mark.parametrize("case", ["A-C9"])
def test_an_automatic_promotion_is_used_as_often_as_it_may(case: str) -> None:
    for _ in range(ROUNDS):
        promotion = make_promotion(usage_limit=1)
        assert won(race([use(promotion)] * 8), PromotionUsedUp) == 1
        assert (fresh(promotion).uses, live(promotion)) == (1, [500])


def test_a_budget_is_not_overspent() -> None:
    for _ in range(ROUNDS):
        promotion = make_promotion(budget=1600)
        assert won(race([use(promotion)] * 8), PromotionUsedUp) == 3
        assert (fresh(promotion).spent, sum(live(promotion))) == (1500, 1500)


def test_a_customer_uses_a_promotion_as_often_as_each_may() -> None:
    for _ in range(ROUNDS):
        promotion = make_promotion(usage_limit_per_customer=2)
        others = [use(promotion, customer_key=str(number) * 64) for number in range(2)]
        results = race([use(promotion)] * 6 + others)
        assert won(results, PromotionUsedByCustomer) == 4
        assert not [result for result in results[6:] if isinstance(result, Exception)]
        assert CustomerUsage.objects.get(promotion=promotion, customer_key=CUSTOMER).uses == 2


def test_the_losers_use_of_another_promotion_is_not_counted() -> None:
    both, last = make_promotion(usage_limit=50), make_promotion(usage_limit=1)
    results = race([partial(redeem, applied(last), applied(both))] * 6)
    assert won(results, PromotionUsedUp) == 1
    assert (fresh(both).uses, fresh(last).uses) == (1, 1)


def test_promotions_in_opposite_order_do_not_deadlock() -> None:
    for _ in range(ROUNDS):
        rows: list[Promotion] = [make_promotion(usage_limit=50, usage_limit_per_customer=50) for _ in range(2)]
        coupons = [make_coupon(promotion=row, usage_limit=50) for row in rows[::-1]]
        tried = [applied(coupon) for coupon in coupons]
        results = race([partial(redeem, *(tried if turn % 2 else tried[::-1])) for turn in range(8)])
        assert not [result for result in results if isinstance(result, Exception)], results
        assert {fresh(row).uses for row in (*rows, *coupons)} == {8}


def test_a_use_is_given_back_once() -> None:
    for _ in range(ROUNDS):
        promotion, order = make_promotion(usage_limit=9, usage_limit_per_customer=9, budget=9000), uuid4()
        redeem(applied(promotion), order=order)
        redeem(applied(promotion))
        changed = race([partial(release_redemptions, order=order)] * 4)
        assert sorted(len(rows) for rows in changed) == [0, 0, 0, 1]
        assert (fresh(promotion).uses, fresh(promotion).spent) == (1, 500)
        assert CustomerUsage.objects.get(promotion=promotion).uses == 1


def test_what_is_given_back_can_be_used_by_one_other() -> None:
    for _ in range(ROUNDS):
        coupon, order = make_coupon(promotion=make_promotion(), usage_limit=1), uuid4()
        redeem(applied(coupon), order=order)
        released, *results = race([partial(release_redemptions, order=order)] + [use(coupon)] * 4)
        assert len(released) == 1
        used = won(results, CouponUsedUp)
        assert used in (0, 1)
        assert (fresh(coupon).uses, len(live(coupon.promotion))) == (used, used)


def test_an_order_is_either_confirmed_or_released() -> None:
    for _ in range(ROUNDS):
        promotion, order = make_promotion(usage_limit=1), uuid4()
        redeem(applied(promotion), order=order, state="reserved")
        results = race([partial(confirm_redemptions, order=order), partial(release_redemptions, order=order)])
        assert not [result for result in results if isinstance(result, Exception)], results
        assert Redemption.objects.get(order=order).state == "released"
        assert fresh(promotion).uses == 0


def test_one_order_redeemed_at_once_counts_once() -> None:
    for _ in range(ROUNDS):
        promotion, order = make_promotion(usage_limit=9), uuid4()
        results = race([use(promotion, order=order)] * 4)
        assert all(isinstance(result, list | IntegrityError) for result in results), results
        assert (fresh(promotion).uses, len(live(promotion))) == (1, 1)


def test_codes_made_at_once_are_all_there() -> None:
    promotion = make_promotion(needs_coupon=True)
    results = race([lambda: create_coupons(promotion=Promotion.objects.get(), count=50)] * 4)
    assert [len(coupons) for coupons in results] == [50] * 4
    assert promotion.coupons.count() == 200
    assert fresh(promotion).version == 5


# Unlimited ones


@contextmanager
def another_transaction(change: Callable[[], Any]) -> Iterator[None]:
    """Hold the locks of ``change`` in a transaction of another connection."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            change()
            held.set()
            done.wait(timeout=20)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(timeout=20)
    try:
        yield
    finally:
        done.set()
        holder.join(timeout=20)


def hold(model: type[Model]) -> Any:
    """Lock the rows of a model as an UPDATE of them does, and every UPDATE of them waits for."""
    return list(model._default_manager.select_for_update(no_key=True))


def redeem_without_waiting(used: Promotion | Coupon) -> Any:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '500ms'")
        return redeem(applied(used), customer_key="")


@pytest.mark.parametrize("case", ["A-C8"])
def test_nobody_waits_for_an_unlimited_coupon(case: str) -> None:
    coupon = make_coupon(promotion=make_promotion())
    with another_transaction(lambda: [hold(Coupon), hold(Promotion)]):
        (result,) = race([partial(redeem_without_waiting, coupon)])
    assert not isinstance(result, Exception), result


def test_a_limited_coupon_is_waited_for() -> None:
    coupon = make_coupon(promotion=make_promotion(), usage_limit=1)
    with another_transaction(lambda: hold(Coupon)):
        (result,) = race([partial(redeem_without_waiting, coupon)])
    assert "lock timeout" in str(result)


def test_nobody_waits_for_a_promotion_that_is_being_edited() -> None:
    promotion = make_promotion()
    edit = partial(change_promotion, promotion=Promotion.objects.get(), fields={"name": "New"})
    with another_transaction(edit):
        (result,) = race([partial(redeem_without_waiting, promotion)])
    assert not isinstance(result, Exception), result


@pytest.mark.parametrize("case", ["A-C8"])
def test_a_hundred_uses_of_an_unlimited_coupon_at_once(case: str) -> None:
    coupon = make_coupon(promotion=make_promotion())

    def use_many() -> list[UUID]:
        return [redeem(applied(coupon), customer_key="")[0].order for _ in range(10)]

    results = race([use_many] * 10)
    assert not [result for result in results if isinstance(result, Exception)], results
    assert (fresh(coupon).uses, len(live(coupon.promotion))) == (0, 100)


# Mutants


@contextmanager
def without_constraint(model: type[Model], name: str) -> Iterator[None]:
    """Take a constraint away, and put it back once its rows are gone."""
    constraint = next(found for found in model._meta.constraints if found.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint)
    try:
        yield
    finally:
        Redemption.objects.all().delete()
        CustomerUsage.objects.all().delete()
        Promotion.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint)


def count_blindly(row: Any, **more: int) -> None:
    """Count a use of a row as it was read before, whatever its limit."""
    read = type(row).objects.get(pk=row.pk)
    type(row).objects.filter(pk=row.pk).update(
        **{name: getattr(read, name) + step for name, step in {"uses": 1, **more}.items()}
    )


def test_mutant_that_counts_coupons_blindly_uses_one_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redemptions, "take_coupon", lambda use: count_blindly(use.coupon))
    with without_constraint(Coupon, "nexus_coupon_uses"):
        for _ in range(ROUNDS):
            coupon = make_coupon(promotion=make_promotion(), usage_limit=1)
            race([use(coupon)] * 8)
            if len(live(coupon.promotion)) > 1:
                return
    pytest.fail("The guard was not what held the limit.")


@pytest.mark.parametrize(
    ("constraint", "limits"),
    [("nexus_promotion_uses", {"usage_limit": 1}), ("nexus_promotion_spent", {"budget": 1600})],
)
def test_mutant_that_counts_promotions_blindly_goes_beyond(
    monkeypatch: pytest.MonkeyPatch, constraint: str, limits: dict[str, Any]
) -> None:
    monkeypatch.setattr(redemptions, "take_promotion", lambda use: count_blindly(use.promotion, spent=use.amount))
    with without_constraint(Promotion, constraint):
        promotion = make_promotion(**limits)
        race([use(promotion)] * 8)
        assert len(live(promotion)) > 3


def test_mutant_without_condition_runs_into_the_constraint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redemptions, "take_coupon", lambda use: count_blindly(use.coupon))
    coupon = make_coupon(promotion=make_promotion(), usage_limit=1, uses=1)
    assert {type(result) for result in race([use(coupon)] * 4)} == {IntegrityError}


def test_mutant_that_counts_customers_blindly_goes_beyond(monkeypatch: pytest.MonkeyPatch) -> None:
    def count(uses: Any, customer_key: str) -> None:
        terms = {"promotion": uses[0].promotion, "customer_key": customer_key}
        usage, _ = CustomerUsage.objects.get_or_create(**terms, defaults={"usage_limit": 1})
        count_blindly(usage)

    monkeypatch.setattr(redemptions, "take_customer_uses", count)
    with without_constraint(CustomerUsage, "nexus_customerusage_uses"):
        promotion = make_promotion(usage_limit_per_customer=1)
        race([use(promotion)] * 8)
        assert len(live(promotion)) > 1


def test_mutant_that_locks_the_coupon_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redemptions, "take_coupon", lambda use: Coupon.objects.select_for_update().get())
    coupon = make_coupon(promotion=make_promotion())
    with another_transaction(lambda: hold(Coupon)):
        (result,) = race([partial(redeem_without_waiting, coupon)])
    assert "lock timeout" in str(result)


def test_mutant_that_does_not_lock_gives_back_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    def read_slowly(rows: Any) -> list[Any]:
        found = list(rows)
        threading.Event().wait(0.1)
        return found

    def move_blindly(order: UUID, before: Any, after: str) -> list[Any]:
        found = read_slowly(Redemption.objects.filter(order=order, state__in=before))
        Redemption.objects.filter(order=order).update(state=after)
        return found

    promotion, order = make_promotion(usage_limit=9), uuid4()
    for _ in range(4):
        redeem(applied(promotion))
    redeem(applied(promotion), order=order)
    # Without the lock, the row count still refuses the second.
    with monkeypatch.context() as patch:
        patch.setattr(releasing, "lock_rows", read_slowly)
        results = race([partial(release_redemptions, order=order)] * 3)
        assert sorted(type(result).__name__ for result in results) == ["Conflict", "Conflict", "list"]
        assert fresh(promotion).uses == 4
    redeem(applied(promotion), order=order)
    monkeypatch.setattr(releasing, "move", move_blindly)
    race([partial(release_redemptions, order=order)] * 3)
    assert fresh(promotion).uses < 4
