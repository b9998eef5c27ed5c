"""How goods are taxed where they go, and whether a business pays the tax itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from nexus_commerce.channels.models import Channel
from nexus_commerce.customers.abstract_models import AddressFields
from nexus_commerce.pricing.inputs import NOTHING, Taxation

__all__ = ["TaxAnswer", "TaxPolicy", "TaxQuery", "VatNumberPolicy"]


@dataclass(frozen=True, slots=True)
class TaxQuery:
    """For whom and where taxes are asked for. Without a destination the goods stay in the channel's country."""

    channel: Channel
    now: datetime
    destination: AddressFields | None = None
    vat_number: str = ""
    is_exempt: bool = False


@dataclass(frozen=True, slots=True)
class TaxAnswer:
    """How each tax class is taxed, by its code; "" is the default class, that of lines without one.

    ``taxes`` is the tax where the goods go, ``included`` the one at home, which prices with tax hold.
    """

    taxes: Mapping[str, Taxation] = NOTHING
    included: Mapping[str, Taxation] = NOTHING
    keeps: Literal["gross", "net"] = "gross"


class TaxPolicy:
    """Say how each tax class is taxed."""

    keeps: ClassVar[Literal["gross", "net"]] = "gross"

    def taxes(self, query: TaxQuery) -> TaxAnswer:
        """Return how each tax class is taxed."""
        return TaxAnswer(keeps=self.keeps)


class VatNumberPolicy:
    """Say whether a VAT number is valid."""

    def is_valid(self, *, number: str, country: str) -> bool:
        """Tell whether ``number`` is one of a business in ``country``."""
        return False
