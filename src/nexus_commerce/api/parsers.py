"""JSON in: bounded, unambiguous, and text that every database can hold."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Mapping
from typing import IO, Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

__all__ = ["MAX_BODY", "BodyTooLarge", "JSONParser", "OnlyJSON"]

MAX_BODY: Final = 1024 * 1024
"""The largest body in bytes."""
MAX_DEPTH: Final = 64
MAX_DIGITS: Final = 20
# Unicode's stream-safe text format has at most 30 combining characters in a row; a longer run costs quadratic time
# to normalize and means nothing.
MAX_COMBINING: Final = 30


class BodyTooLarge(APIException):
    """The body is larger than the API reads."""

    status_code = 413
    default_detail = _("The body is larger than 1 MiB. Send less at once.")
    default_code = "body_too_large"


class JSONParser(BaseParser):
    """Read a JSON body of at most 1 MiB.

    Refuses what programs read differently or databases cannot keep: duplicate keys, NaN and Infinity, integers of
    more than 64 bits, nesting deeper than 64, NUL and lone surrogates. Text is normalized to NFC.
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the parsed body. Raises BodyTooLarge, or ParseError with the reason."""
        raw = stream.read(MAX_BODY + 1)
        if len(raw) > MAX_BODY:
            raise BodyTooLarge
        try:
            body = json.loads(
                raw.decode("utf-8-sig"),
                object_pairs_hook=_unique,
                parse_constant=_no_constant,
                parse_int=_bounded_int,
                parse_float=_finite_float,
            )
        except UnicodeDecodeError as exc:
            raise ParseError(_("The body is not UTF-8.")) from exc
        except RecursionError as exc:
            raise ParseError(_("The JSON is nested too deep; at most 64 levels.")) from exc
        except json.JSONDecodeError as exc:
            where = f"{exc.msg} (line {exc.lineno}, column {exc.colno})"
            raise ParseError(_("The body is not JSON: %(where)s.") % {"where": where}) from exc
        return _clean(body, 1)


class OnlyJSON(BaseContentNegotiation):
    """Take JSON and give JSON, whatever the Accept header says; another content type has no parser (415)."""

    def select_parser(self, request: Request, parsers: Any) -> BaseParser | None:
        """Return the parser whose media type the body has."""
        kind = str(request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the view's first renderer."""
        return renderers[0], renderers[0].media_type


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _value in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ParseError(_("The key %(key)r is given twice in one object.") % {"key": twice[:40]})
    return found


def _no_constant(word: str) -> Any:
    raise ParseError(_("%(word)s is not a number of JSON.") % {"word": word})


def _bounded_int(digits: str) -> int:
    number = int(digits) if len(digits) <= MAX_DIGITS else None
    if number is None or not -(2**63) <= number < 2**63:
        raise ParseError(_("A number has more than 64 bits."))
    return number


def _finite_float(digits: str) -> float:
    number = float(digits)
    if len(digits) > MAX_DIGITS * 2 or not math.isfinite(number):
        raise ParseError(_("A number is out of bounds."))
    return number


def _clean(value: Any, depth: int) -> Any:
    """Return the value with its text checked and normalized."""
    if isinstance(value, str):
        return _clean_text(value)
    if isinstance(value, dict | list):
        if depth > MAX_DEPTH:
            raise ParseError(_("The JSON is nested too deep; at most 64 levels."))
        if isinstance(value, list):
            return [_clean(item, depth + 1) for item in value]
        return _unique([(_clean_text(key), _clean(item, depth + 1)) for key, item in value.items()])
    return value


def _clean_text(text: str) -> str:
    if "\x00" in text:
        raise ParseError(_("Text must not contain the NUL character."))
    if text.isascii():
        return text
    run = 0
    for character in text:
        if "\ud800" <= character <= "\udfff":
            raise ParseError(_("Text must not contain a lone surrogate."))
        run = run + 1 if unicodedata.combining(character) else 0
        if run > MAX_COMBINING:
            raise ParseError(_("Text has more than 30 combining characters in a row."))
    return unicodedata.normalize("NFC", text)
