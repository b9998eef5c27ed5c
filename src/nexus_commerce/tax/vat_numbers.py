"""VAT numbers of the EU by their form and check digits; python-stdnum, the extra ``vat``, knows them all."""

from types import ModuleType
from typing import Final

stdnum_vat: ModuleType | None
try:
    from stdnum.eu import vat as stdnum_vat
except ImportError:
    stdnum_vat = None

__all__ = ["is_checkable", "is_valid"]

PREFIXES: Final = {"GR": ("EL", "GR"), "GB": ("XI",)}
"""Where the prefix of the numbers is not the code of the country. Greece takes its own word (Directive 2006/112/EC,
article 215); Northern Ireland, for goods, is XI (Protocol on Ireland/Northern Ireland, article 8)."""

MAX_LENGTH: Final = 32


def is_checkable() -> bool:
    """Tell whether the extra ``vat`` is installed."""
    return stdnum_vat is not None


def is_valid(number: str, country: str) -> bool:
    """Tell whether a number, with its prefix or, outside Northern Ireland, without it, is a VAT number of a country of
    the EU. False for whatever cannot be read, and without the extra."""
    if stdnum_vat is None or not number.isascii() or len(number) > MAX_LENGTH:
        return False
    if country != "GB" and country.lower() not in stdnum_vat.MEMBER_STATES:
        return False
    text = "".join(sign for sign in number.upper() if sign.isalnum())
    prefixes = PREFIXES.get(country, (country,))
    if country != "GB" and not text.startswith(prefixes):
        text = prefixes[0] + text
    return text.startswith(prefixes) and bool(stdnum_vat.is_valid(text))
