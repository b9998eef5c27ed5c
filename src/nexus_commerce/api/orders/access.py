"""Which order a request may open."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request

from nexus_commerce.api.principal import customer_of, order_token
from nexus_commerce.orders.errors import OrderNotFound
from nexus_commerce.orders.models import Order
from nexus_commerce.orders.services import find_order

__all__ = ["actor_of", "expected_version", "is_staff_with", "open_order", "staff_order"]


def open_order(request: Request, order_id: UUID, *, staff_permission: str = "nexus_orders.view_order") -> Order:
    """Return an order to its customer, to a guest by its token, or to staff with the permission.

    Raises ``OrderNotFound`` to everybody else.
    """
    if is_staff_with(request, staff_permission):
        return staff_order(order_id)
    return find_order(public_id=order_id, token=order_token(request), customer=customer_of(request))


def staff_order(order_id: UUID) -> Order:
    """Return an order to staff. Raises ``OrderNotFound``."""
    order = Order.objects.select_related("channel").filter(public_id=order_id).first()
    if order is None:
        raise OrderNotFound
    return order


def is_staff_with(request: Request, permission: str) -> bool:
    """Tell whether the caller is staff with a permission."""
    user = request.user
    return bool(getattr(user, "is_staff", False)) and user.has_perm(permission)


def expected_version(request: Request, version: int) -> int | None:
    """Return the version that a service must find under its lock: the one that was read, where the caller named one."""
    sent = request.headers.get("If-Match")
    return version if sent and sent.strip() != "*" else None


def actor_of(request: Request) -> str:
    """Return the name that histories keep for whoever did something."""
    return str(request.user.get_username())
