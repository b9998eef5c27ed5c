"""Where a page ends: opaque text that the next page begins after."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Final, NamedTuple
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import InvalidInput

__all__ = ["Cursor", "InvalidCursor"]

MAX_LENGTH: Final = 4096
MAX_INTEGER: Final = 2**63 - 1


class InvalidCursor(InvalidInput):
    """A cursor that no page gave, or that belongs to another ordering."""

    code = "invalid_cursor"
    message = _("The cursor is not one that a page of this list gave. Begin again at the first page.")


class Cursor(NamedTuple):
    """The last product of a page under an ordering: the value it is sorted by, and its public id.

    It holds no sequential id, and a forged one can only begin a page elsewhere.
    """

    ordering: str
    key: str | int
    after: UUID

    def encode(self) -> str:
        """Return the text that :meth:`decode` reads."""
        body = json.dumps([self.ordering, self.key, self.after.hex], separators=(",", ":"))
        return base64.urlsafe_b64encode(body.encode()).rstrip(b"=").decode()

    @classmethod
    def decode(cls, text: str, *, ordering: str, numeric: bool) -> Cursor:
        """Return the cursor of a page under ``ordering``. Raises InvalidCursor."""
        try:
            if len(text) > MAX_LENGTH:
                raise ValueError
            body = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            said, key, after = json.loads(body)
            if said != ordering or type(key) is not (int if numeric else str):
                raise ValueError
            return cls(said, _checked(key), UUID(hex=after))
        except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError) as exc:
            raise InvalidCursor(field="cursor") from exc


def _checked(key: str | int) -> str | int:
    if isinstance(key, int):
        if abs(key) > MAX_INTEGER:
            raise ValueError
        return key
    key.encode()  # a lone surrogate is a UnicodeEncodeError, which is a ValueError
    if "\x00" in key:
        raise ValueError
    return key
