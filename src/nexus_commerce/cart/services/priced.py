"""What a cart costs now, and what changed since the shopper last saw it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import router, transaction
from django.db.models import BigIntegerField
from django.utils import timezone

from nexus_commerce.cart.models import Cart, CartAddress, CartLine
from nexus_commerce.cart.services.carts import touch_cart
from nexus_commerce.cart.services.offered import Offered
from nexus_commerce.cart.services.offers import Offer, fill_bundles, offer_of
from nexus_commerce.cart.signals import cart_changed
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.prepared import Prepared, Slot
from nexus_commerce.pricing.errors import AmountOutOfBounds
from nexus_commerce.pricing.policies import PriceContext, PriceQuery
from nexus_commerce.pricing.totals import (
    CartInput,
    LineInput,
    LineTotals,
    Quote,
    Totals,
    TotalsOutOfBounds,
    compute,
)

__all__ = [
    "Change",
    "LoadedCart",
    "PricedCart",
    "PricedLine",
    "acknowledge_changes",
    "load_cart",
    "price_cart",
    "see_price",
]


OF_CART: Final[Any] = Slot("cart", BigIntegerField())
LINES: Final = Offered(
    lambda: CartLine.objects.filter(cart=OF_CART).select_related("variant__product").order_by("id"),
    prefix="variant__",
    cart=BigIntegerField(),
)
ADDRESSES: Final = Prepared(lambda: CartAddress.objects.filter(cart=OF_CART), cart=BigIntegerField())


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with what it costs; without a price, ``quote`` and ``totals`` are None and it is not in the total."""

    line: CartLine
    offer: Offer
    quote: Quote | None
    totals: LineTotals | None


@dataclass(frozen=True, slots=True)
class Change:
    """Something about a line that is not as the shopper last saw it, or that keeps it from being bought.

    Codes: ``price_changed`` (``data``: from, to, in minor units per ``per``), ``insufficient_stock`` (``data``: wanted,
    available), ``not_for_sale``, ``no_price``. All but the first are in the way of a checkout.
    """

    code: str
    line: UUID
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PricedCart:
    """A cart, its lines and addresses, what it costs, and what changed."""

    cart: Cart
    lines: tuple[PricedLine, ...]
    addresses: dict[str, CartAddress]
    totals: Totals
    changes: tuple[Change, ...]


@dataclass(slots=True)
class LoadedCart:
    """The rows of a cart, before pricing."""

    cart: Cart
    lines: list[CartLine]
    offers: list[Offer]
    addresses: dict[str, CartAddress]


def load_cart(cart: Cart, *, now: datetime) -> LoadedCart:
    """Read lines, offers and addresses of a cart in a constant number of statements."""
    lines = LINES.run(channel=cart.channel, now=now, cart=cart.pk)
    addresses = {address.kind: address for address in ADDRESSES.run(router.db_for_write(Cart), cart=cart.pk)}
    offers = [offer_of(line.variant, line) for line in lines]
    fill_bundles(offers, channel=cart.channel)
    return LoadedCart(cart, lines, offers, addresses)


def price_cart(*, cart: Cart, now: datetime | None = None) -> PricedCart:
    """Price a cart at ``now``: prices come from the server, totals from the pipeline in the settings.

    A constant number of statements, whatever the cart holds; nothing is stored. Raises ``AmountOutOfBounds``.
    """
    moment = now or timezone.now()
    return price_loaded(load_cart(cart, now=moment), now=moment)


def price_loaded(loaded: LoadedCart, *, now: datetime) -> PricedCart:
    """Price a cart whose rows are loaded."""
    cart, shipping = loaded.cart, loaded.addresses.get("shipping")
    context = PriceContext(
        channel_id=cart.channel_id,
        currency=cart.currency,
        now=now,
        country=shipping.country if shipping else cart.channel.country,
        customer_id=cart.customer_id,
    )
    queries = [
        PriceQuery(line.public_id, line.variant_id, line.quantity, line.personalization) for line in loaded.lines
    ]
    quotes = nexus_settings.PRICE_POLICY().quote(queries, context) if queries else {}
    pairs = list(zip(loaded.lines, loaded.offers, strict=True))
    inputs = [
        LineInput(line.public_id, line.quantity, quotes[line.public_id], offer.tax_class, offer.product.is_discountable)
        for line, offer in pairs
        if line.public_id in quotes and offer.is_listed
    ]
    whole = CartInput(cart.currency, cart.channel.prices_include_tax, inputs, now)
    try:
        totals = compute(whole, nexus_settings.TOTALS_STEPS)
    except TotalsOutOfBounds as exc:
        raise AmountOutOfBounds(field="quantity") from exc
    by_key = {line.key: line for line in totals.lines}
    lines = tuple(
        PricedLine(line, offer, quotes.get(line.public_id), by_key.get(line.public_id)) for line, offer in pairs
    )
    return PricedCart(cart, lines, loaded.addresses, totals, tuple(changes_of(lines)))


def changes_of(lines: Sequence[PricedLine]) -> list[Change]:
    """Compare each line with what the shopper saw and with what can be sold; lines of one variant share its stock."""
    wanted: dict[int, int] = defaultdict(int)
    for priced in lines:
        wanted[priced.line.variant_id] += priced.line.quantity
    found: list[Change] = []
    for priced in lines:
        line, offer, quote = priced.line, priced.offer, priced.quote
        if not offer.is_listed:
            found.append(Change("not_for_sale", line.public_id, {}))
        elif quote is None:
            found.append(Change("no_price", line.public_id, {}))
        elif line.seen_unit_price is not None and (line.seen_unit_price, line.seen_per) != (
            quote.unit_price,
            quote.per,
        ):
            data = {
                "from": line.seen_unit_price,
                "to": quote.unit_price,
                "from_per": line.seen_per,
                "to_per": quote.per,
            }
            found.append(Change("price_changed", line.public_id, data))
        if offer.is_listed and offer.available is not None and wanted[line.variant_id] > offer.available:
            data = {"wanted": wanted[line.variant_id], "available": offer.available}
            found.append(Change("insufficient_stock", line.public_id, data))
    return found


@transaction.atomic
def acknowledge_changes(*, cart: Cart, now: datetime | None = None) -> PricedCart:
    """Remember the present prices as seen by the shopper, and return the cart. Raises ``CartNotOpen``; sends
    ``cart_changed``."""
    touch_cart(cart=cart)
    priced = price_cart(cart=cart, now=now)
    for entry in priced.lines:
        see_price(entry)
    CartLine.objects.bulk_update([entry.line for entry in priced.lines], ["seen_unit_price", "seen_per"])
    cart_changed.send_after_commit(Cart, cart=cart, fields=["seen_prices"])
    changes = tuple(change for change in priced.changes if change.code != "price_changed")
    return PricedCart(cart, priced.lines, priced.addresses, priced.totals, changes)


def see_price(entry: PricedLine) -> None:
    """Note the present price of a line as seen: a reply shows it."""
    if entry.quote is not None:
        entry.line.seen_unit_price, entry.line.seen_per = entry.quote.unit_price, entry.quote.per
