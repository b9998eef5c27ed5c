"""An outside tax engine with a memory, that fails when it is told to."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar

from nexus_commerce.core.rounding import divide
from nexus_commerce.pricing.inputs import Taxation, TaxRate
from nexus_commerce.tax.errors import TaxEngineError
from nexus_commerce.tax.external import ExternalTaxAnswer, ExternalTaxRequest, TaxedItem
from nexus_commerce.tax.policies import ExternalTaxPolicy

STATE = 6_250_000
CITY = 2_000_000


class FakeEngine(ExternalTaxPolicy):
    """Two rates, and ``extra`` minor units on each item, so that its amounts are nobody else's.

    ``mood``: ``well``, ``failing``, ``hanging``, ``crashing`` or ``babbling`` (an answer that cannot be used).
    What is in ``meanwhile`` happens while it thinks.
    """

    timeout = 2.0
    mood: ClassVar[str] = "well"
    extra: ClassVar[int] = 1
    asked: ClassVar[list[ExternalTaxRequest]] = []
    expires_at: ClassVar[datetime | None] = None
    meanwhile: ClassVar[list[Callable[[], None]]] = []

    @classmethod
    def reset(cls) -> None:
        cls.mood, cls.extra, cls.asked, cls.expires_at, cls.meanwhile = "well", 1, [], None, []

    def fetch(self, request: ExternalTaxRequest) -> ExternalTaxAnswer:
        self.asked.append(request)
        if self.mood == "failing":
            raise TaxEngineError(reason="closed on Sundays.")
        if self.mood == "crashing":
            raise ZeroDivisionError("by zero")
        if self.mood == "hanging":
            time.sleep(4)
        while self.meanwhile:
            self.meanwhile.pop()()
        items = request.items[1:] if self.mood == "babbling" else request.items
        return ExternalTaxAnswer({item.key: self.taxation(request, item) for item in items}, self.expires_at)

    def taxation(self, request: ExternalTaxRequest, item: TaxedItem) -> Taxation:
        if request.is_exempt or request.vat_number:
            return Taxation(reason="exempt" if request.is_exempt else "reverse_charge")
        rates = (TaxRate("State", STATE, request.destination.country), TaxRate("City", CITY))
        whole = 10**8 + (STATE + CITY if request.prices_include_tax else 0)
        amounts = [divide(item.amount * rate.millionths, whole, "down") for rate in rates]
        if item.amount > 100:
            amounts[0] += self.extra
        return Taxation(rates, amounts=tuple(amounts))


class Brief(FakeEngine):
    """Keeps its answers for a minute."""

    valid_for = timedelta(minutes=1)
