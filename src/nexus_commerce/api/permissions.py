"""Who may call an operation. What is theirs is a question for the services."""

from __future__ import annotations

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

__all__ = ["DenyAll", "PromotionStaff", "Public", "SignedIn", "Staff"]


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


class PromotionStaff(BasePermission):
    """Staff who may see promotions, as the admin decides it."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Accept active staff with the permission to view promotions."""
        user = request.user
        return bool(getattr(user, "is_staff", False)) and user.has_perm("nexus_promotions.view_promotion")


class Staff(BasePermission):
    """Staff who may do what the view does, as the admin decides it."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Accept active staff with the permission that the view names in ``staff_permission``."""
        user = request.user
        return bool(getattr(user, "is_staff", False)) and user.has_perm(view.staff_permission)  # type: ignore[attr-defined]
