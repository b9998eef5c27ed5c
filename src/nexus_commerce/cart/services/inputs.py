"""From the rows of a cart to the plain data that the totals engine reads, in a constant number of statements."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from nexus_commerce.cart.models import Cart
from nexus_commerce.cart.services.loaded import LoadedCart
from nexus_commerce.cart.services.offers import Offer, find_gifts
from nexus_commerce.catalog.models import Variant
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.extensions import own_fields
from nexus_commerce.pricing.inputs import CartFacts, CartInput, LineFacts, LineInput, Quote, ShippingInput
from nexus_commerce.pricing.policies import FeeContext, PriceContext, PriceQuery
from nexus_commerce.pricing.totals import Totals
from nexus_commerce.promotions.rules import PromotionInput
from nexus_commerce.promotions.services import (
    customer_key_of,
    facts_needed,
    load_customer_groups,
    load_line_facts,
    load_promotions,
)
from nexus_commerce.shipping.services import chosen_shipping
from nexus_commerce.tax.external import ExternalTaxRequest, request_for
from nexus_commerce.tax.policies import TaxAnswer, TaxPolicy, TaxQuery

__all__ = ["LoadedCart", "Pricing", "holder_of", "load_pricing", "promotions_for"]


@dataclass(slots=True)
class Pricing:
    """What a cart is priced by: the engine's input, the quotes by line, and what may be given for free, by SKU.

    ``outside`` is what the tax policy was asked, where an outside engine says how the cart is taxed.
    """

    input: CartInput
    quotes: Mapping[Hashable, Quote]
    gifts: Mapping[str, Offer] = field(default_factory=dict)
    outside: TaxQuery | None = None

    def tax_request(self, totals: Totals) -> ExternalTaxRequest | None:
        """Return what the outside engine is asked, of the totals without tax; None where there is none to be asked."""
        if self.outside is None:
            return None
        return request_for(
            self.input,
            totals,
            origin=self.outside.channel.country,
            destination=self.outside.destination,
            vat_number=self.outside.vat_number,
            is_exempt=self.outside.is_exempt,
        )


def load_pricing(loaded: LoadedCart, *, now: datetime, promotions: Sequence[PromotionInput] | None = None) -> Pricing:
    """Ask the policies and the promotions in force what the cart is priced by; ``promotions`` replaces the latter.

    Lines without a price, or that the channel does not offer, are left out. Statements: prices, the chosen shipping
    method, taxes and promotions where the shop has any; facts of lines and customer only where a promotion asks for
    them.
    """
    cart = loaded.cart
    if promotions is None:
        promotions = promotions_for(cart, now) if loaded.has_promotions else ()
    gifts = gifts_within(loaded, promotions, now)
    quotes = quotes_for(loaded, gifts, now)
    needs = facts_needed(promotions)
    facts = load_line_facts(variants=priced_variants(loaded, quotes, gifts), needs=needs)
    lines = [
        line_input(line.public_id, line.quantity, offer, quotes[line.public_id], facts)
        for line, offer in zip(loaded.lines, loaded.offers, strict=True)
        if line.public_id in quotes and offer.is_listed
    ]
    known = cart_facts(loaded, needs)
    fee_context = FeeContext(cart.channel, cart.currency, now, lines, known)
    shipping = shipping_for(loaded, now)
    taxes = taxes_for(loaded, shipping, now)
    display = cart.channel.display_tax
    whole = CartInput(
        currency=cart.currency,
        prices_include_tax=cart.channel.prices_include_tax,
        lines=lines,
        now=now,
        display_tax=cart.channel.prices_include_tax if display is None else display,
        rounding=nexus_settings.ROUNDING_POLICY().rounding(channel=cart.channel),
        taxes=taxes.taxes,
        included=taxes.included,
        keeps=taxes.keeps,
        promotions=promotions,
        shipping=shipping,
        fees=tuple(nexus_settings.FEE_POLICY().fees(fee_context)),
        facts=known,
        gifts={
            sku: line_input(("gift", sku), 1, offer, quotes["gift", sku], facts)
            for sku, offer in gifts.items()
            if ("gift", sku) in quotes
        },
    )
    return Pricing(whole, quotes, gifts, taxes.outside)


def holder_of(cart: Cart) -> UUID | None:
    """Return under which id a cart holds stock: its public id while an order is made of it, else None."""
    return cart.public_id if cart.state == "frozen" else None


def promotions_for(cart: Cart, now: datetime) -> Sequence[PromotionInput]:
    """Return the promotions that may apply to a cart, those of its codes among them."""
    return load_promotions(
        channel=cart.channel,
        currency=cart.currency,
        codes=cart.coupon_codes,
        customer_key=customer_key_of(customer=cart.customer, email=cart.email),
        now=now,
    )


def gifts_within(loaded: LoadedCart, promotions: Sequence[PromotionInput], now: datetime) -> dict[str, Offer]:
    """Return what promotions may give for free, and what there is of it besides what the cart itself wants."""
    wanted: dict[str, int] = {}
    for promotion in promotions:
        for effect in promotion.effects:
            for sku, quantity in effect.gifts.items():
                wanted[sku] = wanted.get(sku, 0) + quantity
    cart = loaded.cart
    offers = find_gifts(channel=cart.channel, skus=sorted(wanted), now=now, holder=holder_of(cart))
    for line in loaded.lines:
        if line.variant.sku in offers:
            wanted[line.variant.sku] += line.quantity
    return {sku: offer for sku, offer in offers.items() if offer.available is None or offer.available >= wanted[sku]}


def quotes_for(loaded: LoadedCart, gifts: Mapping[str, Offer], now: datetime) -> dict[Hashable, Quote]:
    """Return the price of each line by its public id, and of each gift by ``("gift", SKU)``."""
    cart, destination = loaded.cart, loaded.destination
    queries = [
        PriceQuery(line.public_id, line.variant_id, line.quantity, line.personalization) for line in loaded.lines
    ]
    queries += [PriceQuery(("gift", sku), offer.variant.pk) for sku, offer in gifts.items()]
    if not queries:
        return {}
    context = PriceContext(
        channel_id=cart.channel_id,
        currency=cart.currency,
        now=now,
        country=destination.country if destination else cart.channel.country,
        customer_id=cart.customer_id,
    )
    return nexus_settings.PRICE_POLICY().quote(queries, context)


def priced_variants(
    loaded: LoadedCart, quotes: Mapping[Hashable, Quote], gifts: Mapping[str, Offer]
) -> dict[Hashable, Any]:
    """Return the variants that have a price, by the keys of their lines and gifts."""
    found: dict[Hashable, Any] = {line.public_id: line.variant for line in loaded.lines if line.public_id in quotes}
    return found | {("gift", sku): offer.variant for sku, offer in gifts.items()}


def line_input(
    key: Hashable, quantity: int, offer: Offer, quote: Quote, facts: Mapping[Hashable, LineFacts]
) -> LineInput:
    """Return what the engine is told of a line."""
    return LineInput(
        key=key,
        quantity=quantity,
        quote=quote,
        tax_class=offer.tax_class,
        is_discountable=offer.product.is_discountable,
        weight=offer.variant.weight or 0,
        is_sent=offer.requires_shipping,
        facts=facts.get(key, LineFacts()),
        data=data_of(offer.variant),
    )


def data_of(variant: Variant) -> dict[str, Any]:
    """Return what a host's step may ask of a variant: its free data, and the host's own columns of it."""
    own = {name: getattr(variant, name) for name in own_fields("catalog.Variant")}
    return {**variant.metadata, **{name: value for name, value in own.items() if isinstance(value, int | str)}}


def cart_facts(loaded: LoadedCart, needs: frozenset[str]) -> CartFacts:
    """Return what promotions may ask of the cart; history and groups only where one does."""
    cart, destination = loaded.cart, loaded.destination
    history = nexus_settings.CUSTOMER_HISTORY_POLICY()
    return CartFacts(
        channel=cart.channel.code,
        country=destination.country if destination else cart.channel.country,
        time_zone=cart.channel.time_zone,
        is_logged_in=cart.customer_id is not None,
        customer_groups=load_customer_groups(cart.customer) if "customer_groups" in needs else frozenset(),
        order_count=history.order_count(customer=cart.customer, email=cart.email) if "order_count" in needs else None,
        shipping_method=cart.shipping_method,
        metadata=cart.metadata,
    )


def taxes_for(loaded: LoadedCart, shipping: Sequence[ShippingInput], now: datetime) -> TaxAnswer:
    """Ask the tax policy how each class is taxed where the goods go; what is picked up goes nowhere.

    Bills name the business: its VAT number counts.
    """
    is_picked_up = any(getattr(method.rule, "kind", "") == "pickup" for method in shipping)
    billing, cart = loaded.addresses.get("billing"), loaded.cart
    vat_number = (billing and billing.vat_number) or (loaded.destination and loaded.destination.vat_number) or ""
    query = TaxQuery(
        channel=cart.channel,
        now=now,
        destination=None if is_picked_up else loaded.destination,
        vat_number=vat_number,
        is_exempt=cart.customer is not None and cart.customer.is_tax_exempt,
    )
    policy = nexus_settings.TAX_POLICY()
    if not loaded.has_tax_zones and type(policy).taxes is TaxPolicy.taxes:
        return TaxAnswer(keeps=policy.keeps)
    return policy.taxes(query)


def shipping_for(loaded: LoadedCart, now: datetime) -> tuple[ShippingInput, ...]:
    """Return the shipping method that was chosen, as far as it is still offered where the goods go."""
    cart = loaded.cart
    if not cart.shipping_method:
        return ()
    found = chosen_shipping(
        channel=cart.channel,
        currency=cart.currency,
        choice=cart.shipping_choice,
        method_code=cart.shipping_method,
        address=loaded.addresses.get("shipping"),
        now=now,
    )
    return (found,) if found else ()
