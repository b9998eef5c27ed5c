"""The suite that hosts run against their carriers, on one that behaves; and that it finds those that do not."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from nexus_commerce.channels.models import Channel
from nexus_commerce.shipping.carriers.base import Carrier
from nexus_commerce.shipping.carriers.requests import CarrierQuote, CarrierRequest
from nexus_commerce.testing.carriers import CarrierCompliance
from tests.shipping.carrier_server import BrokenCarrier, CarrierServer, ParcelService, TableCarrier


class TestParcelService(CarrierCompliance):
    @pytest.fixture(autouse=True)
    def _server(self, server: CarrierServer) -> None:
        self.server = server

    def carrier(self) -> Carrier:
        return ParcelService("parcel", {"url": self.server.url})

    def unreachable(self) -> Carrier:
        return ParcelService("parcel", {"url": "http://127.0.0.1:1", "timeout": 1})


class TestTableCarrier(CarrierCompliance):
    def carrier(self) -> Carrier:
        return TableCarrier("table", {})


class Wrong(TableCarrier):
    """Answers what ``change`` makes of a good quote."""

    changes: dict[str, Any] = {}

    def quote(self, request: CarrierRequest) -> Sequence[CarrierQuote]:
        return [replace(quote, **self.changes) for quote in super().quote(request)]


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": -1},
        {"amount": 4.9},
        {"amount": True},
        {"currency": "USD"},
        {"service": "two words"},
        {"service": "x" * 33},
        {"name": ""},
        {"min_days": 3, "max_days": 1},
        {"min_days": -1},
    ],
    ids=str,
)
def test_the_suite_refuses_quotes_that_cannot_be_charged(changes: dict[str, Any]) -> None:
    suite = suite_of(Wrong("wrong", {}))
    suite.carrier().changes = changes  # type: ignore[attr-defined]
    with pytest.raises(AssertionError):
        suite.test_quotes_can_be_charged()


class Moody(TableCarrier):
    asked = 0

    def quote(self, request: CarrierRequest) -> Sequence[CarrierQuote]:
        type(self).asked += 1
        return [CarrierQuote("bike", "Bike", self.asked, "EUR")]


def test_the_suite_refuses_carriers_that_change_their_mind_or_serve_everybody() -> None:
    suite = suite_of(Moody("moody", {}))
    with pytest.raises(AssertionError):
        suite.test_the_same_request_has_the_same_answer()
    with pytest.raises(AssertionError):
        suite.test_serves_no_unknown_destination()
    with pytest.raises(AssertionError):
        suite.test_serves_no_unknown_currency()


def test_the_suite_refuses_what_escapes_and_what_is_late() -> None:
    with pytest.raises(ZeroDivisionError):
        suite_of(BrokenCarrier("broken", {})).test_bears_odd_weights(1)
    with pytest.raises(AssertionError):
        suite_of(TableCarrier("table", {"timeout": 1e-9})).test_serves_the_request_within_its_time_limit()
    with pytest.raises(AssertionError):
        suite_of(TableCarrier("table", {"timeout": 0})).test_options_are_right()


@pytest.mark.django_db
def test_the_suite_refuses_statements() -> None:
    class Asking(TableCarrier):
        def quote(self, request: CarrierRequest) -> Sequence[CarrierQuote]:
            Channel.objects.exists()
            return super().quote(request)

    with pytest.raises(AssertionError):
        suite_of(Asking("asking", {})).test_touches_no_database()


def test_the_suite_refuses_hidden_network_calls(server: CarrierServer, monkeypatch: pytest.MonkeyPatch) -> None:
    class Hidden(ParcelService):
        is_live = False

    with pytest.raises(AssertionError):
        suite_of(Hidden("hidden", {"url": server.url})).test_asks_a_network_only_when_it_says_so(monkeypatch)


@pytest.mark.parametrize(
    "options",
    [{"timeout": 0}, {"timeout": 31}, {"timeout": "3"}, {"timeout": True}, {"valid_for": 0}, {"max_running": 0}],
    ids=str,
)
def test_options_that_cannot_be_used_are_named(options: dict[str, Any]) -> None:
    (name,) = options
    (problem,) = Carrier("any", options).check()
    assert name in problem


def suite_of(carrier: Carrier) -> CarrierCompliance:
    suite = CarrierCompliance()
    suite.carrier = lambda: carrier  # type: ignore[method-assign]
    return suite


def test_the_suite_asks_live_carriers_for_one_that_leads_nowhere(server: CarrierServer) -> None:
    with pytest.raises(AssertionError):
        suite_of(ParcelService("parcel", {"url": server.url})).test_says_that_it_cannot_be_reached()
