"""How a request says whose it is."""

from __future__ import annotations

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

__all__ = ["Authentication"]


class Authentication(SessionAuthentication):
    """The site's own session, with the CSRF check on whatever changes something.

    A host that has tokens replaces it (key ``authentication.Authentication``) by a subclass whose ``authenticate``
    asks its own scheme first and this one after it.
    """

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that a guest is told 401 and not 403."""
        return "Session"
