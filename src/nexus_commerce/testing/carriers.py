"""What every carrier must do, as tests that a host runs against its own::

class TestParcelService(CarrierCompliance):
    def carrier(self):
        return ParcelService("parcel", {"url": "http://127.0.0.1:8040"})
"""

import re
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from time import monotonic
from typing import Any, Final

import pytest

from nexus_commerce.core.money import MAX_MINOR
from nexus_commerce.shipping.carriers.base import Carrier
from nexus_commerce.shipping.carriers.requests import CarrierItem, CarrierQuote, CarrierRequest, Destination
from nexus_commerce.shipping.errors import CarrierError
from nexus_commerce.testing.statements import watch_statements

__all__ = ["CarrierCompliance"]

BERLIN: Final = Destination(country="DE", postal_code="10115", city="Berlin", line1="Allee 1")
NOWHERE: Final = Destination(country="ZZ", postal_code="00000", city="Nowhere", line1="1")
ODD_TEXTS: Final = ("", "\x00", "\r\nX-Header: 1", "a&b=c#?/../", "Ä ß 東京 ‮", "x" * 10_000)


class CarrierCompliance:
    """Mix it into a test class and say which carrier is meant. Run it against a test server of the carrier."""

    def carrier(self) -> Carrier:
        """Return the carrier to be tested, with the options of a real project."""
        raise NotImplementedError

    def unreachable(self) -> Carrier | None:
        """Return the carrier with options that lead nowhere; None where it asks nobody."""
        return None

    def request(self) -> CarrierRequest:
        """Return a request that the carrier serves."""
        return CarrierRequest("web", "EUR", BERLIN, (CarrierItem("SKU-1", 2, 750),), value=4990)

    def answer(self, **changes: Any) -> Sequence[CarrierQuote]:
        """Return the answer to the request with some of it changed."""
        return list(self.carrier().quote(replace(self.request(), **changes)))

    def test_options_are_right(self) -> None:
        assert list(self.carrier().check()) == []

    def test_serves_the_request_within_its_time_limit(self) -> None:
        carrier, began = self.carrier(), monotonic()
        assert carrier.quote(self.request()), "The suite needs a request that is served: override request()."
        assert monotonic() - began <= carrier.timeout

    def test_quotes_can_be_charged(self) -> None:
        quotes = self.answer()
        for quote in quotes:
            assert type(quote.amount) is int, "Amounts are integers of the minor unit."
            assert 0 <= quote.amount <= MAX_MINOR
            assert quote.currency == self.request().currency
            assert re.fullmatch(r"[A-Za-z0-9_-]{1,32}", quote.service), "Services are slugs of at most 32 characters."
            assert quote.name
            days = [day for day in (quote.min_days, quote.max_days) if day is not None]
            assert days == sorted(days)
            assert all(type(day) is int and day >= 0 for day in days)
            assert quote.expires_at is None or quote.expires_at.tzinfo is not None
        assert len({quote.service for quote in quotes}) == len(quotes), "Each service is quoted once."

    def test_the_same_request_has_the_same_answer(self) -> None:
        first, second = (
            [(quote.service, quote.name, quote.amount, quote.currency) for quote in self.answer()] for _ in range(2)
        )
        assert first == second

    def test_serves_no_unknown_destination(self) -> None:
        assert self.answer(destination=NOWHERE) == []

    def test_serves_no_unknown_currency(self) -> None:
        assert self.answer(currency="XTS") == []

    @pytest.mark.parametrize("text", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
    def test_bears_odd_addresses(self, text: str) -> None:
        odd = replace(self.request().destination, postal_code=text, city=text, line1=text, region=text)
        self.raises_only_carrier_errors(lambda: self.answer(destination=odd))

    @pytest.mark.parametrize("weight", [0, 1, 10**9])
    def test_bears_odd_weights(self, weight: int) -> None:
        items = (CarrierItem("SKU-1", 1, weight),)
        self.raises_only_carrier_errors(lambda: self.answer(items=items))

    def test_says_that_it_cannot_be_reached(self) -> None:
        carrier = self.unreachable()
        if carrier is None:
            assert not self.carrier().is_live, "A carrier that asks a network needs unreachable()."
            return
        began = monotonic()
        with pytest.raises(CarrierError):
            carrier.quote(self.request())
        assert monotonic() - began <= carrier.timeout + 0.5

    def test_touches_no_database(self) -> None:
        with watch_statements() as statements:
            self.carrier().quote(self.request())
        assert statements == []

    def test_asks_a_network_only_when_it_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*args: Any, **kwargs: Any) -> Any:
            raise AssertionError("A carrier with is_live = False must not open a connection.")

        if not self.carrier().is_live:
            monkeypatch.setattr(socket.socket, "connect", refuse)
        self.carrier().quote(self.request())

    def raises_only_carrier_errors(self, ask: Callable[[], Any]) -> None:
        """Fail on everything that a carrier raises but ``CarrierError``."""
        with suppress(CarrierError):
            ask()
