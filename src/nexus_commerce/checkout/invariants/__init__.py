"""What holds at any time, as queries that count where it does not. ``manage.py nexus_verify`` asks them all."""

from nexus_commerce.checkout.invariants.base import Breaches, Invariant
from nexus_commerce.checkout.invariants.events import EVENTS
from nexus_commerce.checkout.invariants.money import MONEY, recomputed
from nexus_commerce.checkout.invariants.others import OTHERS
from nexus_commerce.checkout.invariants.payments import PAYMENTS
from nexus_commerce.checkout.invariants.reading import reading_only
from nexus_commerce.checkout.invariants.states import STATES
from nexus_commerce.checkout.invariants.stock import STOCK

__all__ = ["INVARIANTS", "Breaches", "Invariant", "reading_only", "recomputed"]

INVARIANTS = (*STOCK, *MONEY, *PAYMENTS, *STATES, *OTHERS, *EVENTS)
"""Every invariant but ``recomputed``, which takes as long as there are orders."""
