"""Which methods are offered, and what they cost."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from nexus_commerce.channels.models import Channel
from nexus_commerce.core.addresses import AnyAddress
from nexus_commerce.pricing.inputs import ShippingInput
from nexus_commerce.shipping.carriers.requests import KeptQuote
from nexus_commerce.shipping.choices import quote_in
from nexus_commerce.shipping.estimates import Estimate, estimate_delivery
from nexus_commerce.shipping.rates import Goods, RateRule
from nexus_commerce.shipping.services.methods import MethodRow, method_at, methods_at

__all__ = ["OfferedMethod", "base_code", "chosen_shipping", "offered_methods", "with_quote"]

MARK: Final = ":"
"""Between a method's code and the service of a carrier that it offers more than one of."""


@dataclass(frozen=True, slots=True)
class OfferedMethod:
    """A method as it is offered for goods at a place.

    ``code`` is what choosing names. ``amount`` is the charge before promotions, in minor units, in the price basis of
    the channel; ``missing_for_free`` how much more value makes it free. ``pickup_location`` is the code of the stock
    location where goods are picked up, ``pickup_name`` its name. Of a carrier's method ``quote`` is what the amount
    rests on; None while nobody was asked.
    """

    code: str
    public_id: UUID
    name: str
    description: str
    kind: str
    rule: RateRule
    amount: int
    missing_for_free: int | None
    estimate: Estimate
    tax_class: str = ""
    carrier: str = ""
    carrier_service: str = ""
    pickup_location: str = ""
    pickup_name: str = ""
    quote: KeptQuote | None = None


def offered_methods(
    *,
    channel: Channel,
    currency: str,
    address: AnyAddress | None,
    value: int,
    weight: int,
    quantity: int,
    now: datetime,
) -> list[OfferedMethod]:
    """Return the methods of a channel for goods that go to ``address``, by their position.

    ``value`` is that of all goods after discounts, ``weight`` in grams and ``quantity`` those of what is sent. Offered
    is a method that is active, serves the address, has a rate in the currency and whose bounds hold. Carriers' methods
    are among them without a quote; their bounds hold too. At most two statements; no carrier is asked.
    """
    goods = Goods(value, weight, quantity)
    rows = methods_at(channel=channel, currency=currency, address=address)
    return [offer_of(method, goods, channel, now) for method in rows if method.rule.fits(goods)]


def offer_of(method: MethodRow, goods: Goods, channel: Channel, now: datetime) -> OfferedMethod:
    """Return the offer of a method whose bounds hold."""
    row, rule = method.row, method.rule
    return OfferedMethod(
        code=method.code,
        public_id=row["public_id"],
        name=row["name"],
        description=row["description"],
        kind=row["kind"],
        rule=rule,
        amount=rule.charge(value=goods.value, weight=goods.weight, quantity=goods.quantity),
        missing_for_free=rule.missing_for_free(goods),
        estimate=estimate_delivery(
            min_days=row["min_days"], max_days=row["max_days"], now=now, time_zone=channel.time_zone
        ),
        tax_class=row["tax_class"],
        carrier=row["carrier"],
        carrier_service=row["carrier_service"],
        pickup_location=row["location_code"] or "",
        pickup_name=row["location_name"] or "",
    )


def with_quote(
    offer: OfferedMethod, quote: KeptQuote, *, goods: Goods, channel: Channel, now: datetime
) -> OfferedMethod:
    """Return a carrier's offer at its quote, with the carrier's name and times where the method has none of its own."""
    rule = replace(offer.rule, amount=offer.rule.amount + quote.amount)
    min_days, max_days = days_of((offer.estimate.min_days, offer.estimate.max_days), quote)
    is_one = bool(offer.carrier_service)
    return replace(
        offer,
        code=offer.code if is_one else f"{offer.code}{MARK}{quote.service}",
        name=offer.name if is_one else f"{offer.name} {quote.name}".strip(),
        carrier_service=quote.service,
        rule=rule,
        amount=rule.charge(value=goods.value, weight=goods.weight, quantity=goods.quantity),
        missing_for_free=rule.missing_for_free(goods),
        estimate=estimate_delivery(min_days=min_days, max_days=max_days, now=now, time_zone=channel.time_zone),
        quote=quote,
    )


def base_code(code: str) -> str:
    """Return the code of the method out of that of an option, which may name a carrier's service too."""
    return code.partition(MARK)[0]


def chosen_shipping(
    *,
    channel: Channel,
    currency: str,
    choice: Mapping[str, Any],
    method_code: str,
    address: AnyAddress | None,
    now: datetime,
) -> ShippingInput | None:
    """Return the method on a cart as the totals engine needs it; None where it is not offered for the address any more.

    ``choice`` is ``Cart.shipping_choice``, out of which a carrier's quote is taken: nobody is asked, so this may be
    called inside a transaction. No statement without a ``method_code``, else one, or two for tiers. Bounds of weight
    and value are held by the rule; ``shipping.choices`` says how the caller finds out what is outdated.
    """
    if not method_code:
        return None
    code, _, service = method_code.partition(MARK)
    method = method_at(channel=channel, currency=currency, address=address, code=code)
    if method is None or (not method.is_carrier and service):
        return None
    name, rule = method.row["name"], method.rule
    days: tuple[int | None, int | None] = (method.row["min_days"], method.row["max_days"])
    if method.is_carrier:
        quote = quote_in(choice)
        if quote is None or quote.service != (service or method.row["carrier_service"]):
            return None
        name = f"{name} {quote.name}".strip() if service else name
        rule = replace(rule, amount=rule.amount + quote.amount)
        days = days_of(days, quote)
    return ShippingInput(method_code, name, rule, method.row["tax_class"], None, *days)


def days_of(own: tuple[int | None, int | None], quote: KeptQuote) -> tuple[int | None, int | None]:
    """Return the delivery times of a carrier's method: its own, or the carrier's where it has none."""
    return (quote.min_days, quote.max_days) if own == (None, None) else own
