"""What a payment provider is to the library."""

from collections.abc import Mapping
from typing import Any, ClassVar

__all__ = ["PaymentProvider"]


class PaymentProvider:
    """Take money for orders, one way.

    Configured like Django's caches: ``NEXUS_COMMERCE["PAYMENT_PROVIDERS"]`` maps an alias to ``BACKEND``, a dotted
    path, and ``OPTIONS``. An instance lives for one call; it keeps no state of its own. ``is_offline`` says that nobody
    is asked during checkout (bank transfer, cash on delivery, payment on account): the order is placed unpaid in the
    transaction that prepares it, and the money is recorded when it comes.
    """

    is_offline: ClassVar[bool] = False
    name: str = ""

    def __init__(self, alias: str, options: Mapping[str, Any]) -> None:
        self.alias = alias
        self.options = options

    def instructions(self, *, language: str) -> str:
        """Return what the shopper has to do to pay, as plain text in ``language``; empty where there is nothing."""
        return ""
