"""Short ways to a gift card, and to a payment that it can be asked for."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from nexus_commerce.channels.models import Channel
from nexus_commerce.core.tokens import random_code
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import CreditAccount, Payment
from nexus_commerce.payments.services import issue_gift_card

__all__ = ["make_card", "make_payment"]


def make_card(amount: int = 5000, *, expired: bool = False, **columns: Any) -> tuple[CreditAccount, str]:
    """Issue a gift card and return it with its code; ``columns`` are what became of it since."""
    card, code = issue_gift_card(amount=amount, currency="EUR")
    if expired:
        columns["expires_at"] = timezone.now() - timedelta(minutes=1)
    if columns:
        CreditAccount.objects.filter(pk=card.pk).update(**columns)
        card.refresh_from_db()
    return card, code


def make_payment(
    channel: Channel, amount: int = 1000, *, currency: str = "EUR", provider: str = "gift_card"
) -> Payment:
    """Return a payment of an order that has nothing but its total."""
    order = Order.objects.create(
        number=random_code(12),
        channel=channel,
        currency=currency,
        language="en",
        time_zone="UTC",
        prices_include_tax=True,
        display_tax=True,
        subtotal=amount,
        total=amount,
        defaults_version="1",
    )
    return Payment.objects.create(order=order, provider=provider, currency=currency, amount=amount)
