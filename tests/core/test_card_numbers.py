"""Card numbers are found in whatever form, and other numbers are left alone."""

from __future__ import annotations

import random
import time
import uuid
from typing import Any

import pytest

from nexus_commerce.core.card_numbers import (
    CardNumberRefused,
    has_card_number,
    mask_card_numbers,
    refuse_card_numbers,
)

CARDS = {
    "visa": "4242424242424242",
    "visa of 19 digits": "4000000000000000006",
    "mastercard": "5555555555554444",
    "mastercard of the 2-series": "2223003122003222",
    "american express": "378282246310005",
    "discover": "6011111111111117",
    "diners": "36227206271667",
    "jcb": "3566002020360505",
    "union pay": "6200000000000005",
    "maestro": "6759649826438453",
}
FORMS = [
    "{}",
    "my card: {}, thanks",
    "({})",
    "card={};",
    "{} 12/26 123",
    "12345 {}",
    "pay with\n{}\nplease",
]


def grouped(digits: str, separator: str) -> str:
    shape = {14: (4, 6, 4), 15: (4, 6, 5)}.get(len(digits), (4, 4, 4, len(digits) - 12))
    parts, begin = [], 0
    for length in shape:
        parts.append(digits[begin : begin + length])
        begin += length
    return separator.join(parts)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("digits", CARDS.values(), ids=CARDS)
def test_a_card_number_is_found_in_every_form(digits: str, form: str) -> None:
    for written in (digits, *(grouped(digits, separator) for separator in " -.")):
        text = form.format(written)
        assert has_card_number(text), text
        assert written not in mask_card_numbers(text)
        assert "[card number]" in mask_card_numbers(text)


def test_other_digits_and_spaces_do_not_hide_it() -> None:
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in CARDS["visa"])
    assert has_card_number(wide)
    assert has_card_number(grouped(CARDS["visa"], "\u00a0"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4242424242424241",  # no check digit
        "4242 4242 4242 4241",
        "Order 20261123-000042",
        "2026-11-23 10:15:30",
        "1763892930123456",  # microseconds
        "1763892930123456789",
        "+49 151 1234 5678",
        "+4242424242424242",  # as long as telephone numbers get, and one by its sign
        "0049 30 1234 5678",
        "9783161484100",  # ISBN
        "4006381333931",  # EAN
        "GTIN 04006381333931",
        "00340434161094042557",  # parcel
        "1Z999AA10123456784",
        "DE89370400440532013000",  # IBAN
        "DE89 3704 0044 0532 0130 00",
        "490154203237518",  # IMEI
        "ab4242424242424242",
        "4242424242424242ab",
        "pm_4242424242424242",
        "12.345.678,90",
        "192.168.100.200",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not has_card_number(text)
    assert mask_card_numbers(text) == text


def test_ids_and_article_numbers_are_left_alone() -> None:
    draw = random.Random(7)
    for _ in range(2000):
        assert not has_card_number(str(uuid.UUID(int=draw.getrandbits(128), version=4)))
        # Digits only: the worst that an id can be.
        worst = "".join(draw.choice("3456") for _ in range(32))
        assert not has_card_number(f"{worst[:8]}-{worst[8:12]}-{worst[12:16]}-{worst[16:20]}-{worst[20:]}")
        ean = f"4{draw.randrange(10**11):011}"
        check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(ean)) % 10
        assert not has_card_number(f"{ean}{check}")
        assert not has_card_number(f"+49{draw.randrange(10**9, 10**12)}")


@pytest.mark.parametrize(
    "value",
    [
        {"note": "4242 4242 4242 4242"},
        {"deep": [{"er": ["x", {"n": "5555-5555-5555-4444"}]}]},
        {"n": 4242424242424242},
        {"4242424242424242": "x"},
        {"card_number": "1234"},
        {"cardNumber": "0000 0000 0000 0000"},
        {"cc-num": 12345678},
        {"CVV": "123"},
        {"cvc": 1234},
        {"security code": "999"},
        ["378282246310005"],
    ],
)
def test_it_is_refused_wherever_json_hides_it(value: Any) -> None:
    with pytest.raises(CardNumberRefused) as refused:
        refuse_card_numbers(value, field="metadata")
    assert refused.value.field == "metadata"
    assert not any(digit in str(refused.value) for digit in "123456789")
    assert refused.value.params == {}


@pytest.mark.parametrize(
    "value",
    [
        {"card": "4242", "last4": "4242", "brand": "visa"},
        {"card_number": "**** 4242", "cvc": "", "cvv": None, "pan": "24 cm, cast iron"},
        {"token": "tok_4242424242424242", "count": 3, "ok": True, "price": 12.5},
        {"gift": "Happy birthday 30.12.2026"},
    ],
)
def test_what_says_nothing_of_a_card_passes(value: Any) -> None:
    refuse_card_numbers(value)


@pytest.mark.parametrize("piece", ["4242 ", "4242-", "4242.", "42 ", "4" * 19, "4 "])
def test_a_long_text_is_read_in_no_time(piece: str) -> None:
    began = time.perf_counter()
    has_card_number(piece * (200_000 // len(piece)))
    assert time.perf_counter() - began < 2
