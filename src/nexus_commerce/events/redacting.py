"""What is kept of an error: short, and without what must not be read by everybody who may read the inbox."""

import re
from typing import Final

__all__ = ["error_text"]

LENGTH: Final = 500
HIDDEN: Final = "[hidden]"
PATTERNS: Final = (
    # name=value and name: value, as in queries, headers and the text of a dict.
    re.compile(
        r"(?i)((?:[\w-]*(?:token|secret|passw(?:or)?d|signature|api[_-]?key|cookie|authorization|credential)[\w-]*)"
        r"[\"']?\s*[=:]\s*)((?:bearer|basic)\s+)?[\"']?[^\s\"'&;}]+"
    ),
    re.compile(r"(?i)\b((?:bearer|basic)\s+)[\w.~+/=-]{8,}"),
    # The password of an address: scheme://user:password@host.
    re.compile(r"(\w+://[^\s/:@]*:)[^\s/@]+(?=@)"),
    # Keys as payment providers write them, mail addresses, and numbers as long as those of cards.
    re.compile(r"()\b(?:sk|pk|rk|whsec)_[A-Za-z0-9_/+=-]{8,}"),
    re.compile(r"()[\w.+-]+@[\w-]+\.[\w.-]+"),
    re.compile(r"()\b\d(?:[ -]?\d){12,18}\b"),
)


def error_text(error: BaseException) -> str:
    """Return an error as one short text: its class and what it says, with secrets and mail addresses hidden."""
    text = f"{type(error).__name__}: {error}".replace("\x00", "").strip()[: 4 * LENGTH]
    for pattern in PATTERNS:
        text = pattern.sub(rf"\1{HIDDEN}", text)
    return text if len(text) <= LENGTH else f"{text[: LENGTH - 1]}…"
