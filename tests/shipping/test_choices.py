"""When a choice no longer stands, figure by figure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nexus_commerce.customers.services import AddressData
from nexus_commerce.pricing.inputs import CartFacts, CartInput, LineFacts, LineInput, Quote
from nexus_commerce.pricing.totals import ShippingTotals
from nexus_commerce.shipping.carriers.requests import KeptQuote
from nexus_commerce.shipping.choices import ShippingChoice, is_outdated, quote_in, request_of

NOW = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
BERLIN = AddressData(
    first_name="Ada", line1="Allee 1", city="Berlin", postal_code="10115", country="DE", phone="+4930123456"
)
LINE = LineInput("a", 2, Quote(1000), weight=400, facts=LineFacts(sku="A"))
FILE = LineInput("b", 1, Quote(500), is_sent=False, facts=LineFacts(sku="B"))
CART = CartInput("EUR", True, [LINE, FILE], NOW, facts=CartFacts(channel="web"))
CHOICE = ShippingChoice("post", 490, "EUR").to_json()


def charged(amount: int = 490, method: str = "post") -> ShippingTotals:
    return ShippingTotals(method, amount)


CHARGED = charged()


def outdated(choice: Any = CHOICE, charge: ShippingTotals | None = CHARGED, **given: Any) -> bool:
    return is_outdated(choice, charge, **{"address": BERLIN, "cart": CART, "now": NOW} | given)


def quoted(**changes: Any) -> dict[str, Any]:
    request = request_of(CART, address=BERLIN)
    assert request is not None
    quote = KeptQuote("fast", "Fast", 490, "EUR", request.fingerprint, NOW + timedelta(seconds=1))
    return ShippingChoice("post", 490, "EUR", replace(quote, **changes)).to_json()


@pytest.mark.parametrize(("amount", "is_out"), [(0, False), (489, False), (490, False), (491, True)])
def test_only_more_than_was_chosen_is_outdated(amount: int, is_out: bool) -> None:
    assert outdated(charge=charged(amount)) is is_out


def test_what_is_not_charged_was_of_another_method_or_currency_or_never_chosen_is_outdated() -> None:
    assert outdated(charge=None)
    assert outdated(charge=charged(0, "van"))
    assert outdated(cart=replace(CART, currency="USD"), charge=charged(0))
    assert outdated({})
    assert outdated({"method": "post", "currency": "EUR"}, charged(0))


def test_what_needs_no_carrier_does_not_depend_on_address_or_time() -> None:
    assert not outdated(address=None, now=NOW + timedelta(days=365))


def test_a_quote_holds_until_it_expires_for_the_same_request() -> None:
    assert not outdated(quoted())
    assert not outdated(quoted(), address=replace(BERLIN, first_name="Eva", phone=""))
    assert outdated(quoted(), now=NOW + timedelta(seconds=1))
    assert outdated(quoted(fingerprint="other"))
    assert outdated(quoted(), address=None)
    assert outdated(quoted(), address=replace(BERLIN, line1="Allee 2"))


@pytest.mark.parametrize(
    "lines",
    [
        [replace(LINE, quantity=3), FILE],
        [replace(LINE, weight=401), FILE],
        [replace(LINE, quote=Quote(1001)), FILE],
        [LINE, replace(FILE, quote=Quote(501))],
        [LINE],
        [replace(LINE, facts=LineFacts(sku="C")), FILE],
        [FILE],
    ],
    ids=range(7),
)
def test_other_goods_are_another_request(lines: list[LineInput]) -> None:
    assert outdated(quoted(), cart=replace(CART, lines=lines))


def test_the_order_of_lines_does_not_matter() -> None:
    lines = [LINE, replace(LINE, key="c", facts=LineFacts(sku="0")), FILE]
    assert request_of(replace(CART, lines=lines), address=BERLIN) == request_of(
        replace(CART, lines=lines[::-1]), address=BERLIN
    )


@pytest.mark.parametrize("kept", [None, {}, [], {"service": "x", "expires_at": "soon"}, "quote"], ids=str)
def test_a_quote_that_cannot_be_read_does_not_hold(kept: Any) -> None:
    assert quote_in({"quote": kept}) is None
    assert outdated({**CHOICE, "quote": kept})


def test_carriers_learn_no_names() -> None:
    request = request_of(CART, address=replace(BERLIN, company="ACME"))
    assert request is not None
    assert "Ada" not in repr(request)
    assert "4930" not in repr(request)
    assert "ACME" not in repr(request)
    assert request.destination.is_business
    assert (request.weight, request.quantity, request.value, request.channel) == (800, 2, 2500, "web")
