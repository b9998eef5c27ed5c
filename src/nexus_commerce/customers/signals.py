"""Signals of customers."""

from nexus_commerce.core.signals import CommerceSignal

__all__ = ["address_saved", "customer_changed"]

customer_changed = CommerceSignal("A customer's profile changed.", customer="the Customer")
address_saved = CommerceSignal("An address was added to a customer's book, or replaced.", address="the Address")
