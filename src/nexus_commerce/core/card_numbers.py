"""Numbers of payment cards, which never touch the shop: found, refused and masked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import InvalidInput

__all__ = ["CardNumberRefused", "has_card_number", "mask_card_numbers", "refuse_card_numbers"]

MASK: Final = "[card number]"
GROUPS: Final = {
    # Not a part of a word or of a longer name of such parts (a UUID), and no telephone number.
    separator: re.compile(rf"(?<![\w+]){before}\d{{3,19}}(?:{sign}\d{{2,13}})*(?!\w){after}")
    for separator, sign, before, after in (
        (" ", " ", "", ""),
        ("-", "-", r"(?<!\w-)", r"(?!-\w)"),
        (".", r"\.", r"(?<!\w\.)", r"(?!\.\w)"),
    )
}
"""Runs of groups of digits, by what stands between them."""
SHORTEST: Final = 13
LONGEST: Final = 19
MOST_GROUPS: Final = 9
"""Nineteen digits in groups of two: more are no card, however many there are in a text."""
ISSUERS: Final[tuple[tuple[re.Pattern[str], frozenset[int]], ...]] = (
    # Beginning and lengths, by ISO/IEC 7812 and what the brands publish. Visa's old 13 digits are issued no more, and
    # look like every tenth German article number.
    (re.compile(r"4"), frozenset({16, 19})),
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), frozenset({16})),
    (re.compile(r"3[47]"), frozenset({15})),
    (re.compile(r"6011|64[4-9]|65|62"), frozenset({16, 17, 18, 19})),
    (re.compile(r"352[89]|35[3-8]"), frozenset({16, 17, 18, 19})),
    (re.compile(r"30[0-5]|36|3[89]"), frozenset({14})),
    (re.compile(r"5018|5020|5038|5893|6304|6759|676[1-3]"), frozenset(range(13, 20))),
)
NAMES: Final = re.compile(
    r"(?:credit|debit|payment)?card(?:number|no|num)|cc(?:number|num|no)|pan|primaryaccountnumber"
    r"|(?:card)?(?:cvv2?|cvc2?|csc|securitycode|verificationcode)"
)
"""Names of fields that hold a card's number or code, in lower case without separators."""
DIGITS: Final = re.compile(r"\s*(?:\d[\s-]*){3,19}")


class CardNumberRefused(InvalidInput):
    """Something that was sent looks like the number or the code of a payment card; it is neither kept nor repeated."""

    code = "card_number_refused"
    message = _("This looks like the number of a payment card. Never send one to the shop; the provider asks for it.")


def refuse_card_numbers(value: Any, *, field: str | None = None) -> None:
    """Raise ``CardNumberRefused``, which names ``field``, where JSON holds what looks like a card's number or code.

    Found by value (length, issuer, Luhn's check digit, in groups or not) and by the name of the field.
    """
    if any(has_card_number(text) for text in _texts(value)):
        raise CardNumberRefused(field=field)


def has_card_number(text: str) -> bool:
    """Tell whether a text contains the number of a card."""
    return bool(_spans(_plain(text)))


def mask_card_numbers(text: str) -> str:
    """Return the text with a mask in the place of each card's number."""
    plain = _plain(text)
    spans = _spans(plain)
    for begin, end in reversed(spans):
        plain = plain[:begin] + MASK + plain[end:]
    return plain if spans else text


def _plain(text: str) -> str:
    """Return the text with digits and spaces of other scripts and widths as those of ASCII."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in JSON, keys too; a code that its name gives away as a number that is refused."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield EXAMPLE if _is_named(str(key), inner) else ""
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


EXAMPLE: Final = "4111111111111111"
"""A number for tests that every brand's documentation shows: stands for one that was found by its name."""


def _is_named(key: str, value: Any) -> bool:
    name = re.sub(r"[\W_]", "", _plain(key)).lower()
    return isinstance(value, str | int) and bool(NAMES.fullmatch(name) and DIGITS.fullmatch(_plain(str(value))))


def _spans(text: str) -> list[tuple[int, int]]:
    """Return where the card numbers of a text begin and end, in order."""
    runs = ((found, separator) for separator, groups in GROUPS.items() for found in groups.finditer(text))
    return sorted({span for found, separator in runs for span in _within(found[0], found.start(), separator)})


def _within(run: str, start: int, separator: str) -> Iterator[tuple[int, int]]:
    """Yield the card numbers in a run of groups: the whole, or where spaces stand between, some of its groups."""
    groups = run.split(separator)
    if separator != " ":
        if _is_card("".join(groups)):
            yield start, start + len(run)
        return
    first = begin = 0
    while first < len(groups):
        taken = _card_at(groups, first) or 1
        length = len(" ".join(groups[first : first + taken]))
        if taken > 1 or _is_card(groups[first]):
            yield start + begin, start + begin + length
        first, begin = first + taken, begin + length + 1


def _card_at(groups: Sequence[str], first: int) -> int:
    """Return how many groups from ``first`` on are a card, the most that are; 0 where none are."""
    digits, found = "", 0
    for taken, group in enumerate(groups[first : first + MOST_GROUPS], start=1):
        digits += group
        if len(digits) > LONGEST:
            break
        if _is_card(digits):
            found = taken
    return found


def _is_card(digits: str) -> bool:
    if not SHORTEST <= len(digits) <= LONGEST:
        return False
    known = any(len(digits) in lengths and issuer.match(digits) for issuer, lengths in ISSUERS)
    return known and _luhn(digits) and not (len(digits) in (13, 14) and _is_gtin(digits))


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def _is_gtin(digits: str) -> bool:
    """Tell whether it is an article number, whose check digit is another than Luhn's."""
    return (sum(map(int, digits[-1::-2])) + 3 * sum(map(int, digits[-2::-2]))) % 10 == 0
