"""What lines would cost, without a cart."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils import timezone

from nexus_commerce.cart.models import Cart, CartAddress
from nexus_commerce.cart.services.adding import NewLine, name_place, put
from nexus_commerce.cart.services.inputs import LoadedCart
from nexus_commerce.cart.services.offers import find_offers
from nexus_commerce.cart.services.priced import PricedCart, price_loaded
from nexus_commerce.channels.models import Channel
from nexus_commerce.conf import nexus_settings
from nexus_commerce.customers.models import Customer
from nexus_commerce.customers.services import AddressData
from nexus_commerce.promotions.services import normalize_code

__all__ = ["quote_lines"]


def quote_lines(
    *,
    channel: Channel,
    lines: Sequence[NewLine],
    customer: Customer | None = None,
    address: AddressData | None = None,
    codes: Collection[str] = (),
    now: datetime | None = None,
) -> PricedCart:
    """Return what a cart with ``lines`` would cost; nothing is written, locked or held in stock.

    Equal lines become one, as in a cart. ``address`` is where the goods would go; its country alone will do. Codes
    that open nothing are passed over. A constant number of statements. Raises ``NotForSale``, ``InvalidQuantity``,
    ``InvalidInput`` and ``CartLimitReached``, the field with the place of the line before it (``lines.1.variant``).
    """
    moment = now or timezone.now()
    loaded = LoadedCart(unsaved_cart(channel, customer, codes), [], [], {})
    if address is not None:
        loaded.addresses["shipping"] = CartAddress(cart=loaded.cart, kind="shipping", **address.columns())
    offers = find_offers(channel=channel, public_ids={new.variant for new in lines}, now=moment)
    for place, new in enumerate(lines):
        with name_place(place):
            put(loaded, new, offers.get(new.variant))
    nexus_settings.CART_POLICY().check_lines(lines=loaded.lines)
    return price_loaded(loaded, now=moment)


def unsaved_cart(channel: Channel, customer: Customer | None, codes: Collection[str]) -> Cart:
    """Return a cart that is in no database."""
    return Cart(
        channel=channel,
        customer=customer,
        currency=channel.currency,
        email=customer.email if customer else "",
        language=channel.default_language,
        coupon_codes=list(dict.fromkeys(filter(None, map(normalize_code, codes)))),
    )
