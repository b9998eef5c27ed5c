"""What a body may be: one reading only, and nothing that a database cannot keep."""

import io
import json
from typing import Any

import pytest
from rest_framework.exceptions import ParseError

from nexus_commerce.api.parsers import MAX_BODY, BodyTooLarge, JSONParser
from tests.api.client import Api, problem


def parse(raw: bytes) -> Any:
    return JSONParser().parse(io.BytesIO(raw))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"{}{}", "not JSON"),
        (b"{'a': 1}", "not JSON"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b'{"a": 1, "a": 2}', "'a' is given twice"),
        (b'{"\\u00e9": 1, "e\\u0301": 2}', "is given twice"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b'{"a": Infinity}', "Infinity is not a number"),
        (b'{"a": -Infinity}', "-Infinity is not a number"),
        (b'{"a": 1e400}', "out of bounds"),
        (b'{"a": 1E+999999}', "out of bounds"),
        (b'{"a": ' + b"9" * 21 + b"}", "more than 64 bits"),
        (b'{"a": ' + b"9" * 5000 + b"}", "more than 64 bits"),
        (b'{"a": 9223372036854775808}', "more than 64 bits"),
        (b'{"a": -9223372036854775809}', "more than 64 bits"),
        (b'{"a": 0.' + b"1" * 50 + b"}", "out of bounds"),
        (b'{"a": "x\\u0000y"}', "NUL"),
        (b'{"x\\u0000y": 1}', "NUL"),
        (b'{"a": "\\ud800"}', "lone surrogate"),
        (b'{"a": "\\udfff x"}', "lone surrogate"),
        (b"[" * 65 + b"]" * 65, "nested too deep"),
        (b"[" * 1_100 + b"]" * 1_100, "nested too deep"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deep"),
        (b'{"a":' * 1_100 + b"1" + b"}" * 1_100, "nested too deep"),
        (json.dumps("a" + "\u0301" * 31).encode(), "combining"),
        (json.dumps("\u0316\u0301" * 80_000).encode(), "combining"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_a_body_with_two_readings_or_none_is_refused(raw: bytes, said: str) -> None:
    with pytest.raises(ParseError, match=said):
        parse(raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"\xef\xbb\xbf{}", {}),
        (b"[" * 64 + b"]" * 64, None),
        (b'{"a": "e\\u0301"}', {"a": "\u00e9"}),
        (b'{"a": "\\ud83d\\ude00"}', {"a": "\U0001f600"}),
        ('{"a": "\u202eevil \u200d"}'.encode(), {"a": "\u202eevil \u200d"}),
        (b'{"a": -9223372036854775808}', {"a": -(2**63)}),
        (b'{"a": -0.0}', {"a": 0.0}),
        (b'{"__proto__": {"x": 1}}', {"__proto__": {"x": 1}}),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_a_body_with_one_reading_is_read(raw: bytes, value: Any) -> None:
    found = parse(raw)
    assert value is None or found == value


def test_a_body_of_one_mebibyte_is_read_and_one_more_byte_is_not() -> None:
    whole = b'"' + b"x" * (MAX_BODY - 2) + b'"'
    assert len(parse(whole)) == MAX_BODY - 2
    with pytest.raises(BodyTooLarge):
        parse(whole + b" ")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("raw", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "parse_error"),
        (b"[]", "application/json", 400, "invalid_input"),
        (b'"text"', "application/json", 400, "invalid_input"),
        (b"null", "application/json", 400, "invalid_input"),
        (b"a=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b"--x\r\n", "multipart/form-data; boundary=x", 415, "unsupported_media_type"),
        (b"--x\r\n", "multipart/form-data", 415, "unsupported_media_type"),
        (b"<a/>", "application/xml", 415, "unsupported_media_type"),
        (b"{}", "text/plain", 415, "unsupported_media_type"),
        (b"{}", "x" * 5000, 415, "unsupported_media_type"),
        (b" " * (10 * MAX_BODY), "application/json", 413, "body_too_large"),
        (b"\x1f\x8b\x08\x00", "application/json", 400, "parse_error"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_cannot_be_read_is_a_problem(api: Api, raw: bytes, content_type: str, status: int, code: str) -> None:
    problem(api.call("POST", "carts", raw=raw, **{"content-type": content_type}), status, code)


@pytest.mark.django_db
def test_json_may_name_its_charset(api: Api) -> None:
    assert api.call("POST", "carts", {}, **{"content-type": "Application/JSON; charset=utf-8"}).status_code == 201
