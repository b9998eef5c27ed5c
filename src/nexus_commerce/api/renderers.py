"""JSON out: compact, UTF-8, the same bytes with and without orjson."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from rest_framework.renderers import BaseRenderer

try:
    import orjson
except ImportError:  # the extra "speed" is not installed
    orjson = None  # type: ignore[assignment]

__all__ = ["PROBLEM_JSON", "JSONRenderer", "dump_json"]

PROBLEM_JSON = "application/problem+json"
"""The content type of every error (RFC 9457)."""


def _plain(value: Any) -> Any:
    """Turn what JSON has no word for into text; both serializers ask it."""
    if isinstance(value, Decimal | UUID | Promise):
        return str(value)
    if isinstance(value, datetime):
        text = value.isoformat() if value.tzinfo is None else value.astimezone(UTC).isoformat()
        return text.replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON.")


def _dump_with_orjson(data: Any) -> bytes:
    try:
        return orjson.dumps(data, _plain, orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME)
    except TypeError:  # integers of more than 64 bits, which a host's rows may hold
        return _dump_with_json(data)


def _dump_with_json(data: Any) -> bytes:
    return json.dumps(data, default=_plain, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


dump_json: Callable[[Any], bytes] = _dump_with_json if orjson is None else _dump_with_orjson
"""Return ``data`` as JSON. Times are UTC and end in ``Z``; decimals and UUIDs are text."""


class JSONRenderer(BaseRenderer):
    """The one renderer of the API."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """Return the body; nothing for a reply without one."""
        return b"" if data is None else dump_json(data)
