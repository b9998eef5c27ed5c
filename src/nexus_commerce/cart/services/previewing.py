"""What a promotion would do to a cart that does not exist, for merchants who are writing it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils import timezone

from nexus_commerce.cart.models import CartAddress
from nexus_commerce.cart.services.adding import NewLine, put
from nexus_commerce.cart.services.inputs import LoadedCart, promotions_for
from nexus_commerce.cart.services.offers import find_offers
from nexus_commerce.cart.services.priced import PricedCart, compute_totals, price_loaded
from nexus_commerce.cart.services.quoting import unsaved_cart
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.money import MAX_MINOR
from nexus_commerce.customers.models import Customer
from nexus_commerce.pricing.inputs import CartInput
from nexus_commerce.pricing.totals import Totals, Tried
from nexus_commerce.promotions.rules import PromotionInput
from nexus_commerce.shipping.choices import ShippingChoice

__all__ = ["PromotionPreview", "SampleCart", "preview_promotion", "suggest_lines"]

QUANTITIES: Final = (1, 2, 3, 4, 5, 6, 10, 20, 50)
"""How many units of each line are tried until a promotion applies."""


@dataclass(frozen=True, slots=True)
class SampleCart:
    """A cart to try a promotion on. ``country`` is where the goods go; empty: as the channel says."""

    channel: Channel
    lines: Sequence[NewLine]
    customer: Customer | None = None
    country: str = ""
    shipping_method: str = ""


@dataclass(frozen=True, slots=True)
class PromotionPreview:
    """A cart with a promotion, what it would cost ``before`` it, and what came of it.

    ``missing`` are the variants that the channel does not offer; they are not in the cart.
    """

    priced: PricedCart
    before: Totals
    tried: Tried
    missing: tuple[UUID, ...] = ()


def preview_promotion(
    *, promotion: PromotionInput, sample: SampleCart, with_others: bool = True, now: datetime | None = None
) -> PromotionPreview:
    """Price a sample cart with and without a promotion, whatever is stored of it; nothing is written.

    ``with_others`` adds the promotions in force that need no code. A constant number of statements. Raises
    ``InvalidQuantity`` and ``AmountOutOfBounds``.
    """
    moment = now or timezone.now()
    loaded, missing = load_sample(sample, moment)
    others = promotions_for(loaded.cart, moment) if with_others else []
    others = [other for other in others if other.id != promotion.id]
    priced = price_loaded(loaded, now=moment, promotions=[*others, promotion])
    before = compute_totals(replace(priced.input, promotions=others))
    tried = next(entry for entry in priced.totals.tried if entry.promotion == promotion.id)
    return PromotionPreview(priced, before, tried, missing)


def suggest_lines(*, promotion: PromotionInput, sample: SampleCart, now: datetime | None = None) -> list[NewLine]:
    """Return a few of the lines of a sample cart that the promotion alone applies to; else the first few.

    With so many units of each as it takes. The same statements as one preview.
    """
    moment = now or timezone.now()
    loaded, _missing = load_sample(sample, moment)
    cart = price_loaded(loaded, now=moment, promotions=[promotion]).input
    for quantity in QUANTITIES:
        if chosen := lines_reduced(cart, promotion.id, quantity):
            return [NewLine(UUID(line.facts.variant), quantity) for line in cart.lines if line.key in chosen]
    return [NewLine(UUID(line.facts.variant)) for line in cart.lines[:3]]


def lines_reduced(cart: CartInput, promotion: str, quantity: int) -> set[object]:
    """Return the keys of a few lines which a promotion applies to with so many units of each; none where it does not.

    Two that it takes something off and one that it does not, or else all of them.
    """
    lines = [replace(line, quantity=quantity) for line in cart.lines]
    totals = compute_totals(replace(cart, lines=lines))
    if any(tried.reason for tried in totals.tried):
        return set()
    taken = {line.key for line in totals.lines if any(one.promotion == promotion for one in line.discounts)}
    known = [line.key for line in lines]
    few = {
        *[key for key in known if key in taken][:2],
        *[key for key in known if key not in taken][: 1 if taken else 3],
    }
    again = compute_totals(replace(cart, lines=[line for line in lines if line.key in few]))
    return set(known) if any(tried.reason for tried in again.tried) else set(few)


def load_sample(sample: SampleCart, now: datetime) -> tuple[LoadedCart, tuple[UUID, ...]]:
    """Return the rows of a sample cart, unsaved, and the variants that the channel does not offer."""
    cart = unsaved_cart(sample.channel, sample.customer, ())
    cart.shipping_method = sample.shipping_method
    if sample.shipping_method:
        # Whatever it costs is accepted.
        cart.shipping_choice = ShippingChoice(sample.shipping_method, MAX_MINOR, cart.currency).to_json()
    loaded = LoadedCart(cart, [], [], {})
    if sample.country:
        loaded.addresses["shipping"] = CartAddress(cart=cart, kind="shipping", country=sample.country)
    offers = find_offers(channel=sample.channel, public_ids={line.variant for line in sample.lines}, now=now)
    for line in sample.lines:
        if line.variant in offers:
            put(loaded, line, offers[line.variant])
    missing = tuple(line.variant for line in sample.lines if line.variant not in offers)
    return loaded, missing
