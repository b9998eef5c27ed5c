"""Writing prices and price lists. Every change is kept in the history and told in the outbox."""

from nexus_commerce.pricing.services.price_lists import change_price_list, create_price_list
from nexus_commerce.pricing.services.prices import PriceRow, remove_price, set_price, set_prices

__all__ = ["PriceRow", "change_price_list", "create_price_list", "remove_price", "set_price", "set_prices"]
