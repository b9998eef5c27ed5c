"""Who may see an order."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from nexus_commerce.core.tokens import hash_token
from nexus_commerce.customers.models import Customer
from nexus_commerce.orders.errors import OrderNotFound
from nexus_commerce.orders.models import Order

__all__ = ["TOKEN_LIFETIME", "access_columns", "access_token_of", "find_order", "renew_access"]

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


def access_token_of(*, order: Order, now: datetime | None = None) -> str:
    """Return the token that opens the order for whoever has it: the same one as long as it is valid, else a new one.

    It is a keyed hash of the order's nonce (HMAC-SHA-256 by ``SECRET_KEY``), so that a mail can carry it although only
    its hash is kept. After a change of that key the old token works on until the next one is asked for.
    """
    moment = now or timezone.now()
    if order.access_nonce and order.access_token_expires_at and order.access_token_expires_at > moment:
        token = token_from(order.public_id, order.access_nonce)
        if hmac.compare_digest(hash_token(token), order.access_token_hash or ""):
            return token
    return renew_access(order=order, now=moment)


def renew_access(*, order: Order, now: datetime | None = None) -> str:
    """Return a new token that opens the order for 90 days; the one before stops to work. Only its hash is kept."""
    token, columns = access_columns(public_id=order.public_id, now=now or timezone.now())
    for name, value in columns.items():
        setattr(order, name, value)
    Order.objects.filter(pk=order.pk).update(**columns)
    return token


def access_columns(*, public_id: UUID, now: datetime) -> tuple[str, dict[str, Any]]:
    """Return a new token for the order of that public id, and the columns by which it opens it."""
    nonce = secrets.token_hex(16)
    token = token_from(public_id, nonce)
    return token, {
        "access_nonce": nonce,
        "access_token_hash": hash_token(token),
        "access_token_expires_at": now + TOKEN_LIFETIME,
    }


def token_from(public_id: UUID, nonce: str) -> str:
    """Return the token of an order with this nonce."""
    digest = salted_hmac("nexus_commerce.orders.access", f"{public_id}:{nonce}", algorithm="sha256").digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
