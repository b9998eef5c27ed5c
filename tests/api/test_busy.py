"""A database that is busy is told as such, and is no fault of the server."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from nexus_commerce.cart.models import Cart
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from tests.api.client import Api, problem


@pytest.fixture
def lock_cart() -> threading.Event:
    """Return the event that ends a transaction of another connection, which has written carts."""
    return threading.Event()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("key", ["", "0123456789abcdef"])
def test_a_locked_sqlite_database_is_busy(
    api: Api, variant: Variant, channel: Channel, lock_cart: threading.Event, key: str
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("other databases lock rows")
    cart = f"carts/{api.post('carts').json()['cart']['id']}"
    locked = threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Cart.objects.update(note="held")
                locked.set()
                assert lock_cart.wait(timeout=20)
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert locked.wait(timeout=20)
    body = {"variant": str(variant.public_id)}
    try:
        refused = api.post(f"{cart}/lines", body, **{"Idempotency-Key": key})
    finally:
        lock_cart.set()
        holder.join()
    problem(refused, 503, "busy")
    assert refused.headers["Retry-After"] == "1"
    assert api.post(f"{cart}/lines", body, **{"Idempotency-Key": key}).status_code == 201
