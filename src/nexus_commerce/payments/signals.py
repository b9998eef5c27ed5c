"""Signals of payments."""

from nexus_commerce.core.signals import CommerceSignal

__all__ = [
    "credit_account_changed",
    "credit_changed",
    "payment_captured",
    "payment_changed",
    "payment_opened",
    "refund_changed",
]

payment_opened = CommerceSignal("A payment of an order was opened.", payment="the Payment")
payment_captured = CommerceSignal("Money of a payment was received.", payment="the Payment", amount="minor units")
payment_changed = CommerceSignal(
    "The state or the totals of a payment changed.",
    payment="the Payment",
    from_state="the state before",
    to_state="the state now",
)
refund_changed = CommerceSignal(
    "A refund was opened, succeeded or failed.", refund="the Refund", state="pending, succeeded or failed"
)
credit_changed = CommerceSignal(
    "The balance of a gift card or of store credit changed.",
    account="the CreditAccount",
    entry="the CreditEntry, with the signed amount and the reason",
)
credit_account_changed = CommerceSignal(
    "A gift card or store credit was blocked or unblocked, or lasts longer.",
    account="the CreditAccount",
    change="blocked, unblocked or extended",
)
