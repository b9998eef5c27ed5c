"""Signals of payments."""

from nexus_commerce.core.signals import CommerceSignal

__all__ = ["payment_captured", "payment_opened"]

payment_opened = CommerceSignal("A payment of an order was opened.", payment="the Payment")
payment_captured = CommerceSignal("Money of a payment was received.", payment="the Payment", amount="minor units")
