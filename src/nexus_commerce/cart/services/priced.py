"""What a cart costs now, and what changed since the shopper last saw it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from nexus_commerce.cart.models import Cart, CartAddress, CartLine
from nexus_commerce.cart.services.carts import touch_cart
from nexus_commerce.cart.services.inputs import LoadedCart, Pricing, load_pricing
from nexus_commerce.cart.services.loading import load_cart
from nexus_commerce.cart.services.offers import Offer
from nexus_commerce.cart.signals import cart_changed
from nexus_commerce.conf import nexus_settings
from nexus_commerce.pricing.errors import AmountOutOfBounds
from nexus_commerce.pricing.inputs import CartInput, Quote
from nexus_commerce.pricing.totals import LineTotals, Totals, TotalsOutOfBounds, compute
from nexus_commerce.promotions.rules import PromotionInput
from nexus_commerce.shipping.choices import is_outdated
from nexus_commerce.tax.external import ExternalTaxRequest, external_taxations, with_taxations

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


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with what it costs; without a price, ``quote`` and ``totals`` are None and it is not in the total.

    A gift is a line that a promotion added: it is no row of the cart.
    """

    line: CartLine
    offer: Offer
    quote: Quote | None
    totals: LineTotals | None
    is_gift: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is not as the shopper last saw it, or that keeps the cart from being bought.

    Codes of a line: ``price_changed`` (``data``: from, to, in minor units per ``per``), ``insufficient_stock``
    (``data``: wanted, available), ``not_for_sale``, ``no_price``. Codes of the cart, without a line:
    ``shipping_outdated`` (``data``: method, amount), ``tax_outdated`` (an outside engine has to be asked first, see
    ``refresh_tax``). All but the first are in the way of a checkout.
    """

    code: str
    line: UUID | None
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PricedCart:
    """A cart, its lines and addresses, what it costs, and what changed. ``input`` is what the totals came from.

    ``tax_request`` is what an outside tax engine is asked for the cart as it is, where the project has one.
    """

    cart: Cart
    lines: tuple[PricedLine, ...]
    addresses: dict[str, CartAddress]
    totals: Totals
    changes: tuple[Change, ...]
    input: CartInput
    tax_request: ExternalTaxRequest | None = None


def price_cart(*, cart: Cart, now: datetime | None = None) -> PricedCart:
    """Price a cart at ``now``: prices come from the server, totals from the pipeline in the settings.

    A constant number of statements, whatever the cart holds; nothing is stored. Raises ``AmountOutOfBounds``.
    """
    moment = now or timezone.now()
    return price_loaded(load_cart(cart, now=moment), now=moment)


def price_loaded(
    loaded: LoadedCart, *, now: datetime, promotions: Sequence[PromotionInput] | None = None
) -> PricedCart:
    """Price a cart whose rows are loaded, with ``promotions`` in the place of those in force where they are given."""
    pricing = load_pricing(loaded, now=now, promotions=promotions)
    totals = compute_totals(pricing.input)
    outdated = outdated_shipping(loaded, pricing.input, totals, now=now)
    if outdated:
        pricing.input = replace(pricing.input, shipping=(), facts=replace(pricing.input.facts, shipping_method=""))
        totals = compute_totals(pricing.input)
    request = pricing.tax_request(totals)
    taxations = external_taxations(loaded.cart.tax_answer, request.fingerprint, now=now) if request else None
    if taxations is not None:
        pricing.input = with_taxations(pricing.input, taxations)
        totals = compute_totals(pricing.input)
    elif request is not None:
        outdated.append(Change("tax_outdated", None, {}))
    by_key = {line.key: line for line in totals.lines}
    lines = [
        PricedLine(line, offer, pricing.quotes.get(line.public_id), by_key.get(line.public_id))
        for line, offer in zip(loaded.lines, loaded.offers, strict=True)
    ]
    changes = (*changes_of(lines), *outdated)
    whole = (*lines, *gift_lines(loaded.cart, pricing, totals))
    return PricedCart(loaded.cart, whole, loaded.addresses, totals, changes, pricing.input, request)


def compute_totals(cart: CartInput) -> Totals:
    """Run the pipeline of the settings. Raises ``AmountOutOfBounds``."""
    try:
        return compute(cart, nexus_settings.TOTALS_STEPS)
    except TotalsOutOfBounds as exc:
        raise AmountOutOfBounds(field="quantity") from exc


def outdated_shipping(loaded: LoadedCart, cart: CartInput, totals: Totals, *, now: datetime) -> list[Change]:
    """Return the change that the shipping method, as it was chosen, no longer stands; nothing where it does."""
    row = loaded.cart
    if not row.shipping_method or not any(line.is_sent for line in cart.lines):
        return []
    charged = next((charge for charge in totals.shipping if charge.key == row.shipping_method), None)
    if not is_outdated(row.shipping_choice, charged, address=loaded.addresses.get("shipping"), cart=cart, now=now):
        return []
    data = {"method": row.shipping_method, "amount": charged.subtotal if charged else None}
    return [Change("shipping_outdated", None, data)]


def gift_lines(cart: Cart, pricing: Pricing, totals: Totals) -> Iterator[PricedLine]:
    """Yield the lines that promotions added; each has an id of its own that stays while the promotion applies."""
    for line in totals.lines:
        match line.key:
            case ("gift", str(promotion), str(sku)) if sku in pricing.gifts:
                offer = pricing.gifts[sku]
                row = CartLine(
                    cart=cart,
                    variant=offer.variant,
                    quantity=line.quantity,
                    public_id=uuid5(cart.public_id, f"gift:{promotion}:{sku}"),
                )
                yield PricedLine(row, offer, pricing.quotes["gift", sku], line, is_gift=True)


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
    own = [entry for entry in priced.lines if not entry.is_gift]
    for entry in own:
        see_price(entry)
    CartLine.objects.bulk_update([entry.line for entry in own], ["seen_unit_price", "seen_per"])
    cart_changed.send_after_commit(Cart, cart=cart, fields=["seen_prices"])
    changes = tuple(change for change in priced.changes if change.code != "price_changed")
    return replace(priced, changes=changes)


def see_price(entry: PricedLine) -> None:
    """Note the present price of a line as seen: a reply shows it."""
    if entry.quote is not None:
        entry.line.seen_unit_price, entry.line.seen_per = entry.quote.unit_price, entry.quote.per
