from decimal import Decimal

import pytest
from babel.core import get_global
from hypothesis import given
from hypothesis import strategies as st

from nexus_commerce.core.money import MAX_MINOR, CurrencyMismatch, Money, exponent, is_known_currency, line_amount


def test_pinned_digits_agree_with_the_locale_data() -> None:
    digits = get_global("currency_fractions")
    disagreeing = {code: figures[0] for code, figures in digits.items() if code != "DEFAULT"}
    assert {code: exponent(code) for code in disagreeing} == disagreeing
    assert exponent("EUR") == digits["DEFAULT"][0] == 2


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("12.50", "EUR", 1250), ("12.5", "EUR", 1250), ("12", "JPY", 12), ("0.001", "KWD", 1), ("-3.10", "USD", -310)],
)
def test_amounts_are_read_in_the_currencys_digits(text: str, currency: str, minor: int) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("1.005", "EUR"),
        ("1.5", "JPY"),
        ("1e3", "EUR"),
        ("NaN", "EUR"),
        ("Infinity", "EUR"),
        ("", "EUR"),
        (" 1", "EUR"),
        ("１", "EUR"),
        ("1,5", "EUR"),
        (Decimal("sNaN"), "EUR"),
        (Decimal("1E+30"), "EUR"),
        (1.5, "EUR"),
        (True, "EUR"),
        ("9" * 5000, "EUR"),
        (str(MAX_MINOR), "EUR"),
    ],
)
def test_what_is_no_plain_amount_is_refused(amount: object, currency: str) -> None:
    with pytest.raises(ValueError, match=r"amount|digits|bounds"):
        Money.parse(amount, currency)  # type: ignore[arg-type]


@given(st.integers(-MAX_MINOR, MAX_MINOR), st.sampled_from(["JPY", "EUR", "KWD", "CLF"]))
def test_no_money_is_made_or_lost_between_the_forms(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.parse(str(money.amount), currency) == money
    assert -money.amount.as_tuple().exponent == exponent(currency)


def test_arithmetic_keeps_the_currency() -> None:
    five, two = Money(500, "EUR"), Money(200, "EUR")
    assert five + two == Money(700, "EUR")
    assert five - two == Money(300, "EUR")
    assert -five == Money(-500, "EUR")
    assert 3 * two == two * 3 == Money(600, "EUR")
    assert two < five
    assert two <= five
    assert five > two
    assert str(five) == "5.00 EUR"
    assert five >= five
    assert max(two, five) is five
    assert [part.minor for part in five.allocate([1, 1, 1])] == [167, 167, 166]


def test_currencies_do_not_mix() -> None:
    euros, dollars = Money(1, "EUR"), Money(1, "USD")
    assert euros != dollars
    with pytest.raises(CurrencyMismatch, match="EUR and USD"):
        euros + dollars
    with pytest.raises(CurrencyMismatch):
        assert euros < dollars


@pytest.mark.parametrize("factor", [1.5, True, "2"])
def test_money_is_multiplied_by_integers_only(factor: object) -> None:
    with pytest.raises(TypeError):
        Money(1, "EUR") * factor  # type: ignore[operator]


def test_money_is_combined_with_money_only() -> None:
    with pytest.raises(TypeError):
        Money(1, "EUR") + 1  # type: ignore[operator]


@pytest.mark.parametrize(
    ("locale", "text"), [("de", "1.234,50\xa0€"), ("en-US", "€1,234.50"), ("fr_FR", "1\u202f234,50\xa0€")]
)
def test_people_read_amounts_in_their_own_way(locale: str, text: str) -> None:
    assert Money(123450, "EUR").format(locale) == text


@pytest.mark.parametrize(("code", "known"), [("EUR", True), ("eur", False), ("XXY", False), ("E", False), ("", False)])
def test_currencies_are_known_by_their_iso_codes(code: str, known: bool) -> None:
    assert is_known_currency(code) is known


@pytest.mark.parametrize(
    ("unit_price", "per", "quantity", "amount"),
    [(1250, 1, 3, 3750), (85, 10, 1, 9), (85, 10, 3, 26), (1, 1000, 499, 0), (1, 1000, 500, 1), (0, 1, 5, 0)],
)
def test_a_line_is_rounded_once_half_up(unit_price: int, per: int, quantity: int, amount: int) -> None:
    assert line_amount(unit_price, per, quantity) == amount
