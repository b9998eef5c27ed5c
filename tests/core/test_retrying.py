"""Whole transactions are done again after a deadlock or a failure to serialize, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, transaction

from nexus_commerce.core import retrying
from nexus_commerce.core.retrying import InsideTransaction, retry_transaction

EFFORTS = 3


class Failing:
    """Work that fails as often as it is told to."""

    def __init__(self, times: int, error: Exception) -> None:
        self.times, self.error, self.calls = times, error, 0

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.times:
            raise self.error
        return "done"


def failure(state: str | None, message: str = "x") -> OperationalError:
    """Return an error as Django hands on one of psycopg."""
    cause = Exception(message)
    cause.sqlstate = state  # type: ignore[attr-defined]
    error = OperationalError(message)
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("state", ["40001", "40P01"])
@pytest.mark.parametrize("times", [0, 1, 2])
def test_what_the_database_gave_up_on_is_done_again(state: str, times: int) -> None:
    work = Failing(times, failure(state))
    assert retry_transaction(work) == "done"
    assert work.calls == times + 1


def test_after_three_tries_the_failure_is_the_callers() -> None:
    work = Failing(9, failure("40001"))
    with pytest.raises(OperationalError):
        retry_transaction(work)
    assert work.calls == EFFORTS


@pytest.mark.parametrize(
    "error",
    [failure("55P03"), failure("57014"), failure(None, "database is locked"), IntegrityError("x"), ValueError("x")],
    ids=["lock timeout", "statement timeout", "sqlite", "constraint", "fault"],
)
def test_other_failures_are_not_repeated(error: Exception) -> None:
    """A lock that was waited for already is not waited for again, and what would fail again is not tried."""
    work = Failing(1, error)
    with pytest.raises(type(error)):
        retry_transaction(work)
    assert work.calls == 1


def test_pauses_are_random_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(retrying.time, "sleep", pauses.append)
    for _ in range(50):
        retry_transaction(Failing(2, failure("40P01")))
    assert len(set(pauses)) > 90
    assert 0 <= min(pauses) < max(pauses[::2]) <= retrying.PAUSE * 2
    assert max(pauses[1::2]) <= retrying.PAUSE * 4


@pytest.mark.django_db(transaction=True)
def test_half_of_a_transaction_is_not_done_again() -> None:
    work = Failing(0, ValueError())
    with transaction.atomic(), pytest.raises(InsideTransaction, match="tried again"):
        retry_transaction(work)
    assert work.calls == 0


@pytest.mark.django_db
def test_the_transaction_around_a_test_does_not_count(db: Any) -> None:
    assert retry_transaction(Failing(0, ValueError())) == "done"
