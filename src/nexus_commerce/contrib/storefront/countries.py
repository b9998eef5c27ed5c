"""The countries of the world, to choose from."""

from functools import lru_cache
from typing import Final

from babel import Locale

from nexus_commerce.core.formatting import active_locale

__all__ = ["country_choices", "country_name"]

NO_COUNTRIES: Final = ("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ")
"""Two letters that CLDR names and that are no country of ISO 3166-1: unions, parts, and signs for testing."""


def country_choices() -> tuple[tuple[str, str], ...]:
    """Return code and name of each country in the active language, by name."""
    return choices_in(active_locale())


def country_name(code: str) -> str:
    """Return the name of a country in the active language; the code where it is none."""
    return dict(country_choices()).get(code, code)


@lru_cache(maxsize=64)
def choices_in(locale: str) -> tuple[tuple[str, str], ...]:
    """Return the countries in one language."""
    named = Locale.parse(locale).territories
    known = [(code, name) for code, name in named.items() if len(code) == 2 and code.isalpha()]
    return tuple(sorted((each for each in known if each[0] not in NO_COUNTRIES), key=lambda each: each[1]))
