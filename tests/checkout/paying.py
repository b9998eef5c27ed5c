"""A shop with a test provider, and its bank."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db.models.functions import Now
from django.test import override_settings

from nexus_commerce.cart.models import Cart
from nexus_commerce.checkout.services import PlacedOrder, place_order
from nexus_commerce.conf import nexus_settings
from nexus_commerce.inventory.models import Reservation
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import Payment, Refund
from nexus_commerce.payments.providers.dummy import DummyBank

__all__ = ["buy", "let_time_pass", "online_shop"]

DUMMY = "nexus_commerce.payments.providers.dummy.DummyProvider"


@contextmanager
def online_shop(folder: Path, **options: Any) -> Iterator[DummyBank]:
    """Offer the test provider under ``dummy``, beside bank transfer, in the settings; the bank is a file."""
    path = str(folder / "bank.sqlite3")
    providers = {
        **{alias: {"BACKEND": path_of(found.backend), "OPTIONS": found.options} for alias, found in kept().items()},
        "dummy": {"BACKEND": DUMMY, "OPTIONS": {"path": path, "secret": "bank", **options}},
    }
    given = {**nexus_settings.given, "PAYMENT_PROVIDERS": providers}
    with override_settings(NEXUS_COMMERCE=given):
        yield DummyBank(path, "bank")


def kept() -> dict[str, Any]:
    return {alias: found for alias, found in nexus_settings.PAYMENT_PROVIDERS.items() if alias != "dummy"}


def path_of(found: type) -> str:
    return f"{found.__module__}.{found.__qualname__}"


def buy(cart: Cart, script: str = "approve", **said: Any) -> PlacedOrder:
    """Order a cart, and pay with what the script says."""
    return place_order(cart=cart, provider="dummy", payment_data={"token": script}, **said)


def let_time_pass() -> None:
    """Let every lease, hold and deadline be over."""
    past = Now() - nexus_settings.CHECKOUT_POLICY().hold_for
    Payment.objects.exclude(locked_until=None).update(locked_until=past)
    Refund.objects.exclude(locked_until=None).update(locked_until=past)
    Reservation.objects.update(expires_at=past)
    Order.objects.filter(state="pending").update(expires_at=past)
