"""Which addresses lie in an area: postcode patterns, regions, and which area is the more precise one."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexus_commerce.core.area_matching import (
    COUNTRY,
    EVERYWHERE,
    POSTCODE,
    REGION,
    AreaWithoutCountry,
    BadPostcodePattern,
    Place,
    check_area,
    check_postcodes,
    fit,
    parse_postcodes,
    precision,
)


@dataclass(frozen=True)
class Area:
    country: str = ""
    region: str = ""
    postcodes: str = ""


def has(patterns: str, postcode: str) -> bool:
    check_postcodes(patterns)
    return parse_postcodes(patterns)[0].has(postcode)


@pytest.mark.parametrize(
    ("patterns", "postcode"),
    [
        ("10115", "10115"),
        ("10115", " 10 115 "),
        ("10*", "10999"),
        ("80000-81929", "80000"),
        ("80000-81929", "81929"),
        ("80000 – 81929", "80331"),
        ("00100-00999", "00950"),
        ("SW1A 1AA", "sw1a1aa"),
        ("sw1*", "SW1A 2AA"),
        ("10115, 20*\r\n30000-30999;40", "30500"),
        ("10115, 20*\r\n30000-30999;40", "20095"),
        ("10115, 20*\r\n30000-30999;40", "40"),
        ("94105", "94105-1234"),
        ("94105-1234", "941051234"),
        ("94100-94199", "94105-1234"),
        ("00-950", "00950"),
        ("00-001..04-999", "02-495"),
        ("01310-100", "01310100"),
        ("BT*", "bt1 5gs"),
    ],
)
def test_a_pattern_has_a_postcode(patterns: str, postcode: str) -> None:
    assert has(patterns, postcode)


@pytest.mark.parametrize(
    ("patterns", "postcode"),
    [
        ("10115", "10116"),
        ("10115", "1011"),
        ("10115", ""),
        ("10*", "01099"),
        ("80000-81929", "81930"),
        ("80000-81929", "079999"),
        ("800-900", "80500"),
        ("80000-81929", "8O500"),
        ("00100-00999", "950"),
        ("SW1*", "SW2A 1AA"),
        ("94105-1234", "94105"),
        ("00-001..04-999", "05-000"),
        ("", "10115"),
        (" \n,", "10115"),
        ("10115", "١٠١١٥"),
    ],
)
def test_a_pattern_has_not_a_postcode(patterns: str, postcode: str) -> None:
    assert not has(patterns, postcode)


@pytest.mark.parametrize("bad", ["*", "1*0", "10**", "81929-80000", "10115!", "800..81929", "AB1..AB9", "-", "é", "٣"])
def test_a_bad_pattern_is_named(bad: str) -> None:
    with pytest.raises(BadPostcodePattern) as refused:
        check_postcodes(f"10115, {bad}, 20095")
    assert refused.value.params == {"pattern": bad}
    assert refused.value.field == "postcodes"
    assert bad in str(refused.value)


def test_a_bad_pattern_that_was_stored_anyway_fits_nothing_and_spoils_no_other() -> None:
    area = Area("DE", "", "*, 10*")
    assert precision(area, Place("DE", "", "10115")) == POSTCODE
    assert precision(area, Place("DE", "", "20095")) is None


@pytest.mark.parametrize("area", [Area("", "BY"), Area("", "", "10*")])
def test_a_region_or_postcodes_are_of_some_country(area: Area) -> None:
    with pytest.raises(AreaWithoutCountry):
        check_area(area)


def test_everywhere_a_country_and_its_parts_are_areas() -> None:
    for area in (Area(), Area("DE"), Area("DE", "BY"), Area("DE", "", "10*"), Area("DE", "BY", "80*")):
        check_area(area)
    with pytest.raises(BadPostcodePattern):
        check_area(Area("DE", "", "1*0"))


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        (Area(), EVERYWHERE),
        (Area("DE"), COUNTRY),
        (Area("AT"), None),
        (Area("DE", "BY"), REGION),
        (Area("DE", "de-by"), REGION),
        (Area("DE", "by "), REGION),
        (Area("DE", "BE"), None),
        (Area("DE", "", "80*"), POSTCODE),
        (Area("DE", "", "10*"), None),
        (Area("DE", "BY", "80*"), POSTCODE),
        (Area("DE", "BE", "80*"), None),
        (Area("DE", "BY", "10*"), None),
        (Area("", "", "80*"), POSTCODE),
    ],
)
def test_precision_is_that_of_what_the_area_names(area: Area, expected: int | None) -> None:
    assert precision(area, Place("DE", "DE-BY", "80331")) == expected


def test_a_region_is_also_compared_by_its_name() -> None:
    assert precision(Area("US", "New  York"), Place("US", "new york", "10001")) == REGION
    assert precision(Area("US", "NY"), Place("US", "new york", "10001")) is None


def test_an_area_with_a_region_or_postcodes_wants_them_in_the_address() -> None:
    assert precision(Area("DE", "BY"), Place("DE")) is None
    assert precision(Area("DE", "", "80*"), Place("DE")) is None
    assert precision(Area("DE"), Place("de")) == COUNTRY


def test_of_several_areas_the_most_precise_one_counts() -> None:
    areas = [Area("DE"), Area("DE", "", "80*"), Area("DE", "BY"), Area("AT", "", "80*")]
    assert fit(areas, Place("DE", "BY", "80331")) == POSTCODE
    assert fit(areas, Place("DE", "BY", "90402")) == REGION
    assert fit(areas, Place("DE", "BE", "10115")) == COUNTRY
    assert fit(areas, Place("FR", "", "75001")) is None
    assert fit([], Place("DE")) is None


letters = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=10)


@settings(deadline=None)
@given(code=letters, cut=st.integers(1, 10), gaps=st.lists(st.sampled_from(["", " ", "-"]), min_size=9, max_size=9))
def test_case_spaces_and_dashes_never_count(code: str, cut: int, gaps: list[str]) -> None:
    written = "".join(a + b for a, b in zip(code.lower(), [*gaps, ""], strict=False))
    assert has(code, written)
    assert has(f"{code[:cut]}*", written)


@settings(deadline=None)
@given(low=st.integers(0, 99_999), high=st.integers(0, 99_999), code=st.integers(0, 99_999), width=st.integers(5, 8))
def test_a_range_is_that_of_the_numbers_of_its_length(low: int, high: int, code: int, width: int) -> None:
    low, high = sorted((low, high))
    pattern = f"{low:0{width}}-{high:0{width}}"
    assert has(pattern, f"{code:0{width}}") == (low <= code <= high)
    assert not has(pattern, f"{code:0{width + 1}}")


@settings(deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_whatever_is_typed_is_read_or_refused_and_matching_never_fails(text: str, postcode: str) -> None:
    assert precision(Area("DE", "", text), Place("DE", "", postcode)) in {None, COUNTRY, POSTCODE}
