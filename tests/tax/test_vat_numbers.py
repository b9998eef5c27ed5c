"""VAT numbers by their form and check digits. The numbers are examples of the states' own documents."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.eu import vat

from nexus_commerce.tax import vat_numbers
from nexus_commerce.tax.policies import VatNumberPolicy


def is_valid(number: str, country: str) -> bool:
    return VatNumberPolicy().is_valid(number=number, country=country)


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("DE136695976", "DE"),
        ("de 136 695-976", "DE"),
        ("136695976", "DE"),
        ("ATU13585627", "AT"),
        ("U13585627", "AT"),
        ("FR40303265045", "FR"),
        ("EL094259216", "GR"),
        ("GR094259216", "GR"),
        ("094259216", "GR"),
        ("XI110305878", "GB"),
    ],
)
def test_a_number_of_its_country_is_valid(number: str, country: str) -> None:
    assert is_valid(number, country)


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("DE136695977", "DE"),
        ("DE136695976", "FR"),
        ("DE136695976", ""),
        ("EL094259217", "GR"),
        ("EL094259216", "EL"),
        ("110305878", "GB"),
        ("GB110305878", "GB"),
        ("XI110305878", "IE"),
        ("IM3720000157", "IM"),
        ("EU372022452", "EU"),
        ("CHE107787577", "CH"),
        ("", "DE"),
        ("DE", "DE"),
        ("DE" + "1" * 5000, "DE"),
        ("DE١٣٦٦٩٥٩٧٦", "DE"),
    ],
)
def test_anything_else_is_not(number: str, country: str) -> None:
    assert not is_valid(number, country)


@settings(deadline=None)
@given(st.text(max_size=40), st.sampled_from(["DE", "FR", "GR", "GB", "IE", "ES", "NL", "CY", "IT", "", "ZZ", "\x00"]))
def test_whatever_is_typed_never_raises(number: str, country: str) -> None:
    assert is_valid(number, country) in {True, False}


@settings(deadline=None)
@given(
    st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+* .-/", max_size=16),
    st.sampled_from([code.upper() for code in sorted(vat.MEMBER_STATES)] + ["GB"]),
)
def test_what_looks_like_a_number_never_raises_in_any_country(number: str, country: str) -> None:
    assert is_valid(f"{country}{number}", country) in {True, False}
    assert is_valid(number, country) in {True, False}


def test_without_the_extra_no_number_is_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vat_numbers, "stdnum_vat", None)
    assert not is_valid("DE136695976", "DE")
    assert not vat_numbers.is_checkable()
