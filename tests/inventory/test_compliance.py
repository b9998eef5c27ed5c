"""The suite that hosts run against their stock backends, on those that behave; and that it finds those that do not."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from _pytest.outcomes import Failed
from django.db import IntegrityError
from django.db.models import Expression

from nexus_commerce.channels.models import Channel
from nexus_commerce.inventory.backends import CounterBackend, StockBackend, Wanted
from nexus_commerce.inventory.errors import OutOfStock
from nexus_commerce.inventory.models import Allocation, Reservation
from nexus_commerce.testing.stock_backends import StockBackendCompliance
from tests.inventory.measured_stock import MeasuredStock
from tests.inventory.stocking import promise, stocked, wanted


class TestCounterBackend(StockBackendCompliance):
    def backend(self) -> type[StockBackend]:
        return CounterBackend


class TestMeasuredStock(StockBackendCompliance):
    def backend(self) -> type[StockBackend]:
        return MeasuredStock

    # It sends the statements of the counters, which are counted above.
    test_the_number_of_statements_does_not_grow_with_the_lines = None  # type: ignore[assignment]


@pytest.mark.django_db
def test_the_backend_of_the_page_tells_who_waited(
    channel: Channel, settings: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.NEXUS_COMMERCE = {"STOCK_BACKEND": "tests.inventory.measured_stock.MeasuredStock"}
    variant = stocked(channel, 5)
    promise(channel, wanted(variant))
    assert caplog.messages == []
    monkeypatch.setattr(MeasuredStock, "slow", -1)
    promise(channel, wanted(variant))
    assert "for the stock of 1 lines" in caplog.text


class Forgetful(CounterBackend):
    """Holds nothing of what it says it holds."""

    def reserve(self, **terms: Any) -> list[Reservation]:
        rows = super().reserve(**terms)
        self.release(holder=terms["holder"])
        return rows


class Eager(CounterBackend):
    """Sweeps what has not expired, and promises twice."""

    def sweep(self, *, limit: int) -> list[Reservation]:
        Reservation.objects.update(expires_at="2000-01-01T00:00:00Z")
        return super().sweep(limit=limit)

    def allocate_reserved(
        self, *, holder: UUID, order: UUID, channel: Channel, lines: Sequence[Wanted]
    ) -> list[Allocation]:
        self.release(holder=holder)
        return self.allocate(order=UUID(int=order.int ^ 1), channel=channel, lines=lines)


class Talkative(CounterBackend):
    """Sends a statement for each line."""

    def extend(self, *, holder: UUID, hold_for: timedelta) -> int:
        rows = list(Reservation.objects.filter(holder=holder))
        for row in rows:
            row.refresh_from_db()
        return super().extend(holder=holder, hold_for=hold_for)


class Blind(CounterBackend):
    """Shows a holder what everybody sees."""

    def available_subquery(self, channel: Any, variant: str = "pk", holder: Any = None) -> Expression:
        return super().available_subquery(channel, variant)


WRONG: list[tuple[type[StockBackend], str, list[Any]]] = [
    (Forgetful, "what_is_held_is_available_to_its_holder_alone", []),
    (Forgetful, "what_has_expired_can_be_sold_before_it_is_swept", []),
    (Eager, "a_sweep_frees_what_has_expired_and_nothing_else", []),
    (Eager, "activity_moves_the_expiry_and_never_shortens_it", []),
    (Eager, "what_is_reserved_becomes_what_is_promised", []),
    (Talkative, "the_number_of_statements_does_not_grow_with_the_lines", ["extend"]),
    (Blind, "what_is_held_is_available_to_its_holder_alone", []),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("backend", "name", "given"), WRONG, ids=lambda value: getattr(value, "__name__", None))
def test_the_suite_refuses_what_breaks_a_promise(
    backend: type[StockBackend], name: str, given: list[Any], settings: Any
) -> None:
    suite = StockBackendCompliance()
    suite.backend = lambda: backend  # type: ignore[method-assign]
    suite.set_up(settings)
    with pytest.raises((AssertionError, IntegrityError, OutOfStock, Failed)):
        getattr(suite, f"test_{name}")(*given)
