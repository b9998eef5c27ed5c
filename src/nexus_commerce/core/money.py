"""Money as integers of a currency's minor unit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Self

from babel.numbers import format_currency, is_currency

from nexus_commerce.core.rounding import allocate

__all__ = ["MAX_MINOR", "CurrencyMismatch", "Money", "exponent", "is_known_currency", "line_amount"]

MAX_MINOR: Final = 10**15
"""The largest amount, in minor units, that a column accepts; constraints in the database hold the same bound."""

# Stored amounts depend on these figures for ever, so a new release of Babel must not change them: they are pinned here,
# and a test compares them with Babel's CLDR data.
_DIGITS: Final = {
    0: "ADP AFN ALL BIF BYR CLP DJF ESP GNF IQD IRR ISK ITL JPY KMF KPW KRW LAK LBP LUF MGA MGF MMK MRO PYG RSD "
    "RWF SLL SOS STD SYP TMM TRL UGX UYI VND VUV XAF XOF XPF YER ZMK ZWD",
    3: "BHD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_EXPONENTS: Final = {code: digits for digits, codes in _DIGITS.items() for code in codes.split()}
_AMOUNT = re.compile(r"-?(0|[1-9][0-9]{0,15})(\.[0-9]{1,4})?")


class CurrencyMismatch(ValueError):
    """Amounts of two currencies were combined."""


def exponent(currency: str) -> int:
    """Return the number of digits after the decimal point of ``currency`` (ISO 4217): JPY 0, EUR 2, KWD 3."""
    return _EXPONENTS.get(currency, 2)


def is_known_currency(currency: str) -> bool:
    """Tell whether ``currency`` is an upper-case ISO 4217 code."""
    return len(currency) == 3 and currency.isascii() and currency.isupper() and is_currency(currency)


def line_amount(unit_price: int, per: int, quantity: int) -> int:
    """Return the amount of ``quantity`` units at ``unit_price`` minor units per ``per`` units, rounded once, half
    up."""
    from_units = unit_price * quantity
    return (2 * from_units + per) // (2 * per)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount of one currency, in integers of its minor unit. Mixing currencies raises ``CurrencyMismatch``."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, amount: str | Decimal | int, currency: str) -> Self:
        """Read a decimal amount such as ``"12.50"``.

        Raises ``ValueError`` for anything that is not a finite plain decimal, has more digits than the currency, or
        is out of bounds. Floats are refused.
        """
        if not isinstance(amount, str | Decimal | int) or isinstance(amount, bool):
            raise ValueError("An amount must be a decimal string.")
        text = format(amount, "f") if isinstance(amount, Decimal) else str(amount)
        if not _AMOUNT.fullmatch(text):
            raise ValueError(f"{text[:40]!r} is not a decimal amount such as '12.50'.")
        scaled = Decimal(text).scaleb(exponent(currency))
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{currency} amounts have at most {exponent(currency)} digits after the point.")
        if abs(scaled) > MAX_MINOR:
            raise ValueError("The amount is out of bounds.")
        return cls(int(scaled), currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units, with exactly the currency's digits."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def format(self, locale: str) -> str:
        """Return the amount as people of ``locale`` write it, for example ``12,50 €``."""
        return format_currency(self.amount, self.currency, locale=locale.replace("-", "_"))

    def allocate(self, weights: Sequence[int]) -> list[Self]:
        """Split by ``weights`` so that the parts sum to the whole; see ``core.rounding.allocate``."""
        return [type(self)(share, self.currency) for share in allocate(self.minor, weights)]

    def _minor_of(self, other: object) -> int:
        if not isinstance(other, Money):
            raise TypeError(f"Money cannot be combined with {type(other).__name__}.")
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} cannot be combined.")
        return other.minor

    def __add__(self, other: Self) -> Self:
        return type(self)(self.minor + self._minor_of(other), self.currency)

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.minor - self._minor_of(other), self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.minor, self.currency)

    def __mul__(self, factor: int) -> Self:
        if not isinstance(factor, int) or isinstance(factor, bool):
            raise TypeError("Money is multiplied by an integer only.")
        return type(self)(self.minor * factor, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Self) -> bool:
        return self.minor < self._minor_of(other)

    def __le__(self, other: Self) -> bool:
        return self.minor <= self._minor_of(other)

    def __gt__(self, other: Self) -> bool:
        return self.minor > self._minor_of(other)

    def __ge__(self, other: Self) -> bool:
        return self.minor >= self._minor_of(other)
