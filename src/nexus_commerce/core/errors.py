"""Errors of the domains: each names the rule that was broken and carries a stable code."""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["CommerceError", "Conflict", "InvalidInput", "NotFound"]

Message = str | Promise


class CommerceError(Exception):
    """A rule of commerce was broken.

    ``code`` is stable and documented; ``message`` is for people and translated; ``params`` is JSON that a program
    can act on; ``field`` names the input that was wrong, where one was. The API maps it to RFC 9457 problem+json in
    one place.
    """

    code: ClassVar[str] = "commerce_error"
    message: ClassVar[Message] = _("The request cannot be carried out.")

    def __init__(self, message: Message | None = None, *, field: str | None = None, **params: Any) -> None:
        self.detail = message if message is not None else self.message
        self.field = field
        self.params = params
        super().__init__(self.detail)

    def __str__(self) -> str:
        # A lazy translation is a template for the params; a plain string is final, whatever signs it holds.
        return str(self.detail) % self.params if isinstance(self.detail, Promise) else str(self.detail)


class InvalidInput(CommerceError):
    """A value is not acceptable, whatever the state of the shop."""

    code = "invalid_input"
    message = _("The value is not valid.")


class NotFound(CommerceError):
    """The thing does not exist, or the caller may not know that it does."""

    code = "not_found"
    message = _("Not found.")


class Conflict(CommerceError):
    """The request was fine, but the present state of things refuses it."""

    code = "conflict"
    message = _("The present state does not allow this.")
