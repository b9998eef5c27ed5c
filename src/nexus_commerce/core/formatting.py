"""Amounts as people of the active language write them."""

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language, to_locale

from nexus_commerce.core.money import Money

__all__ = ["active_locale", "format_money"]


def active_locale() -> str:
    """Return the locale of the active language as Babel names it; English where Babel does not know it."""
    name = to_locale(get_language() or "en")
    try:
        return str(Locale.parse(name))
    except (UnknownLocaleError, ValueError):
        return "en"


def format_money(minor: int, currency: str) -> str:
    """Return an amount of minor units as people of the active language write it."""
    return Money(minor, currency).format(active_locale())
