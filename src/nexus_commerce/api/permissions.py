"""Who may call an operation. What is theirs is a question for the services."""

from __future__ import annotations

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

__all__ = ["DenyAll", "Public", "SignedIn"]


class DenyAll(BasePermission):
    """Nobody: what a view has that names no permission."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Refuse."""
        return False


class Public(BasePermission):
    """Anybody; the operation opens only what the caller can name and has the token of."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Accept."""
        return True


class SignedIn(BasePermission):
    """A user of the site who is signed in."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Accept users, refuse guests."""
        return bool(getattr(request.user, "is_authenticated", False))
