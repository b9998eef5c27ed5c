"""How a cart can be sent, as the pages ask for it."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest
from django.utils import formats
from django.utils.translation import gettext as _

from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services import (
    PricedCart,
    ShippingOption,
    UnavailableMethod,
    list_priced_options,
    price_cart,
    price_cart_at,
    refresh_tax,
)
from nexus_commerce.contrib.storefront.cart_receipts import words_of_change
from nexus_commerce.contrib.storefront.countries import country_name
from nexus_commerce.contrib.storefront.forms import PlaceForm
from nexus_commerce.contrib.storefront.shopper import Shopper
from nexus_commerce.core.formatting import format_money
from nexus_commerce.shipping.estimates import Estimate
from nexus_commerce.shipping.services import OfferedMethod, has_methods
from nexus_commerce.tax.errors import TaxUnavailable

__all__ = ["Choice", "Delivery", "delivery_of", "price_known", "priced_for"]


@dataclass(frozen=True, slots=True)
class Choice:
    """An option in words: where or when, and what makes it free."""

    option: ShippingOption
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What there is to choose from, where the goods go, and why a choice has to be made anew.

    ``is_known`` says that the cart has an address, so that a choice can be made; ``is_due`` that one has to be.
    """

    choices: tuple[Choice, ...]
    unavailable: tuple[UnavailableMethod, ...]
    place: str
    is_known: bool
    is_due: bool
    outdated: str = ""

    @property
    def options(self) -> list[ShippingOption]:
        return [choice.option for choice in self.choices]


def priced_for(request: HttpRequest, shopper: Shopper) -> tuple[PricedCart, PlaceForm | None]:
    """Price the visitor's cart; without an address, for the place that the page's address names, else the channel's
    country. The form is then the one that asks for the place."""
    assert shopper.cart is not None
    if shopper.cart.addresses.filter(kind="shipping").exists():
        return price_known(request, shopper.cart), None
    known = {"country": shopper.channel.country}
    form = PlaceForm(request.GET if "country" in request.GET else known, auto_id="place_%s", label_suffix="")
    if not form.is_valid():
        return price_cart(cart=shopper.cart), form
    return price_cart_at(cart=shopper.cart, destination=form.destination()), form


def price_known(request: HttpRequest, cart: Cart) -> PricedCart:
    """Price a cart whose address is known, an outside tax engine asked where the project has one."""
    try:
        return refresh_tax(cart=cart)
    except TaxUnavailable as exc:
        messages.error(request, str(exc))
        return price_cart(cart=cart)


def delivery_of(priced: PricedCart, *, is_known: bool) -> Delivery | None:
    """Return how a priced cart can be sent; None where nothing is sent, or where the shop charges no shipping."""
    if not any(line.is_sent for line in priced.input.lines):
        return None
    address, cart = priced.addresses.get("shipping"), priced.cart
    found = list_priced_options(priced=priced)
    if not found and not found.unavailable and not has_methods(channel=cart.channel, currency=cart.currency):
        return None
    outdated = [words_of_change(change, priced) for change in priced.changes if change.code == "shipping_outdated"]
    return Delivery(
        choices=tuple(Choice(option, tuple(notes_of(option.offer, cart.currency))) for option in found),
        unavailable=found.unavailable,
        place=" ".join(filter(None, (address.postal_code, address.city, country_name(address.country))))
        if address
        else "",
        is_known=is_known,
        is_due=not priced.input.shipping,
        outdated="".join(outdated),
    )


def notes_of(offer: OfferedMethod, currency: str) -> list[str]:
    """Return what is said of an offer: its description, where goods are picked up, when they arrive, when it is
    free."""
    notes = [offer.description, offer.pickup_name, words_of_estimate(offer.estimate, is_pickup=offer.kind == "pickup")]
    if offer.rule.free_from is not None and offer.missing_for_free:
        notes.append(_("Free from %(amount)s on.") % {"amount": format_money(offer.rule.free_from, currency)})
    return [note for note in notes if note]


def words_of_estimate(estimate: Estimate, *, is_pickup: bool) -> str:
    """Return when the goods arrive, or can be picked up; empty where nobody knows."""
    if estimate.earliest is None or estimate.latest is None:
        return ""
    earliest, latest = (formats.date_format(day, "D j M") for day in (estimate.earliest, estimate.latest))
    if is_pickup:
        return _("Ready from %(earliest)s on.") % {"earliest": earliest}
    if earliest == latest:
        return _("Arrives on %(day)s.") % {"day": latest}
    return _("Arrives from %(earliest)s to %(latest)s.") % {"earliest": earliest, "latest": latest}
