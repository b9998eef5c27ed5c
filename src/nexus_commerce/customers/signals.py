"""Signals of customers."""

from nexus_commerce.core.signals import CommerceSignal

__all__ = ["address_deleted", "address_saved", "customer_changed", "customer_created"]

customer_created = CommerceSignal("A user of the site became a customer.", customer="the Customer")
customer_changed = CommerceSignal("A customer's profile changed.", customer="the Customer")
address_saved = CommerceSignal("An address was added to a customer's book, or replaced.", address="the Address")
address_deleted = CommerceSignal(
    "An address was taken out of a customer's book.", customer="the Customer", public_id="the public id that it had"
)
