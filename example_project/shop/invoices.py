"""Paying by invoice: the smallest provider of one's own. Nobody is asked, and the parcel leaves before the money."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.checks import CheckMessage, Error
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from nexus_commerce.payments.providers.base import PaymentProvider

__all__ = ["PayByInvoice"]


class PayByInvoice(PaymentProvider):
    """Places the order unpaid and lets it be sent at once. The option ``days`` says how long the shopper has.

    Staff books the money in the admin when it has come.
    """

    is_offline = True

    def __init__(self, alias: str, options: Mapping[str, Any]) -> None:
        super().__init__(alias, options)
        self.name = _("Invoice")

    @property
    def ships_unpaid(self) -> bool:
        """Always: that is what an invoice is for."""
        return True

    @property
    def days(self) -> int:
        """How many days the shopper has."""
        return int(self.options.get("days", 14))

    def check(self) -> list[CheckMessage]:
        """Return what is wrong with the options."""
        if isinstance(self.options.get("days", 14), int) and self.days > 0:
            return []
        return [Error("The option days is a whole number above zero.", obj=type(self), id="shop.E001")]

    def instructions(self, *, language: str) -> str:
        """Return until when the money is expected."""
        with override(language):
            day = formats.date_format(timezone.localdate() + timedelta(days=self.days))
            return _("The invoice is in the parcel. Please pay it by %(day)s.") % {"day": day}
