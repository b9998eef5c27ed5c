"""The policies of the shop that the orders are replayed in."""

from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from nexus_commerce.cart.policies import CartPolicy
from nexus_commerce.pricing.inputs import Quote
from nexus_commerce.pricing.policies import PriceContext, PricePolicy, PriceQuery

__all__ = ["FilePricePolicy", "WholesaleCartPolicy", "quote_for"]


def quote_for(price: str) -> Quote:
    """Return the quote for a price in major units: one finer than a minor unit is so many for 10, 100, ... units."""
    minor = Decimal(price).scaleb(2).normalize()
    digits = max(0, -int(minor.as_tuple().exponent))
    amount = int(minor.scaleb(digits))
    return Quote(unit_price=amount, per=10**digits, list_price=amount, price_list="file")


class FilePricePolicy(PricePolicy):
    """Quotes the price that stands in the file's row, which each line carries as its personalization."""

    def quote(self, queries: Sequence[PriceQuery], context: PriceContext) -> dict[Hashable, Quote]:
        return {query.key: quote_for(query.personalization["price"]) for query in queries if has_price(query)}


def has_price(query: PriceQuery) -> bool:
    personalization: Mapping[str, Any] = query.personalization
    return "price" in personalization


class WholesaleCartPolicy(CartPolicy):
    """Sets no limit: the retailer's longest invoice has 675 lines."""

    max_lines = None
