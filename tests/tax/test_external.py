"""An outside tax engine: asked before transactions, kept with what it depended on, used as it is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as any_settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import (
    PricedCart,
    change_line,
    choose_shipping,
    price_cart,
    refresh_tax,
    set_address,
)
from nexus_commerce.cart.services.taxing import keep_answer
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.checkout.errors import CheckoutIncomplete
from nexus_commerce.checkout.services import place_order
from nexus_commerce.core.outside import AskedInTransaction
from nexus_commerce.pricing.inputs import Taxation, TaxRate
from nexus_commerce.tax.errors import TaxUnavailable
from nexus_commerce.tax.external import (
    ExternalTaxAnswer,
    ExternalTaxRequest,
    TaxDestination,
    TaxedItem,
    external_taxations,
    faults_of,
)
from nexus_commerce.tax.external import keep_answer as kept_form
from nexus_commerce.testing.factories import make_product, make_shipping_method, make_tax
from tests.cart.shopping import BERLIN, put, ready_cart
from tests.tax.engines import FakeEngine

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def engine() -> Iterator[None]:
    given = getattr(settings, "NEXUS_COMMERCE", {})
    FakeEngine.reset()
    with override_settings(NEXUS_COMMERCE={**given, "TAX_POLICY": "tests.tax.engines.FakeEngine"}):
        yield
    FakeEngine.reset()


@pytest.fixture
def cart(channel: Channel, variant: Variant) -> Cart:
    return ready_cart(channel, variant)


def codes(priced: PricedCart) -> list[str]:
    return [change.code for change in priced.changes]


def taxes(priced: PricedCart) -> list[tuple[str, int, int]]:
    return [(tax.rate.name, tax.base, tax.amount) for tax in priced.totals.taxes]


def test_before_it_is_asked_a_cart_has_no_tax_and_cannot_be_ordered(cart: Cart) -> None:
    make_tax(percent=19)
    priced = price_cart(cart=cart, now=NOW)
    assert (codes(priced), priced.totals.tax_total, priced.totals.total) == (["tax_outdated"], 0, 1000)
    with pytest.raises(CheckoutIncomplete) as refused:
        place_order(cart=cart, now=NOW)
    assert "tax_outdated" in str(refused.value.params)
    assert FakeEngine.asked == []


def test_its_amounts_are_used_as_they_are_for_as_long_as_nothing_changes(cart: Cart) -> None:
    priced = refresh_tax(cart=cart, now=NOW)
    assert taxes(priced) == [("State", 1000, 63), ("City", 1000, 20)]
    assert (codes(priced), priced.totals.tax_total, priced.totals.total) == ([], 83, 1083)
    again = refresh_tax(cart=Cart.objects.get(pk=cart.pk), now=NOW + timedelta(minutes=59))
    assert again.totals == priced.totals
    assert len(FakeEngine.asked) == 1
    order = place_order(cart=Cart.objects.get(pk=cart.pk), now=NOW).order
    assert (order.tax_total, order.total) == (83, 1083)


def test_it_learns_what_is_sold_and_where_but_not_to_whom(cart: Cart, variant: Variant) -> None:
    refresh_tax(cart=cart, now=NOW)
    line = cart.lines.get()
    (request,) = FakeEngine.asked
    assert request == ExternalTaxRequest(
        channel="default",
        currency="EUR",
        prices_include_tax=False,
        origin="DE",
        destination=TaxDestination("DE", "", "10115", "Berlin", "Allee 1"),
        items=(TaxedItem(f"line:{line.public_id}", 1000, sku=variant.sku),),
    )
    assert "Ada" not in str(request)


def test_without_an_address_the_goods_stay_at_home(channel: Channel, variant: Variant) -> None:
    cart = Cart.objects.create(channel=channel, currency="EUR")
    assert price_cart(cart=cart).tax_request is None
    put(cart, variant)
    assert codes(refresh_tax(cart=cart)) == []
    assert FakeEngine.asked[0].destination == TaxDestination("DE")


def test_what_costs_nothing_is_not_asked_about(channel: Channel, variant: Variant) -> None:
    free = make_product(channel=channel, amount=0, stock=5).variants.get()
    cart = ready_cart(channel, free)
    assert codes(refresh_tax(cart=cart, now=NOW)) == []
    assert FakeEngine.asked == []
    put(cart, variant)
    assert codes(refresh_tax(cart=cart, now=NOW)) == []
    assert [item.sku for item in FakeEngine.asked[0].items] == [variant.sku]


def test_shipping_is_taxed_by_it_too(cart: Cart) -> None:
    make_shipping_method(amount=490, code="post")
    choose_shipping(cart=cart, method="post", now=NOW)
    priced = refresh_tax(cart=cart, now=NOW)
    assert [item.amount for item in FakeEngine.asked[0].items] == [1000, 490]
    assert [charge.tax_total for charge in priced.totals.shipping] == [30 + 1 + 9]
    assert priced.totals.total == 1490 + 83 + 40


def test_prices_with_tax_stay_what_they_are(cart: Cart, channel: Channel) -> None:
    Channel.objects.filter(pk=channel.pk).update(prices_include_tax=True)
    priced = refresh_tax(cart=Cart.objects.get(pk=cart.pk), now=NOW)
    assert (priced.totals.total, priced.totals.tax_total) == (1000, 57 + 1 + 18)
    assert FakeEngine.asked[0].prices_include_tax


def test_a_change_of_what_it_depended_on_outdates_the_answer_and_changing_it_back_brings_it_back(cart: Cart) -> None:
    before = refresh_tax(cart=cart, now=NOW)
    line = cart.lines.get().public_id
    more = change_line(cart=cart, line=line, quantity=2, now=NOW)
    assert (codes(more), more.totals.tax_total) == (["tax_outdated"], 0)
    back = change_line(cart=cart, line=line, quantity=1, now=NOW)
    assert (codes(back), back.totals) == ([], before.totals)
    set_address(cart=cart, kind="shipping", address=replace(BERLIN, postal_code="20095"))
    assert codes(price_cart(cart=cart, now=NOW)) == ["tax_outdated"]
    assert codes(refresh_tax(cart=cart, now=NOW)) == []
    assert len(FakeEngine.asked) == 2


def test_a_vat_number_is_the_engine_s_to_judge(cart: Cart) -> None:
    set_address(cart=cart, kind="billing", address=replace(BERLIN, vat_number="DE136695976"))
    priced = refresh_tax(cart=cart, now=NOW)
    assert [(tax.reason, tax.amount) for tax in priced.totals.taxes] == [("reverse_charge", 0)]


def test_an_answer_expires(cart: Cart) -> None:
    refresh_tax(cart=cart, now=NOW)
    instant = timedelta(microseconds=1)
    assert codes(price_cart(cart=cart, now=NOW + timedelta(hours=1) - instant)) == []
    assert codes(price_cart(cart=cart, now=NOW + timedelta(hours=1))) == ["tax_outdated"]


def test_the_engine_may_limit_its_answer_further_but_not_extend_it(cart: Cart) -> None:
    FakeEngine.expires_at = NOW + timedelta(minutes=10)
    refresh_tax(cart=cart, now=NOW)
    assert codes(price_cart(cart=cart, now=NOW + timedelta(minutes=10))) == ["tax_outdated"]
    FakeEngine.expires_at = NOW + timedelta(days=10)
    refresh_tax(cart=cart, now=NOW + timedelta(minutes=10))
    assert codes(price_cart(cart=cart, now=NOW + timedelta(minutes=70))) == ["tax_outdated"]


@pytest.mark.parametrize("mood", ["failing", "crashing", "hanging", "babbling"])
def test_an_engine_that_is_not_well_leaves_the_cart_as_it_was(
    cart: Cart, mood: str, caplog: pytest.LogCaptureFixture
) -> None:
    FakeEngine.mood = mood
    with pytest.raises(TaxUnavailable):
        refresh_tax(cart=cart, now=NOW)
    assert "The tax engine gave no usable answer" in caplog.text
    assert Cart.objects.get(pk=cart.pk).tax_answer == {}
    FakeEngine.mood = "well"
    assert codes(refresh_tax(cart=cart, now=NOW)) == []


def test_nobody_is_asked_inside_a_transaction(cart: Cart) -> None:
    with transaction.atomic(), pytest.raises(AskedInTransaction):
        refresh_tax(cart=cart, now=NOW)
    assert FakeEngine.asked == []


def test_an_answer_to_what_the_cart_no_longer_is_is_dropped(cart: Cart) -> None:
    priced = price_cart(cart=cart, now=NOW)
    assert priced.tax_request is not None
    answer = kept_form(
        FakeEngine().fetch(priced.tax_request),
        fingerprint=priced.tax_request.fingerprint,
        expires_at=NOW + timedelta(hours=1),
    )
    change_line(cart=Cart.objects.get(pk=cart.pk), line=cart.lines.get().public_id, quantity=2, now=NOW)
    late = keep_answer(cart, answer, now=NOW)
    assert (codes(late), late.totals.subtotal) == (["tax_outdated"], 2000)
    assert Cart.objects.get(pk=cart.pk).tax_answer == {}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_cart_that_changes_while_the_engine_thinks_is_asked_for_anew(cart: Cart) -> None:
    line = cart.lines.get().public_id

    def add_one() -> None:
        change_line(cart=Cart.objects.get(pk=cart.pk), line=line, quantity=2, now=NOW)

    FakeEngine.timeout, FakeEngine.meanwhile = 30, [add_one]
    priced = refresh_tax(cart=cart, now=NOW)
    FakeEngine.timeout = 2.0
    assert (codes(priced), taxes(priced)) == ([], [("State", 2000, 126), ("City", 2000, 40)])
    assert [request.items[0].amount for request in FakeEngine.asked] == [1000, 2000]


def test_pricing_with_a_kept_answer_asks_the_database_nothing_more(
    cart: Cart, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    price_cart(cart=cart, now=NOW)
    with CaptureQueriesContext(connection) as without:
        price_cart(cart=cart, now=NOW)
    refresh_tax(cart=cart, now=NOW)
    with django_assert_num_queries(len(without)):
        price_cart(cart=cart, now=NOW)


@pytest.mark.parametrize(
    "kept",
    [
        {},
        [],
        {"fingerprint": "f"},
        {"fingerprint": "f", "expires_at": "soon", "taxations": {}},
        {"fingerprint": "f", "expires_at": "2030-01-01T00:00:00", "taxations": {}},
        {"fingerprint": "f", "expires_at": "2030-01-01T00:00:00+00:00", "taxations": {"line:1": 7}},
        {"fingerprint": "f", "expires_at": "2030-01-01T00:00:00+00:00", "taxations": {"line:1": {"rates": [1]}}},
        {"fingerprint": "f", "expires_at": "2030-01-01T00:00:00+00:00", "taxations": 7},
    ],
)
def test_what_cannot_be_read_is_no_answer(kept: Any) -> None:
    assert external_taxations(kept, "f", now=NOW) is None


RATE = TaxRate("State", 6_250_000)


@pytest.mark.parametrize(
    "taxation",
    [
        None,
        Taxation(),
        Taxation((RATE,)),
        Taxation((RATE,), amounts=()),
        Taxation((RATE,), amounts=(1, 2)),
        Taxation((RATE,), amounts=(-1,)),
        Taxation((RATE,), amounts=(True,)),
        Taxation((RATE,), amounts=(1.5,)),  # type: ignore[arg-type]
        Taxation((RATE,), amounts=(101,)),
    ],
)
def test_an_answer_that_cannot_be_charged_is_named(taxation: Taxation | None) -> None:
    request = ExternalTaxRequest("web", "EUR", True, "DE", TaxDestination("DE"), (TaxedItem("line:1", 100),))
    answer = ExternalTaxAnswer({"line:1": taxation} if taxation else {})
    assert len(faults_of(request, answer)) == 1
    assert faults_of(request, ExternalTaxAnswer({"line:1": Taxation((RATE,), amounts=(100,))})) == []
    assert faults_of(request, ExternalTaxAnswer({"line:1": Taxation(reason="exempt")})) == []


texts = st.text(max_size=5)
requests = st.builds(
    ExternalTaxRequest,
    texts,
    texts,
    st.booleans(),
    texts,
    st.builds(TaxDestination, texts, texts, texts),
    st.lists(st.builds(TaxedItem, texts, st.integers(0, 3), st.integers(1, 2), texts), max_size=2).map(tuple),
    texts,
    st.booleans(),
)


@any_settings(deadline=None)
@given(requests, requests)
def test_two_requests_have_one_fingerprint_only_if_they_are_the_same(
    one: ExternalTaxRequest, other: ExternalTaxRequest
) -> None:
    assert (one.fingerprint == other.fingerprint) == (one == other)
    assert replace(one).fingerprint == one.fingerprint
