"""How payments stand, in words: what staff may do with them, and what their providers are being asked."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.formatting import EMPTY, format_money
from nexus_commerce.conf import nexus_settings
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import Payment, Refund
from nexus_commerce.payments.providers.base import PaymentProvider
from nexus_commerce.payments.services import get_provider, is_tender

__all__ = [
    "HELD",
    "awaits_confirmation",
    "awaits_money",
    "has_not_answered",
    "holds_money",
    "is_online",
    "may_be_captured",
    "may_be_voided",
    "outstanding",
    "payment_name",
    "provider_of",
    "what_is_asked",
]

OPEN_ORDERS = ("placed", "completed", "review")
HELD = ("pending", "unknown", "requires_action", "authorized", "partially_captured")
ASKED = {
    "start": _("to take the money"),
    "capture": _("to capture %(amount)s"),
    "void": _("to give up what it holds"),
}
"""What a provider is being asked, by the operation that is under way."""


def provider_of(payment: Payment) -> PaymentProvider | None:
    """Return the provider of a payment; None where the settings do not name it any more."""
    is_known = is_tender(payment.provider) or payment.provider in nexus_settings.PAYMENT_PROVIDERS
    return get_provider(alias=payment.provider) if is_known else None


def payment_name(payment: Payment) -> str:
    """Return what people call the way in which a payment was made."""
    provider = provider_of(payment)
    return payment.provider if provider is None else provider.name or payment.provider


def is_online(payment: Payment) -> bool:
    """Return whether somebody outside is asked about a payment."""
    provider = provider_of(payment)
    return provider is not None and not provider.is_offline and not is_tender(payment.provider)


def outstanding(payment: Payment) -> int:
    """Return how much of a payment can still come, in minor units: never more than its order is short of."""
    order: Order = payment.order
    left: int = min(payment.amount - payment.captured, order.total - order.captured + order.refunded)
    return max(0, left)


def awaits_money(payment: Payment) -> bool:
    """Return whether money for the payment is recorded by hand and some is still to come."""
    provider = provider_of(payment)
    return (
        provider is not None and provider.is_offline and payment.order.state in OPEN_ORDERS and outstanding(payment) > 0
    )


def holds_money(payment: Payment) -> int:
    """Return how much a provider holds and has not taken, in minor units."""
    held: int = payment.authorized - payment.captured
    return max(0, held)


def may_be_captured(payment: Payment) -> bool:
    """Return whether what a provider holds can be taken now."""
    is_ready = payment.order.state in ("placed", "completed") and not payment.operation
    return is_ready and is_online(payment) and holds_money(payment) > 0


def may_be_voided(payment: Payment) -> bool:
    """Return whether what a provider holds can be given up now, on purpose."""
    provider = provider_of(payment)
    can = provider is not None and provider.can_void and is_online(payment) and not payment.operation
    return can and payment.state in HELD and payment.order.state != "pending"


def awaits_confirmation(refund: Refund) -> bool:
    """Return whether somebody has to send the money of a refund outside the shop, and say so."""
    provider = provider_of(refund.payment)
    return refund.state == "pending" and provider is not None and provider.is_offline


def what_is_asked(payment: Payment) -> str:
    """Return what the provider of a payment is being asked; a dash for nothing."""
    if not payment.operation:
        return EMPTY
    amount = format_money(payment.operation_amount, payment.currency)
    return str(ASKED.get(payment.operation, payment.operation)) % {"amount": amount}


def has_not_answered(payments: Iterable[Payment], refunds: Iterable[Refund] = ()) -> bool:
    """Return whether some provider was asked and nobody knows what became of it; the sweeper asks again."""
    if any(payment.operation or payment.state == "unknown" for payment in payments):
        return True
    return any(refund.state == "pending" and not awaits_confirmation(refund) for refund in refunds)
