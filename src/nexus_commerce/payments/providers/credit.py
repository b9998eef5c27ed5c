"""Paying with what the shop owes: gift cards and store credit."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django.utils.translation import gettext_lazy as _

from nexus_commerce.payments.providers.base import PaymentProvider

__all__ = ["CREDIT_ALIASES", "CreditProvider"]

NAMES: Final = {"gift_card": _("Gift card"), "store_credit": _("Store credit")}

CREDIT_ALIASES: Final = tuple(NAMES)
"""The aliases under which payments by credit stand. They are the kinds of the accounts, and never in the settings."""


class CreditProvider(PaymentProvider):
    """Take money from a balance that the shop itself keeps.

    Nobody outside is asked: instead of the methods of a provider, ``hold_credit``, ``release_credit`` and
    ``refund_credit`` of the services change the balance in the caller's transaction, so that an order and what it took
    from a card stand or fall together. What is taken counts as captured at once.
    """

    is_internal: ClassVar[bool] = True

    def __init__(self, alias: str, options: Mapping[str, Any] | None = None) -> None:
        super().__init__(alias, options or {})
        self.name = str(NAMES[alias])
