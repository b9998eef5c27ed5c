"""Which addresses lie in an area: plain functions over the three columns of ``core.areas.AreaFields``."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import InvalidInput

__all__ = [
    "COUNTRY",
    "EVERYWHERE",
    "POSTCODE",
    "REGION",
    "Area",
    "AreaWithoutCountry",
    "BadPostcodePattern",
    "Place",
    "Postcodes",
    "check_area",
    "check_postcodes",
    "fit",
    "parse_postcodes",
    "precision",
]

EVERYWHERE: Final = 0
COUNTRY: Final = 1
REGION: Final = 2
POSTCODE: Final = 3

ENTRY_ENDS: Final = re.compile(r"[,;\r\n]")
RANGE: Final = re.compile(r"([0-9][0-9 -]*)\.\.+([0-9 -]+)|([0-9][0-9 ]*)[-–]([0-9 ]+)")
ZIP_PLUS_FOUR: Final = re.compile(r"\s*([0-9]{5})-[0-9]{4}\s*")
SIGNS: Final = re.compile(r"[\s–-]")


class BadPostcodePattern(InvalidInput):
    """A pattern of postcodes cannot be read. ``params``: ``pattern``."""

    code = "bad_postcode_pattern"
    message = _(
        "“%(pattern)s” is not a pattern of postcodes. Give one (10115), a beginning (10*) or a range of numbers of the "
        "same length, lowest first (80000-81929)."
    )


class AreaWithoutCountry(InvalidInput):
    """A region or postcodes are named without the country that they are of."""

    code = "area_without_country"
    message = _("Name the country of the region or the postcodes.")


class Area(Protocol):
    """What is read of an area."""

    @property
    def country(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def postcodes(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Place:
    """What is read of an address: an ISO 3166-1 alpha-2 code, a region and a postcode as somebody typed them."""

    country: str
    region: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Postcodes:
    """Patterns of postcodes, read once: whole ones, beginnings, and ranges as (length, lowest, highest)."""

    whole: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()
    ranges: tuple[tuple[int, int, int], ...] = ()

    def has(self, postcode: str) -> bool:
        """Tell whether a postcode is meant, as typed: case, spaces and dashes do not count, nor does the +4 of a ZIP
        code where the pattern has none."""
        code = plain(postcode)
        if not code:
            return False
        short = ZIP_PLUS_FOUR.fullmatch(postcode)
        return self._has(code) or (short is not None and self._has(short[1]))

    def _has(self, code: str) -> bool:
        if code in self.whole or code.startswith(self.beginnings):
            return True
        if not (code.isascii() and code.isdigit()):
            return False
        return any(length == len(code) and low <= int(code) <= high for length, low, high in self.ranges)


def plain(postcode: str) -> str:
    """Return a postcode in capitals, without spaces and dashes."""
    return SIGNS.sub("", postcode).upper()


@lru_cache(maxsize=4096)
def parse_postcodes(text: str) -> tuple[Postcodes, tuple[str, ...]]:
    """Read patterns that are separated by commas, semicolons or line ends; return those that cannot be read beside."""
    whole: set[str] = set()
    beginnings: list[str] = []
    ranges: list[tuple[int, int, int]] = []
    bad: list[str] = []
    for entry in filter(None, map(str.strip, ENTRY_ENDS.split(text))):
        numbers, code = numbers_of(entry), plain(entry)
        stem = code.removesuffix("*")
        if numbers is not None and numbers[1] <= numbers[2]:
            ranges.append(numbers)
        elif numbers is not None or not (stem.isascii() and stem.isalnum()):
            bad.append(entry)
        elif stem != code:
            beginnings.append(stem)
        else:
            whole.add(code)
    return Postcodes(frozenset(whole), tuple(beginnings), tuple(ranges)), tuple(bad)


def numbers_of(entry: str) -> tuple[int, int, int] | None:
    """Return length, lowest and highest of a range; None where the entry is none.

    A dash between numbers of different lengths is part of a postcode (00-950, 94105-1234). Two dots always make a
    range, also of such postcodes (00-001..04-999).
    """
    found = RANGE.fullmatch(entry)
    if found is None:
        return None
    low, high = (plain(part) for part in found.groups() if part is not None)
    if len(low) != len(high):
        return None
    return len(low), int(low), int(high)


def check_postcodes(text: str) -> None:
    """Raise ``BadPostcodePattern`` for the first pattern in ``text`` that cannot be read."""
    _, bad = parse_postcodes(text)
    if bad:
        raise BadPostcodePattern(field="postcodes", pattern=bad[0])


def check_area(area: Area) -> None:
    """Raise unless an area can be matched as it is written: ``AreaWithoutCountry``, ``BadPostcodePattern``."""
    check_postcodes(area.postcodes)
    if not area.country and (area.region.strip() or area.postcodes.strip()):
        raise AreaWithoutCountry(field="country")


def precision(area: Area, place: Place) -> int | None:
    """Return how precisely an area fits a place, by what the area names: ``POSTCODE`` before ``REGION`` before
    ``COUNTRY`` before ``EVERYWHERE``. None where it does not fit.

    Patterns that cannot be read fit nothing: they are refused where they are written, never while pricing.
    """
    if area.country and area.country != place.country.upper():
        return None
    if area.region and same_region(area.region, place.country) != same_region(place.region, place.country):
        return None
    if area.postcodes.strip():
        return POSTCODE if parse_postcodes(area.postcodes)[0].has(place.postcode) else None
    if area.region:
        return REGION
    return COUNTRY if area.country else EVERYWHERE


def fit(areas: Iterable[Area], place: Place) -> int | None:
    """Return the precision of the area that fits a place best; None where none fits."""
    return max((found for area in areas if (found := precision(area, place)) is not None), default=None)


def same_region(region: str, country: str) -> str:
    """Return a region in the form in which regions are compared: the suffix of ISO 3166-2 (BY, also when typed as
    DE-BY) or a name, in any case."""
    text = " ".join(region.split()).casefold()
    return text.removeprefix(f"{country.casefold()}-")
