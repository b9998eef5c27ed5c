"""Races for units on PostgreSQL. Each is paired with a mutant that lacks the guard and must then go wrong."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError, connection

from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.inventory.backends import counters, locked
from nexus_commerce.inventory.errors import OutOfStock
from nexus_commerce.inventory.models import Allocation, Reservation, StockItem, StockMovement
from nexus_commerce.inventory.services import (
    Wanted,
    allocate_reserved,
    consume_allocations,
    extend_reservations,
    release_allocations,
    release_reservations,
    sweep_reservations,
)
from nexus_commerce.testing.factories import make_channel
from tests.concurrency.racing import race
from tests.inventory.stocking import PAST, SOON, breaches, hold, levels, promise, stocked, wanted

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 4


def reserving(channel: Channel, *variants: Variant, quantity: int = 1) -> Callable[[], Any]:
    """Return an actor that holds the variants, each time as somebody else."""
    return lambda: hold(channel, *(wanted(variant, quantity) for variant in variants))


def allocating(channel: Channel, *variants: Variant, quantity: int = 1) -> Callable[[], Any]:
    return lambda: promise(channel, *(wanted(variant, quantity) for variant in variants))


def promoting(channel: Channel, holder: UUID, *lines: Wanted) -> Callable[[], Any]:
    return partial(allocate_reserved, holder=holder, order=uuid4(), channel=channel, lines=lines)


def failures(results: Sequence[Any]) -> list[Exception]:
    return [result for result in results if isinstance(result, Exception)]


def won(results: Sequence[Any]) -> int:
    """Return how many succeeded; all others were told that there is not enough."""
    lost = failures(results)
    assert {type(result) for result in lost} <= {OutOfStock}, results
    return len(results) - len(lost)


@pytest.fixture
def channel() -> Channel:
    return make_channel()


# The last units


def last_units(channel: Channel) -> list[Any]:
    variant = stocked(channel, 3)
    return race([reserving(channel, variant)] * 4 + [allocating(channel, variant)] * 4)


@pytest.mark.parametrize("case", ["A-S7"])
def test_the_last_units_are_held_or_promised_once(case: str, channel: Channel) -> None:
    for _ in range(ROUNDS):
        assert won(last_units(channel)) == 3
        assert breaches() == []
    variant = stocked(channel, 8)
    assert won(race([reserving(channel, variant)] * 8)) == 8
    assert levels(variant) == (8, 0, 8)


@contextmanager
def without_constraint() -> Iterator[None]:
    """Take away the constraint that stock is not oversold, and put it back once its rows are gone."""
    constraint = next(found for found in StockItem._meta.constraints if found.name == "nexus_stockitem_not_oversold")
    with connection.schema_editor() as editor:
        editor.remove_constraint(StockItem, constraint)
    try:
        yield
    finally:
        Reservation.objects.all().delete()
        Allocation.objects.all().delete()
        StockItem.objects.all().update(allocated=0, reserved=0)
        with connection.schema_editor() as editor:
            editor.add_constraint(StockItem, constraint)


def read_only(rows: Any, **kwargs: Any) -> list[Any]:
    """Read what should be locked, and think about it for a while."""
    found = list(rows.order_by("pk"))
    threading.Event().wait(0.02)
    return found


def add_blindly(model: Any, steps: Any, bears: Any, **columns: Any) -> int:
    """Change rows whatever they bear."""
    for pk, step in steps.items():
        row = model.objects.get(pk=pk)
        model.objects.filter(pk=pk).update(**{name: getattr(row, name) + more for name, more in step.items()})
    return len(steps)


def test_mutant_without_lock_condition_and_constraint_oversells(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters, "lock_rows", read_only)
    monkeypatch.setattr(locked, "add_to_rows", add_blindly)
    with without_constraint():
        assert any(len(failures(last_units(channel))) < 5 or breaches() for _ in range(ROUNDS))


def test_without_the_lock_the_condition_holds_and_without_that_the_constraint(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters, "lock_rows", read_only)
    for _ in range(ROUNDS):
        assert won(last_units(channel)) <= 3
        assert breaches() == []
    monkeypatch.setattr(locked, "enough", lambda step: {})
    names = {type(error).__name__ for _ in range(ROUNDS) for error in failures(last_units(channel))}
    assert "IntegrityError" in names
    assert breaches() == []


# What has expired


def test_what_expired_is_freed_once_and_sold_once(channel: Channel) -> None:
    for _ in range(ROUNDS):
        variant = stocked(channel, 4)
        for _ in range(4):
            hold(channel, wanted(variant), hold_for=PAST)
        results = race([sweep_reservations, sweep_reservations, *[reserving(channel, variant)] * 6])
        assert won(results[2:]) == 4
        assert breaches() == []
        assert levels(variant) == (4, 0, 4)


def test_mutant_that_does_not_lock_frees_twice(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "lock_rows", read_only)
    monkeypatch.setattr(counters, "lock_what_is_free", read_only)
    monkeypatch.setattr(locked, "lock_what_is_free", read_only)
    monkeypatch.setattr(locked.LockedStock, "_delete_ended", lambda self: None)
    monkeypatch.setattr(locked, "add_to_rows", add_blindly)
    with without_constraint():
        for _ in range(ROUNDS):
            variant = stocked(channel, 4)
            hold(channel, wanted(variant, 4), hold_for=PAST)
            race([sweep_reservations, sweep_reservations, reserving(channel, variant, quantity=4)])
            if breaches():
                return
    pytest.fail("The guard was not what kept the count.")


def finish_or_sweep(channel: Channel) -> list[Any]:
    """Let an order be finished while its hold has expired, and others sweep and want the units."""
    variant = stocked(channel, 2)
    line = wanted(variant, 2)
    holder = hold(channel, line, hold_for=PAST)
    return race([promoting(channel, holder, line), sweep_reservations, reserving(channel, variant, quantity=2)])


def test_what_is_held_is_promised_or_swept(channel: Channel) -> None:
    for _ in range(ROUNDS):
        finished, swept, reserved = finish_or_sweep(channel)
        assert won([finished, reserved]) == 1
        assert swept in (0, 1)
        assert breaches() == []


def test_mutant_that_does_not_lock_promises_what_was_swept(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "lock_rows", read_only)
    monkeypatch.setattr(counters, "lock_what_is_free", read_only)
    monkeypatch.setattr(locked, "lock_what_is_free", read_only)
    monkeypatch.setattr(locked.LockedStock, "_delete_ended", lambda self: Reservation.objects.all().delete())
    monkeypatch.setattr(locked, "add_to_rows", add_blindly)
    with without_constraint():
        for _ in range(ROUNDS):
            results = finish_or_sweep(channel)
            if breaches() or len(failures([results[0], results[2]])) != 1:
                return
    pytest.fail("The guard was not what kept the count.")


def test_activity_and_a_sweep_do_not_both_win(channel: Channel) -> None:
    for _ in range(ROUNDS):
        variant = stocked(channel, 2)
        holder = hold(channel, wanted(variant), wanted(variant), hold_for=PAST)
        extended, swept = race([partial(extend_reservations, holder=holder, hold_for=SOON), sweep_reservations])
        assert extended + swept in (2, 3, 4), (extended, swept)
        assert Reservation.objects.filter(holder=holder).count() == 2 - swept
        assert breaches() == []


def test_an_order_is_finished_or_abandoned(channel: Channel) -> None:
    for _ in range(ROUNDS):
        variant = stocked(channel, 3)
        line = wanted(variant, 3)
        holder = hold(channel, line)
        results = race([promoting(channel, holder, line), partial(release_reservations, holder=holder)] * 2)
        assert not failures(results), results
        assert levels(variant) == (3, 3, 0)
        assert breaches() == []


# Opposite orders


def finish_in_opposite_order(channel: Channel) -> list[Any]:
    """Hold and finish orders of the same two variants, their lines the other way round, beside others."""
    pair = [stocked(channel, 20), stocked(channel, 20)]
    actors: list[Callable[[], Any]] = []
    for turn in range(4):
        ordered = pair if turn % 2 else pair[::-1]
        lines = [wanted(variant) for variant in ordered]
        actors.append(promoting(channel, hold(channel, *lines), *lines))
        order = promise(channel, *(wanted(variant) for variant in ordered))
        actors.append(partial(release_allocations, order=order))
    actors.append(reserving(channel, *pair))
    actors.append(partial(release_reservations, holder=hold(channel, *(wanted(row) for row in pair[::-1]))))
    return race(actors)


@pytest.mark.parametrize("case", ["B-S17"])
def test_orders_of_the_same_variants_in_opposite_order_do_not_deadlock(case: str, channel: Channel) -> None:
    for _ in range(ROUNDS):
        pair = [stocked(channel, 10), stocked(channel, 10)]
        assert won(race([allocating(channel, *(pair if turn % 2 else pair[::-1])) for turn in range(4)])) == 4
        assert [levels(variant) for variant in pair] == [(10, 4, 0), (10, 4, 0)]
        results = finish_in_opposite_order(channel)
        assert not failures(results), results
        assert breaches() == []


def test_mutant_that_locks_in_the_order_of_the_lines_deadlocks(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = iter(["pk", "-pk"] * 100)

    def lock_one_by_one(rows: Any, **kwargs: Any) -> list[Any]:
        found = list(rows.order_by(next(turns)))
        for row in found:
            type(row).objects.select_for_update().get(pk=row.pk)
            threading.Event().wait(0.02)
        return found

    monkeypatch.setattr(counters, "lock_rows", lock_one_by_one)
    pair = [stocked(channel, 10), stocked(channel, 10)]
    lost = [error for _ in range(ROUNDS) for error in failures(race([allocating(channel, *pair)] * 2))]
    assert any(isinstance(error, OperationalError) for error in lost)


# Sending


def send_at_once(channel: Channel) -> list[Any]:
    variant = stocked(channel, 4)
    line = wanted(variant, 3)
    order = promise(channel, line)
    send = partial(consume_allocations, order=order, units={line.line: 2})
    return race([send, send, partial(release_allocations, order=order, units={line.line: 2})])


def test_units_are_sent_or_freed_once(channel: Channel) -> None:
    for _ in range(ROUNDS):
        results = send_at_once(channel)
        assert [type(error).__name__ for error in failures(results)] == ["AllocationMissing"] * 2, results
        assert breaches() == []


def test_mutant_that_does_not_lock_what_is_sent_runs_into_the_count(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nexus_commerce.inventory.backends.taking.lock_rows", read_only)
    lost = [error for _ in range(ROUNDS) for error in failures(send_at_once(channel))]
    assert "Conflict" in {type(error).__name__ for error in lost}
    assert breaches() == []
    assert StockMovement.objects.filter(reason="shipped").count() <= ROUNDS
