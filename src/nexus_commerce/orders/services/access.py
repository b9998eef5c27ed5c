"""Who may see an order."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from nexus_commerce.core.tokens import hash_token, new_token
from nexus_commerce.customers.models import Customer
from nexus_commerce.orders.errors import OrderNotFound
from nexus_commerce.orders.models import Order

__all__ = ["TOKEN_LIFETIME", "find_order", "renew_access"]

TOKEN_LIFETIME: Final = timedelta(days=90)
"""How long a guest's token opens an order."""


def find_order(
    *, public_id: UUID, token: str | None = None, customer: Customer | None = None, now: datetime | None = None
) -> Order:
    """Return an order to its customer, or to whoever has its token while that lasts.

    Raises ``OrderNotFound`` in every other case alike, so that nobody learns which orders exist.
    """
    may = Q()
    if customer is not None:
        may |= Q(customer=customer)
    if token:
        moment = now or timezone.now()
        may |= Q(access_token_hash=hash_token(token), access_token_expires_at__gt=moment)
    order = Order.objects.select_related("channel").filter(may, public_id=public_id).first() if may else None
    if order is None:
        raise OrderNotFound
    return order


def renew_access(*, order: Order, now: datetime | None = None) -> str:
    """Return a new token that opens the order for 90 days; the one before stops to work. Only its hash is kept."""
    token = new_token()
    order.access_token_hash = hash_token(token)
    order.access_token_expires_at = (now or timezone.now()) + TOKEN_LIFETIME
    Order.objects.filter(pk=order.pk).update(
        access_token_hash=order.access_token_hash, access_token_expires_at=order.access_token_expires_at
    )
    return token
