"""Money that comes outside the shop: bank transfer, cash on delivery, payment on account."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from nexus_commerce.payments.providers.base import PaymentProvider

__all__ = ["ManualProvider"]


class ManualProvider(PaymentProvider):
    """Place the order unpaid; staff records the money when it has come.

    Options: ``name`` (shown to shoppers) and ``instructions`` (text, or a lazy translation).
    """

    is_offline = True

    def __init__(self, alias: str, options: Mapping[str, Any]) -> None:
        super().__init__(alias, options)
        self.name = str(options.get("name") or _("Bank transfer"))

    def instructions(self, *, language: str) -> str:
        """Return the instructions of the options."""
        with override(language):
            return str(self.options.get("instructions") or _("Please transfer the total, naming your order number."))
