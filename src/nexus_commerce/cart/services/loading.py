"""Reading the rows of a cart, and what is offered of the variants in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import router
from django.db.models import BigIntegerField, Exists, F, FilteredRelation, Q, QuerySet, UUIDField

from nexus_commerce.cart.models import Cart, CartAddress, CartLine
from nexus_commerce.cart.services.inputs import LoadedCart, holder_of
from nexus_commerce.cart.services.offered import Offered
from nexus_commerce.cart.services.offers import Offer, fill_bundles, offer_of
from nexus_commerce.catalog.models import Variant
from nexus_commerce.core.prepared import AnyOf, Prepared, Slot
from nexus_commerce.promotions.models import Promotion
from nexus_commerce.tax.models import TaxZone

__all__ = ["load_cart", "load_cart_and_offers"]

OF_CART: Final[Any] = Slot("cart", BigIntegerField())
OWN: Final = "nexus_line_"
"""Begins the names under which a row has the columns of a line."""


def column_names(model: type[CartLine | CartAddress]) -> list[str]:
    """Return the names of all columns of a model, a host's own among them."""
    return [field.attname for field in model._meta.concrete_fields]


def lines_of_cart() -> QuerySet[CartLine]:
    """Return the lines of a cart in their order."""
    return CartLine.objects.filter(cart=OF_CART).select_related("variant__product").order_by("id")


def variants_and_lines() -> QuerySet[Variant]:
    """Return the variants that are named or in the cart: one row for each line, and one without for each other."""
    inside = CartLine.objects.filter(cart=OF_CART).order_by().values("variant")
    named = Variant.objects.filter(AnyOf("public_id", "public_ids")).order_by().values("pk")
    line = FilteredRelation("cart_lines", condition=Q(cart_lines__cart=OF_CART))
    columns = {f"{OWN}{name}": F(f"nexus_own__{name}") for name in column_names(CartLine)}
    found = Variant.objects.filter(pk__in=inside.union(named)).select_related("product")
    return found.annotate(nexus_own=line).annotate(**columns).order_by(f"{OWN}id")


def addresses_and_shop() -> QuerySet[Cart, tuple[Any, ...]]:
    """Return whether the shop has promotions and tax zones at all, with each address of a cart, or with none."""
    promotions = Promotion.objects.filter(is_active=True, archived_at__isnull=True)
    zones = TaxZone.objects.filter(is_active=True)
    columns = [f"addresses__{name}" for name in column_names(CartAddress)]
    return (
        Cart.objects.filter(pk=OF_CART)
        .order_by()
        .values_list(Exists(promotions.order_by()), Exists(zones.order_by()), *columns)
    )


LINES: Final = Offered(lines_of_cart, prefix="variant__", cart=BigIntegerField())
VARIANTS: Final = Offered(variants_and_lines, cart=BigIntegerField(), public_ids=UUIDField())
AROUND: Final = Prepared(addresses_and_shop, cart=BigIntegerField())


def load_cart(cart: Cart, *, now: datetime) -> LoadedCart:
    """Read lines, offers and addresses of a cart in a constant number of statements.

    What a frozen cart has reserved is available to it.
    """
    holder = holder_of(cart)
    lines = LINES.run(channel=cart.channel, now=now, holder=holder, cart=cart.pk)
    offers = [offer_of(line.variant, line) for line in lines]
    fill_bundles(offers, channel=cart.channel, holder=holder)
    return loaded_cart(cart, lines, offers)


def load_cart_and_offers(
    cart: Cart, *, public_ids: Collection[UUID], now: datetime
) -> tuple[LoadedCart, dict[UUID, Offer]]:
    """Read what ``load_cart`` reads, and, in the same statements, what the channel offers of further variants.

    These are named by their public ids; what the channel does not offer is absent.
    """
    holder = holder_of(cart)
    rows = VARIANTS.run(channel=cart.channel, now=now, holder=holder, cart=cart.pk, public_ids=list(public_ids))
    every = [offer_of(row, row) for row in rows]
    fill_bundles(every, channel=cart.channel, holder=holder)
    lines, offers = [], []
    for offer in every:
        if (line := line_of(offer.variant)) is not None:
            lines.append(line)
            offers.append(offer)
    found = {offer.variant.public_id: offer for offer in every if offer.is_listed}
    return loaded_cart(cart, lines, offers), {key: found[key] for key in public_ids if key in found}


def line_of(variant: Variant) -> CartLine | None:
    """Return the line whose columns a row of ``VARIANTS`` has, and take them off; None where it has no line."""
    names = column_names(CartLine)
    values = [vars(variant).pop(f"{OWN}{name}") for name in names]
    if values[0] is None:
        return None
    line: CartLine = CartLine.from_db(router.db_for_write(Cart), names, values)
    line.variant = variant
    return line


def loaded_cart(cart: Cart, lines: Sequence[CartLine], offers: Sequence[Offer]) -> LoadedCart:
    """Return a cart with its rows, its addresses read among them, and what is known of the shop."""
    using = router.db_for_write(Cart)
    rows = AROUND.run(using, cart=cart.pk)
    names = column_names(CartAddress)
    found = [CartAddress.from_db(using, names, row[2:]) for row in rows if row[2] is not None]
    addresses = {address.kind: address for address in found}
    has_promotions, has_tax_zones = rows[0][:2] if rows else (True, True)
    return LoadedCart(cart, list(lines), list(offers), addresses, has_promotions, has_tax_zones)
