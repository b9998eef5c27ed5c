"""Whether what a shopper chose still stands. Pure: no database, no settings, no clock.

``Cart.shipping_choice`` keeps what the chosen method cost (``ShippingChoice``), for the charge depends on the address,
the weight and the value of the goods, and the latter is known only inside the pipeline. So whoever prices a cart does
it in this order::

    chosen = chosen_shipping(...)                  # shipping.services; None: no method, or not offered there any more
    totals = compute(whole_with_chosen, steps)
    charged = the charge in totals.shipping whose key is Cart.shipping_method, or None
    if something is sent and is_outdated(cart.shipping_choice, charged, address=..., cart=whole, now=now):
        totals = compute(whole_without_it, steps)  # and a Change("shipping_outdated", ...) in the way of a checkout

Nothing is written to the cart: the shopper is asked anew, and ``choose_shipping`` writes the new choice. A charge that
became lower is taken silently; none ever becomes dearer without asking. Each ``LineInput`` must have its ``weight``,
``is_sent`` and ``facts.sku``, the cart ``facts.channel``: they are what a carrier's quote depended on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nexus_commerce.core.addresses import AnyAddress
from nexus_commerce.core.money import line_amount
from nexus_commerce.pricing.inputs import CartInput
from nexus_commerce.pricing.totals import ShippingTotals
from nexus_commerce.shipping.carriers.requests import CarrierItem, CarrierRequest, Destination, KeptQuote

__all__ = [
    "ShippingChoice",
    "destination_of",
    "is_outdated",
    "quote_in",
    "request_of",
]


@dataclass(frozen=True, slots=True)
class ShippingChoice:
    """What ``Cart.shipping_choice`` keeps: the method's code, and what it cost before promotions when it was chosen.

    ``quote`` is the carrier's, where one was asked.
    """

    method: str
    amount: int
    currency: str
    quote: KeptQuote | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the JSON that the cart keeps."""
        kept: dict[str, Any] = {"method": self.method, "amount": self.amount, "currency": self.currency}
        return {**kept, "quote": self.quote.to_json()} if self.quote else kept


def quote_in(choice: Mapping[str, Any]) -> KeptQuote | None:
    """Return the carrier's quote in a ``Cart.shipping_choice``; None where there is none, or none that can be read."""
    try:
        return KeptQuote.from_json(choice["quote"])
    except (KeyError, TypeError, ValueError):
        return None


def is_outdated(
    choice: Mapping[str, Any],
    charged: ShippingTotals | None,
    *,
    address: AnyAddress | None,
    cart: CartInput,
    now: datetime,
) -> bool:
    """Tell whether a choice no longer stands, given what the pipeline charged for it.

    ``choice`` is ``Cart.shipping_choice``; ``charged`` the charge of the method on the cart, None where it is not
    offered for this address or these goods. Outdated is a choice that is not offered, that was of another method or
    currency, that would cost more before promotions than when it was chosen, or whose quote was for another request
    or has expired.
    """
    if charged is None or (choice.get("method"), choice.get("currency")) != (charged.key, cart.currency):
        return True
    if charged.subtotal > int(choice.get("amount", -1)):
        return True
    if "quote" not in choice:
        return False
    quote, request = quote_in(choice), request_of(cart, address=address)
    return quote is None or request is None or not quote.holds_for(request.fingerprint, now)


def destination_of(address: AnyAddress) -> Destination:
    """Return what carriers learn of an address."""
    return Destination(
        country=address.country,
        region=address.region,
        postal_code=address.postal_code,
        city=address.city,
        line1=address.line1,
        line2=address.line2,
        line3=address.line3,
        is_business=bool(address.company),
    )


def request_of(cart: CartInput, *, address: AnyAddress | None) -> CarrierRequest | None:
    """Return what carriers are asked for a cart; None without an address, or where nothing is sent.

    The value is the one before discounts: what a method does to promotions must not change what it was asked for.
    """
    sent = [line for line in cart.lines if line.is_sent]
    if address is None or not sent:
        return None
    items = sorted((line.facts.sku, line.weight, line.quantity) for line in sent)
    return CarrierRequest(
        channel=cart.facts.channel,
        currency=cart.currency,
        destination=destination_of(address),
        items=tuple(CarrierItem(sku, quantity, weight) for sku, weight, quantity in items),
        value=sum(line_amount(line.quote.unit_price, line.quote.per, line.quantity) for line in cart.lines),
    )
