"""What is said of payments: the ways to pay, how each payment of an order stands, and why one came to nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nexus_commerce.core.formatting import format_money
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.errors import UnknownProvider
from nexus_commerce.payments.models import CreditEntry, Payment, Refund
from nexus_commerce.payments.providers.base import PaymentProvider
from nexus_commerce.payments.services import get_provider, is_tender, provider_aliases

__all__ = [
    "PaymentRow",
    "Way",
    "instructions_of",
    "left_to_pay",
    "name_of_provider",
    "payment_rows",
    "payments_of",
    "ways_to_pay",
    "words_of_failure",
    "words_of_order",
]

STATES: Final[dict[str, str | Promise]] = {
    "pending": gettext_lazy("being checked"),
    "unknown": gettext_lazy("being checked"),
    "requires_action": gettext_lazy("waits for you"),
    "failed": gettext_lazy("was not made"),
    "authorized": gettext_lazy("approved, not charged yet"),
    "voided": gettext_lazy("released"),
    "partially_captured": gettext_lazy("paid in part"),
    "captured": gettext_lazy("paid"),
    "partially_refunded": gettext_lazy("paid, and given back in part"),
    "refunded": gettext_lazy("given back"),
}
REFUNDS: Final[dict[str, str | Promise]] = {
    "pending": gettext_lazy("on its way to you"),
    "succeeded": gettext_lazy("given back"),
    "failed": gettext_lazy("did not go through; we look after it"),
}
FAILURES: Final[dict[str, str | Promise]] = {
    "declined_by_shopper": gettext_lazy("You did not approve the payment."),
    "card_declined": gettext_lazy("Your bank declined the payment."),
    "declined": gettext_lazy("Your bank declined the payment."),
    "insufficient_funds": gettext_lazy("Your bank says that the account does not hold enough."),
    "expired_card": gettext_lazy("Your card has expired."),
    "incorrect_cvc": gettext_lazy("The security code of the card was not right."),
    "authentication_required": gettext_lazy("Your bank wanted you to confirm the payment, which did not happen."),
}
ORDERS: Final[dict[str, str | Promise]] = {
    "placed": gettext_lazy("Thank you."),
    "completed": gettext_lazy("Thank you. Everything is paid and sent."),
    "review": gettext_lazy("We have to look at this order before we send it. There is nothing that you have to do."),
    "canceled": gettext_lazy("This order was canceled."),
    "expired": gettext_lazy("This order came to nothing: it was not paid."),
}


@dataclass(frozen=True, slots=True)
class Way:
    """A way to pay that is on offer."""

    alias: str
    name: str
    note: str


@dataclass(frozen=True, slots=True)
class RefundRow:
    """Money that was given back, or is on its way."""

    amount: int
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment of an order: from where, how much, how it stands, and what of it was given back."""

    name: str
    amount: int
    state: str
    words: str
    refunds: tuple[RefundRow, ...]


def ways_to_pay(*, language: str) -> list[Way]:
    """Return the providers of the settings, in their order."""
    providers = [get_provider(alias=alias) for alias in provider_aliases()]
    return [Way(found.alias, str(found.name), note_of(found, language)) for found in providers]


def note_of(provider: PaymentProvider, language: str) -> str:
    """Return what is said beside the name of a provider."""
    if provider.is_test:
        return _("For trying the shop out: no money moves.")
    return str(provider.instructions(language=language)) or _("You pay at once, when you order.")


def name_of_provider(alias: str) -> str:
    """Return the name of a provider, and the alias of one that is not offered any more."""
    try:
        return str(get_provider(alias=alias).name)
    except UnknownProvider:
        return alias


def words_of_failure(code: str) -> str:
    """Return why a payment came to nothing, and what to do now; a provider's own word is not for shoppers."""
    why = str(FAILURES.get(code) or _("The payment did not go through."))
    return _("%(why)s Nothing was charged, and your cart is as it was. Try again, or pay another way.") % {"why": why}


def words_of_order(order: Order) -> str:
    """Return how an order stands, for the head of its page; nothing for a state of the host's own."""
    return str(ORDERS.get(order.state, ""))


def left_to_pay(order: Order) -> int:
    """Return what is still to be paid of an order, in minor units: nothing of one that is over."""
    if order.state in ("canceled", "expired"):
        return 0
    left: int = order.total - order.captured - order.authorized
    return max(0, left)


def payments_of(order: Order) -> list[Payment]:
    """Return the payments of an order with their refunds: two statements."""
    return list(order.payments.prefetch_related("refunds"))


def payment_rows(payments: Sequence[Payment]) -> list[PaymentRow]:
    """Return payments in words: one statement where a gift card is among them."""
    ends = ends_of_cards(payments)
    return [
        PaymentRow(
            name=name_of(payment, ends.get(payment.pk, "")),
            amount=payment.amount,
            state=payment.state,
            words=words_of_payment(payment),
            refunds=tuple(row_of(refund) for refund in payment.refunds.all()),
        )
        for payment in payments
    ]


def ends_of_cards(payments: Sequence[Payment]) -> dict[int, str]:
    """Return the last characters of the gift cards that payments were made with; no statement where none was."""
    ids = [payment.pk for payment in payments if payment.provider == "gift_card"]
    if not ids:
        return {}
    return dict(CreditEntry.objects.filter(payment__in=ids).values_list("payment", "account__code_end"))


def name_of(payment: Payment, end: str) -> str:
    """Return what a payment was made with."""
    name = name_of_provider(payment.provider)
    return _("%(name)s ending in %(end)s") % {"name": name, "end": end} if end else name


def words_of_payment(payment: Payment) -> str:
    """Return how a payment stands. Money that comes outside the shop is not being checked, but awaited."""
    if payment.state == "pending" and is_offline(payment.provider):
        return _("still to be paid")
    if payment.state == "partially_captured":
        return _("%(amount)s of it paid") % {"amount": format_money(payment.captured, payment.currency)}
    return str(STATES.get(payment.state, payment.state))


def is_offline(alias: str) -> bool:
    """Tell whether the money of a provider comes outside the shop."""
    try:
        return get_provider(alias=alias).is_offline
    except UnknownProvider:
        return False


def row_of(refund: Refund) -> RefundRow:
    """Return a refund in words."""
    words = str(REFUNDS.get(refund.state, refund.state))
    if refund.target == "store_credit" and refund.state == "succeeded":
        words = _("given back as store credit")
    return RefundRow(refund.amount, refund.state, words)


def instructions_of(order: Order, payments: Sequence[Payment]) -> str:
    """Return what is left to do to pay an order; nothing where nothing is left to pay."""
    if order.state in ("pending", "review") or not left_to_pay(order):
        return ""
    for payment in payments:
        if not is_tender(payment.provider):
            try:
                return str(get_provider(alias=payment.provider).instructions(language=order.language))
            except UnknownProvider:
                return ""
    return ""
