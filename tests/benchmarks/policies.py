"""A price policy that is wrong by a penny."""

from collections.abc import Hashable, Sequence
from dataclasses import replace

from benchmarks.replaying.policies import FilePricePolicy
from nexus_commerce.pricing.inputs import Quote
from nexus_commerce.pricing.policies import PriceContext, PriceQuery

__all__ = ["PennyMorePolicy"]


class PennyMorePolicy(FilePricePolicy):
    """Adds a penny to each price that has none finer."""

    def quote(self, queries: Sequence[PriceQuery], context: PriceContext) -> dict[Hashable, Quote]:
        quotes = super().quote(queries, context)
        return {key: replace(quote, unit_price=quote.unit_price + (quote.per == 1)) for key, quote in quotes.items()}
