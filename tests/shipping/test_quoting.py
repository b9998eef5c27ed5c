"""Asking carriers: once, in parallel, within their time limits, outside transactions; failures leave them out."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from nexus_commerce.core.outside import AskedInTransaction
from nexus_commerce.shipping.carriers.requests import CarrierItem, CarrierRequest, Destination, KeptQuote
from nexus_commerce.shipping.errors import UnknownCarrier
from nexus_commerce.shipping.services import ask_carriers, carrier_aliases, get_carrier
from tests.shipping.carrier_server import CarrierServer

NOW = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
REQUEST = CarrierRequest("web", "EUR", Destination("DE", postal_code="10115"), (CarrierItem("SKU-1", 2, 750),), 4990)

pytestmark = pytest.mark.usefixtures("carriers")


def ask(*aliases: str, request: CarrierRequest = REQUEST, now: datetime = NOW) -> dict[str, Any]:
    return ask_carriers(aliases=aliases, request=request, now=now)


def amounts(quotes: list[KeptQuote] | None) -> dict[str, int]:
    assert quotes is not None
    return {quote.service: quote.amount for quote in quotes}


def test_quotes_come_from_the_carriers_of_the_settings() -> None:
    answers = ask("parcel", "table")
    assert amounts(answers["parcel"]) == {"standard": 590, "express": 1390}
    assert amounts(answers["table"]) == {"bike": 400}
    quote = answers["parcel"][0]
    assert (quote.name, quote.min_days, quote.max_days) == ("Standard", 1, 3)
    assert quote.expires_at == NOW + timedelta(minutes=15)
    assert quote.fingerprint == REQUEST.fingerprint


def test_the_same_request_is_asked_once_while_its_answer_holds(server: CarrierServer) -> None:
    first = ask("parcel")
    server.amounts = {"standard": 1}
    assert ask("parcel", now=NOW + timedelta(minutes=14)) == first
    assert len(server.requests) == 1
    assert amounts(ask("parcel", now=NOW + timedelta(minutes=15))["parcel"]) == {"standard": 201}
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"value": 4991},
        {"items": (CarrierItem("SKU-1", 2, 751),)},
        {"items": (CarrierItem("SKU-1", 3, 500),)},
        {"destination": Destination("DE", postal_code="10117")},
        {"channel": "other"},
    ],
    ids=str,
)
def test_any_other_request_is_asked_for(server: CarrierServer, changes: dict[str, Any]) -> None:
    ask("parcel")
    ask("parcel", request=replace(REQUEST, **changes))
    assert len(server.requests) == 2


def test_nobody_served_is_an_answer_too(server: CarrierServer) -> None:
    abroad = replace(REQUEST, destination=Destination("US"))
    assert ask("parcel", request=abroad) == {"parcel": []}
    assert ask("parcel", request=abroad) == {"parcel": []}
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "body"), [(500, b"[]"), (200, b"{"), (200, b'[{"service": "x"}]'), (200, b'{"a": 1}'), (302, b"")]
)
def test_a_carrier_that_fails_is_left_out_and_asked_again(server: CarrierServer, status: int, body: bytes) -> None:
    server.status, server.body = status, body
    answers = ask("parcel", "table")
    assert answers["parcel"] is None
    assert amounts(answers["table"]) == {"bike": 400}
    server.status, server.body = 200, None
    assert len(amounts(ask("parcel")["parcel"])) == 2


def test_what_no_carrier_should_raise_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    answers = ask("broken", "table")
    assert answers["broken"] is None
    assert answers["table"]
    assert "ZeroDivisionError" in caplog.text


def test_quotes_that_cannot_be_charged_are_left_out(server: CarrierServer) -> None:
    server.body = (
        b'[{"service": "dollars", "amount": 1, "currency": "USD", "days": [1, 1]},'
        b' {"service": "negative", "amount": -1, "days": [1, 1]},'
        b' {"service": "broken", "amount": 4.9, "days": [1, 1]},'
        b' {"service": "two words", "amount": 1, "days": [1, 1]},'
        b' {"service": "huge", "amount": 10000000000000000, "days": [1, 1]},'
        b' {"service": "good", "amount": 0, "days": [1, 1]}]'
    )
    assert amounts(ask("parcel")["parcel"]) == {"good": 0}


def test_carriers_are_asked_at_once_and_none_longer_than_its_limit(
    server: CarrierServer, carriers: dict[str, Any]
) -> None:
    for alias, limit in (("a", 0.4), ("b", 0.6)):
        carriers[alias] = {**carriers["slow"], "OPTIONS": {"sleep": 5, "timeout": limit}}
    server.delay = 0.3
    began = time.monotonic()
    answers = ask("a", "parcel", "b", "table")
    took = time.monotonic() - began
    assert (answers["a"], answers["b"]) == (None, None)
    assert answers["parcel"]
    assert answers["table"]
    assert 0.55 < took < 1.5


def test_the_default_limit_is_three_seconds(carriers: dict[str, Any]) -> None:
    carriers["slow"]["OPTIONS"] = {"sleep": 6}
    assert get_carrier(alias="slow").timeout == 3
    began = time.monotonic()
    assert ask("slow") == {"slow": None}
    assert 2.9 < time.monotonic() - began < 3.9


def test_a_late_answer_is_there_the_next_time() -> None:
    assert ask("slow") == {"slow": None}
    deadline = time.monotonic() + 5
    while cache.get(f"nexus_commerce.shipping.slow.{REQUEST.fingerprint}") is None and time.monotonic() < deadline:
        time.sleep(0.05)
    began = time.monotonic()
    assert amounts(ask("slow")["slow"]) == {"slow": 100}
    assert time.monotonic() - began < 0.1


def test_a_carrier_that_hangs_is_not_asked_by_ever_more_threads(carriers: dict[str, Any]) -> None:
    carriers["hanging"] = {**carriers["slow"], "OPTIONS": {"sleep": 2, "timeout": 0.3, "max_running": 2}}
    took = []
    for value in range(4):
        began = time.monotonic()
        assert ask("hanging", request=replace(REQUEST, value=value)) == {"hanging": None}
        took.append(time.monotonic() - began)
    assert min(took[:2]) > 0.25
    assert max(took[2:]) < 0.25


@pytest.mark.django_db
def test_nobody_is_asked_inside_a_transaction(server: CarrierServer) -> None:
    with transaction.atomic(), pytest.raises(AskedInTransaction):
        ask("parcel")
    assert server.requests == []
    ask("parcel")
    with transaction.atomic():
        assert ask("parcel", "table")["parcel"], "What is known is not asked for."


def test_a_cache_that_is_down_costs_a_question_and_no_more(
    server: CarrierServer, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CACHES = {"default": {"BACKEND": "tests.shipping.test_quoting.DeadCache"}}
    assert ask("parcel")["parcel"]
    assert ask("parcel")["parcel"]
    assert len(server.requests) == 2
    assert "could not be kept" in caplog.text


class DeadCache:
    """A cache whose server is gone."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        pass

    def get(self, *args: Any, **kwargs: Any) -> Any:
        raise ConnectionError

    def set(self, *args: Any, **kwargs: Any) -> None:
        raise ConnectionError

    def clear(self) -> None:
        pass

    def close(self, **kwargs: Any) -> None:
        pass


def test_an_alias_without_a_carrier_is_left_out_and_named() -> None:
    assert ask("gone") == {"gone": None}
    assert carrier_aliases() == ["parcel", "table", "slow", "broken"]
    with pytest.raises(UnknownCarrier) as error:
        get_carrier(alias="gone")
    assert error.value.params["known"] == "parcel, table, slow, broken"
