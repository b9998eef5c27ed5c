"""Values that no shopper sends, for every place that takes one."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

__all__ = ["BODIES", "LARGE", "PATHS", "QUERIES", "VALUES"]

TEXTS: Final[list[str]] = [
    "",
    " ",
    "\u00a0",
    "nul\x00inside",
    "\ud800",
    "tail\udfff",
    "\u202etxet ltr",
    "\u200d\u200b\ufeff",
    "👩‍👩‍👧‍👦" * 20,
    "𝕬𝖉𝖆",
    "a" + "\u0301" * 30,
    "a" + "\u0301" * 400,
    "e\u0301",
    "line\r\nBcc: all@example.com",
    "x" * 300,
    "'; DROP TABLE nexus_cart_cart; --",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }} ${7*7} %(x)s {0} %s",
    "=cmd|' /C calc'!A0",
    "../../etc/passwd",
    "NaN",
    "Infinity",
    "-0",
    "1e400",
    "1E+999999",
    "sNaN",
    "0x10",
    "١٢",
    "9" * 5000,
    "12.3456789012345678901",
    "user__password__startswith",
    "null",
    "true",
    "11111111-1111-4111-8111-111111111111",
    "{11111111-1111-4111-8111-111111111111}",
]
NUMBERS: Final[list[Any]] = [
    0,
    -1,
    1.5,
    -0.0,
    1e308,
    5e-324,
    10**9,
    2**31,
    2**63,
    -(2**63),
    2**64,
    10**19,
]
OTHERS: Final[list[Any]] = [
    None,
    True,
    False,
    [],
    {},
    [[]],
    [None],
    [{}],
    {"x": {"y": {"z": []}}},
    {"__proto__": {"x": 1}, "_connector": "OR"},
    {"amount": "1.00", "currency": "USD"},
    {"amount": "-1.00", "currency": "EUR"},
    {"amount": "9" * 40, "currency": "EUR"},
    {"": ""},
]
VALUES: Final[list[Any]] = [*TEXTS, *NUMBERS, *OTHERS]
"""What takes the place of each leaf of a body, one at a time."""

LARGE: Final[list[Any]] = [
    "x" * 900_000,
    "\u0301" * 400_000,
    ["x"] * 10_000,
    [[]] * 10_000,
    {str(n): n for n in range(10_000)},
]
"""What takes the place of each of a body's own fields."""

BODIES: Final[dict[str, bytes]] = {
    "empty": b"",
    "not json": b"{",
    "two documents": b"{}{}",
    "list": b"[]",
    "text": b'"x"',
    "number": b"1",
    "null": b"null",
    "nan": b'{"quantity": NaN}',
    "infinity": b"[-Infinity]",
    "digits": b'{"quantity": ' + b"9" * 5000 + b"}",
    "duplicate": b'{"quantity": 1, "quantity": 2}',
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 70 + b"1" + b"}" * 70,
    "bytes": bytes(range(256)),
    "utf-16": "{}".encode("utf-16"),
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    "ten megabytes": b'{"note": "' + b"x" * 10_000_000 + b'"}',
    "ten thousand entries": b'{"lines": [' + b'{"variant": "x"},' * 9_999 + b"{}]}",
    "hundred thousand lists": b"[" + b"[]," * 99_999 + b"[]]",
    "fifty thousand keys": b"{" + b",".join(b'"%d": 1' % number for number in range(50_000)) + b"}",
    "unknown fields": b"{" + b",".join(b'"f%d": 1' % number for number in range(1000)) + b"}",
}
"""Whole bodies."""

QUERIES: Final[list[str]] = [quote(text.encode("utf-8", "surrogatepass")) for text in TEXTS if len(text) < 6000]
PATHS: Final[list[str]] = [
    "%00",
    "x",
    "0",
    "-1",
    "9" * 400,
    "..",
    "%2e%2e",
    "%252e%252e%252f",
    "%ed%a0%80",
    "%F0%9F%92%A9",
    "null",
    "11111111-1111-4111-8111-111111111111",
    "11111111-1111-4111-8111-11111111111g",
    "%27%20OR%201=1",
]
