"""What every outside tax engine must do, as tests that a host runs against its own::

class TestOurEngine(TaxEngineCompliance):
    def policy(self):
        return OurEngine()
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Final

import pytest

from nexus_commerce.tax.errors import TaxEngineError
from nexus_commerce.tax.external import (
    ExternalTaxAnswer,
    ExternalTaxRequest,
    TaxDestination,
    TaxedItem,
    external_taxations,
    faults_of,
    keep_answer,
)
from nexus_commerce.tax.policies import ExternalTaxPolicy
from nexus_commerce.testing.statements import watch_statements

__all__ = ["TaxEngineCompliance"]

NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
LATER: Final = datetime(2027, 1, 1, tzinfo=UTC)
BERLIN: Final = TaxDestination(country="DE", postal_code="10115", city="Berlin", line1="Allee 1")
NOWHERE: Final = TaxDestination(country="ZZ", postal_code="00000", city="Nowhere", line1="1")
ITEMS: Final = (
    TaxedItem("line:1", 4990, quantity=2, sku="SKU-1"),
    TaxedItem("line:2", 1, quantity=3, sku="SKU-2"),
    TaxedItem("shipping:standard", 490),
    TaxedItem("fee:wrap", 250),
)
ODD_TEXTS: Final = ("", "\x00", "\r\nX-Header: 1", "a&b=c#?/../", "Ä ß 東京 ‮", "x" * 10_000)


class TaxEngineCompliance:
    """Mix it into a test class and say which policy is meant. Run it against a test server of the engine."""

    def policy(self) -> ExternalTaxPolicy:
        """Return the policy to be tested."""
        raise NotImplementedError

    def unreachable(self) -> ExternalTaxPolicy | None:
        """Return a policy whose engine cannot be reached; None where it asks no network."""
        return None

    def request(self) -> ExternalTaxRequest:
        """Return a request that the engine answers."""
        return ExternalTaxRequest("web", "EUR", True, "DE", BERLIN, ITEMS)

    def answer(self, **changes: Any) -> ExternalTaxAnswer:
        """Return the answer to the request with some of it changed."""
        return self.policy().fetch(replace(self.request(), **changes))

    def test_limits_are_right(self) -> None:
        policy = self.policy()
        assert 0 < policy.timeout <= 30, "A shopper waits: at most 30 seconds."
        assert policy.valid_for.total_seconds() >= 60, "A shopper needs a minute to pay."
        assert policy.max_running >= 1

    def test_answers_within_its_time_limit(self) -> None:
        began = monotonic()
        self.answer()
        assert monotonic() - began <= self.policy().timeout

    @pytest.mark.parametrize("includes_tax", [True, False])
    def test_every_item_is_answered_with_amounts_that_can_be_charged(self, includes_tax: bool) -> None:
        request = replace(self.request(), prices_include_tax=includes_tax)
        assert faults_of(request, self.policy().fetch(request)) == []

    def test_the_answer_can_be_kept(self) -> None:
        request, answer = self.request(), self.answer()
        assert answer.expires_at is None or answer.expires_at.tzinfo is not None
        for taxation in answer.taxations.values():
            for rate in taxation.rates:
                assert rate.name, "The receipt shows the name of each rate."
                assert type(rate.millionths) is int, "Rates are millionths of a percent: 19 % is 19,000,000."
        kept = json.loads(json.dumps(keep_answer(answer, fingerprint=request.fingerprint, expires_at=LATER)))
        assert external_taxations(kept, request.fingerprint, now=NOW) == dict(answer.taxations)

    def test_the_same_request_has_the_same_answer(self) -> None:
        assert dict(self.answer().taxations) == dict(self.answer().taxations)

    def test_an_exempt_customer_pays_no_tax(self) -> None:
        answer = self.answer(is_exempt=True)
        assert not any(sum(taxation.amounts or ()) for taxation in answer.taxations.values())

    def test_an_unknown_country_is_answered_or_refused(self) -> None:
        request = replace(self.request(), destination=NOWHERE)
        with suppress(TaxEngineError):
            assert faults_of(request, self.policy().fetch(request)) == []

    @pytest.mark.parametrize("text", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
    def test_bears_odd_texts(self, text: str) -> None:
        odd = replace(self.request().destination, postal_code=text, city=text, line1=text, region=text)
        self.raises_only_engine_errors(lambda: self.answer(destination=odd, vat_number=text[:32]))

    @pytest.mark.parametrize("tax_class", ["", "food", "x" * 32])
    def test_bears_any_tax_class(self, tax_class: str) -> None:
        items = (TaxedItem("line:1", 1000, tax_class=tax_class),)
        self.raises_only_engine_errors(lambda: self.answer(items=items))

    def test_says_that_it_cannot_be_reached(self) -> None:
        policy = self.unreachable()
        if policy is None:
            return
        began = monotonic()
        with pytest.raises(TaxEngineError):
            policy.fetch(self.request())
        assert monotonic() - began <= policy.timeout + 0.5

    def test_touches_no_database(self) -> None:
        with watch_statements() as statements:
            self.answer()
        assert statements == []

    def raises_only_engine_errors(self, ask: Callable[[], Any]) -> None:
        """Fail on everything that an engine raises but ``TaxEngineError``."""
        with suppress(TaxEngineError):
            ask()
