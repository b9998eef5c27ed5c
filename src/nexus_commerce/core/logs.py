"""Logs that can be kept and searched, and tell no secrets: for ``LOGGING`` in the settings of a host.

::

    LOGGING = {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"redact": {"()": "nexus_commerce.core.logs.RedactingFilter"}},
        "formatters": {"json": {"()": "nexus_commerce.core.logs.JsonFormatter"}},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "filters": ["redact"], "formatter": "json"},
        },
        "root": {"handlers": ["console"], "level": "INFO"},
    }
"""

from __future__ import annotations

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final

from django.utils.crypto import salted_hmac

from nexus_commerce.core.card_numbers import mask_card_numbers

__all__ = ["JsonFormatter", "RedactingFilter", "redact", "request_id"]

request_id: ContextVar[str] = ContextVar("nexus_request_id", default="")
"""The id of the request that is being answered; empty outside one."""

GONE: Final = "[redacted]"
SENSITIVE: Final = (
    r"authorization|proxy-authorization|(?:set-)?cookie|cart[-_]token|order[-_]token|idempotency[-_]key|x-csrftoken"
    r"|csrfmiddlewaretoken|csrftoken|sessionid|nexus_(?:storefront_)?cart|password\d?|passwd|secret(?:[-_]key)?"
    r"|client[-_]secret|(?:access[-_]|refresh[-_]|api[-_])?token|api[-_]?key|private[-_]key|signature"
    r"|gift[-_]cards?|card[-_]?number|cvc|cvv"
)
NAMED: Final = re.compile(
    # A name, what stands between it and its value in a header, a dict, JSON, a query or an assignment, and the value:
    # quoted up to the quote, bare up to the end of the line for a header, else of the word.
    rf"(?P<name>(?:\b|(?<=_))(?:{SENSITIVE})\b)(?P<between>\\?[\"']?\s*(?:=>|[:=,])\s*)"
    r"(?:\\?(?P<quote>[\"'])(?P<quoted>.*?)\\?(?P=quote)|(?P<list>\[[^\]]*\])|(?P<bare>(?:(?:bearer|basic|token)\s+)?[^\s,;&\"')}\]]+(?:;\s*[^\s,;=]+=[^\s,;]*)*))",
    re.IGNORECASE,
)
TOKENS: Final = re.compile(
    # JSON web tokens, keys that say what they are, and random text as long as the library's tokens.
    r"\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*"
    r"|\b(?:sk|rk|pk|whsec|whpk|pi|seti)_[\w+/=-]{8,}"
    r"|(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{40,}(?![\w-])"
)
EMAILS: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
STATEMENTS: Final = "django.db.backends"
"""The logger of statements, whose values are rows: session keys, hashes, names and addresses."""
LITERALS: Final = re.compile(r"'(?:[^']|'')*'")
BREAKS: Final = {number: rf"\x{number:02x}" for number in (*range(32), 127, 0x85)} | {
    9: "\t",
    10: r"\n",
    13: r"\r",
    0x2028: r"\u2028",
    0x2029: r"\u2029",
}
"""What begins a new line somewhere, and so could forge an entry."""
OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
TOLD: Final = (str, int, float, bool, type(None))


def redact(text: str) -> str:
    """Return the text without secrets: by the name that stands before a value, and by what a value looks like.

    An e-mail address becomes a hash, so that entries about one person can be found together.
    """
    text = NAMED.sub(lambda found: f"{found['name']}{found['between']}{GONE}", text)
    text = TOKENS.sub(GONE, text)
    text = EMAILS.sub(lambda found: f"[email {hash_of(found[0].lower())}]", text)
    return mask_card_numbers(text)


def hash_of(text: str) -> str:
    """Return what stands for a text in logs; who does not know SECRET_KEY cannot try texts out."""
    return salted_hmac("nexus_commerce.logs", text, algorithm="sha256").hexdigest()[:12]


class RedactingFilter(logging.Filter):
    """Takes secrets out of a record, its traceback and its extra fields, and escapes what would forge a line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record; let every record pass."""
        if record.name == STATEMENTS:
            _drop_values(record)
        record.msg = redact(_message(record)).translate(BREAKS)
        record.args = ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        for name, value in _extras(record).items():
            if isinstance(value, str):
                said = GONE if re.fullmatch(SENSITIVE, name, re.IGNORECASE) else redact(value)
                setattr(record, name, said.translate(BREAKS))
        if not hasattr(record, "request_id"):
            record.request_id = request_id_of(record)
        return True


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON: time, level, logger, message, the request's id, and plain extra fields.

    Objects among the extra fields (a request, the arguments of a task) are left out.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
            "request_id": getattr(record, "request_id", "") or request_id_of(record),
        }
        entry |= {name: value for name, value in _extras(record).items() if isinstance(value, TOLD)}
        if record.exc_info or record.exc_text:
            entry["exception"] = record.exc_text or self.formatException(record.exc_info)  # type: ignore[arg-type]
        if record.stack_info:
            entry["stack"] = record.stack_info
        return json.dumps(entry, ensure_ascii=False)


def request_id_of(record: logging.LogRecord) -> str:
    """Return the id of the request that a record is about; Django hands the request on after it was answered."""
    return request_id.get() or str(getattr(getattr(record, "request", None), "nexus_request_id", ""))


def _drop_values(record: logging.LogRecord) -> None:
    """Leave the statement of a record, and none of its values."""
    statement = _message(record).partition("; args=")[0]
    record.msg, record.args = LITERALS.sub("'?'", statement), ()
    for name in ("sql", "params"):
        vars(record).pop(name, None)


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # a record whose arguments do not fit is told as it is, not lost
        return f"{record.msg} {record.args!r}"


def _extras(record: logging.LogRecord) -> dict[str, Any]:
    """Return what the caller added to the record."""
    return {name: value for name, value in vars(record).items() if name not in OWN}
