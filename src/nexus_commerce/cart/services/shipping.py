"""How a cart is sent: what is offered, and choosing it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from nexus_commerce.cart.models import Cart, CartAddress
from nexus_commerce.cart.services.carts import touch_cart
from nexus_commerce.cart.services.priced import PricedCart, compute_totals, load_cart, price_cart, price_loaded
from nexus_commerce.cart.signals import cart_changed
from nexus_commerce.core.money import MAX_MINOR
from nexus_commerce.customers.services import AddressData
from nexus_commerce.pricing.inputs import ShippingInput
from nexus_commerce.pricing.totals import Totals
from nexus_commerce.shipping.carriers.requests import KeptQuote
from nexus_commerce.shipping.choices import ShippingChoice, request_of
from nexus_commerce.shipping.errors import ShippingNotOffered
from nexus_commerce.shipping.models import ShippingMethod
from nexus_commerce.shipping.services import OfferedMethod, ask_carriers, base_code, offered_methods, with_quote
from nexus_commerce.shipping.steps import goods_of

__all__ = [
    "ShippingOption",
    "ShippingOptions",
    "UnavailableMethod",
    "choose_shipping",
    "clear_shipping",
    "list_priced_options",
    "list_shipping_options",
    "price_cart_at",
]

TRIES: Final = 3
"""How often a carrier is asked anew when the cart changes while it is being chosen."""


@dataclass(frozen=True, slots=True)
class ShippingOption:
    """A way to send a cart.

    ``offer.amount`` is the charge before promotions, ``charge`` what is left of it, and ``total`` what the whole cart
    would cost; minor units of the cart's currency.
    """

    offer: OfferedMethod
    charge: int
    total: int
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class UnavailableMethod:
    """A method that would be offered, if its carrier had answered in time."""

    code: str
    name: str
    carrier: str


class ShippingOptions(list[ShippingOption]):
    """The options in their order, and which methods are ``unavailable`` for the moment."""

    def __init__(self, options: Iterable[ShippingOption] = (), unavailable: Iterable[UnavailableMethod] = ()) -> None:
        super().__init__(options)
        self.unavailable = tuple(unavailable)


def list_shipping_options(*, cart: Cart, now: datetime | None = None) -> ShippingOptions:
    """Return how a cart can be sent, carriers' live rates among it; nothing where nothing is sent.

    Without an address those are the methods that go everywhere, and pickup. Carriers are asked for what is not known
    of before: raises ``AskedInTransaction`` inside a transaction then. One that fails or is late is ``unavailable``.
    """
    return list_priced_options(priced=price_cart(cart=cart, now=now))


def list_priced_options(*, priced: PricedCart) -> ShippingOptions:
    """Return how a cart that was priced already can be sent: see ``list_shipping_options``."""
    moment = priced.input.now
    offers, unavailable = quoted(priced, offered_for(priced, now=moment), now=moment)
    return ShippingOptions((option_of(priced, offer) for offer in offers), unavailable)


def price_cart_at(*, cart: Cart, destination: AddressData, now: datetime | None = None) -> PricedCart:
    """Price a cart as if it was sent to ``destination``, of which the country and what shipping and tax zones ask will
    do; nothing is written. Raises ``AmountOutOfBounds``."""
    moment = now or timezone.now()
    loaded = load_cart(cart, now=moment)
    loaded.addresses["shipping"] = CartAddress(cart=cart, kind="shipping", **destination.columns())
    return price_loaded(loaded, now=moment)


def choose_shipping(*, cart: Cart, method: str, now: datetime | None = None) -> PricedCart:
    """Choose how the cart is sent, by the code of an option, and return what the cart then costs.

    What the method costs now is kept on the cart: it never becomes dearer without being chosen again. A carrier's quote
    is fetched, unless it is known, before the transaction, in which the cart is locked. Raises ``ShippingNotOffered``
    naming what is, ``CartNotOpen``, and ``AskedInTransaction`` where the caller is in one. Sends ``cart_changed``.
    """
    moment = now or timezone.now()
    if ShippingMethod.objects.filter(code=base_code(method), kind="carrier").exists():
        priced = choose_quoted(cart, method, now=moment)
    else:
        priced = try_choice(cart, method, None, now=moment)
    if priced is None:
        offers = offered_for(price_cart(cart=cart, now=moment), now=moment)
        raise ShippingNotOffered(field="method", method=method, offered=choosable(offers))
    return priced


@transaction.atomic
def clear_shipping(*, cart: Cart, now: datetime | None = None) -> PricedCart:
    """Take the chosen method off the cart, and return what the cart then costs. Raises ``CartNotOpen``; sends
    ``cart_changed``."""
    touch_cart(cart=cart)
    write_choice(cart, "", {})
    return price_cart(cart=cart, now=now)


def choose_quoted(cart: Cart, method: str, *, now: datetime) -> PricedCart | None:
    """Choose a carrier's method at a quote for the cart as it is; None where there is no such quote.

    Where the cart changes between asking and locking it, the carrier is asked anew, a few times.
    """
    for _ in range(TRIES):
        priced = price_cart(cart=cart, now=now)
        wanted = [offer for offer in offered_for(priced, now=now) if offer.code == base_code(method)]
        offers, _unavailable = quoted(priced, wanted, now=now)
        offer = next((offer for offer in offers if offer.code == method), None)
        if offer is None:
            return None
        if (chosen := try_choice(cart, method, offer.quote, now=now)) is not None:
            return chosen
    return None


def try_choice(cart: Cart, method: str, quote: KeptQuote | None, *, now: datetime) -> PricedCart | None:
    """Write the choice of a method that is offered for the locked cart; None, and nothing written, where it is not."""
    with transaction.atomic():
        touch_cart(cart=cart)
        before = cart.shipping_method, cart.shipping_choice
        # Any price is accepted now; what it really costs is kept as what must not be exceeded later.
        cart.shipping_method = method
        cart.shipping_choice = ShippingChoice(method, MAX_MINOR, cart.currency, quote).to_json()
        priced = price_cart(cart=cart, now=now)
        charged = next((charge for charge in priced.totals.shipping if charge.key == method), None)
        if charged is None:
            cart.shipping_method, cart.shipping_choice = before
            transaction.set_rollback(True)
            return None
        write_choice(cart, method, ShippingChoice(method, charged.subtotal, cart.currency, quote).to_json())
    return priced


def write_choice(cart: Cart, method: str, choice: dict[str, Any]) -> None:
    """Write a choice to a locked cart."""
    cart.shipping_method, cart.shipping_choice = method, choice
    cart.save(update_fields=["shipping_method", "shipping_choice"])
    cart_changed.send_after_commit(Cart, cart=cart, fields=["shipping_method"])


def offered_for(priced: PricedCart, *, now: datetime) -> list[OfferedMethod]:
    """Return the methods that are offered for a priced cart, those of carriers without a quote."""
    goods = goods_of(priced.input, priced.totals)
    if not goods.quantity:
        return []
    return offered_methods(
        channel=priced.cart.channel,
        currency=priced.cart.currency,
        address=priced.addresses.get("shipping"),
        value=goods.value,
        weight=goods.weight,
        quantity=goods.quantity,
        now=now,
    )


def choosable(offers: Iterable[OfferedMethod]) -> list[str]:
    """Return the codes that choosing can name; those of a carrier with several services depend on its answer."""
    return [offer.code for offer in offers if offer.kind != "carrier" or offer.carrier_service]


def quoted(
    priced: PricedCart, offers: Sequence[OfferedMethod], *, now: datetime
) -> tuple[list[OfferedMethod], list[UnavailableMethod]]:
    """Return the offers with those of carriers at their quotes, and the methods whose carrier gave none.

    Nobody is asked without an address.
    """
    request = request_of(priced.input, address=priced.addresses.get("shipping"))
    aliases = [offer.carrier for offer in offers if offer.kind == "carrier"]
    answers = ask_carriers(aliases=aliases, request=request, now=now) if request and aliases else {}
    goods = goods_of(priced.input, priced.totals)
    found: list[OfferedMethod] = []
    unavailable: list[UnavailableMethod] = []
    for offer in offers:
        if offer.kind != "carrier":
            found.append(offer)
            continue
        quotes = answers.get(offer.carrier, ())
        if quotes is None:
            unavailable.append(UnavailableMethod(offer.code, offer.name, offer.carrier))
            continue
        found += [
            with_quote(offer, quote, goods=goods, channel=priced.cart.channel, now=now)
            for quote in quotes
            if offer.carrier_service in ("", quote.service)
        ]
    return found, unavailable


def option_of(priced: PricedCart, offer: OfferedMethod) -> ShippingOption:
    """Return the option that an offer makes: the cart is computed with it, for promotions may depend on the method."""
    totals = totals_with(priced, offer)
    charged = next((charge for charge in totals.shipping if charge.key == offer.code), None)
    return ShippingOption(
        offer=offer,
        charge=charged.total if charged else offer.amount,
        total=totals.total,
        is_chosen=any(chosen.method == offer.code for chosen in priced.input.shipping),
    )


def totals_with(priced: PricedCart, offer: OfferedMethod) -> Totals:
    """Return the totals of a priced cart with another method; no statement."""
    method = ShippingInput(offer.code, offer.name, offer.rule, offer.tax_class)
    facts = replace(priced.input.facts, shipping_method=offer.code)
    return compute_totals(replace(priced.input, shipping=(method,), facts=facts))
