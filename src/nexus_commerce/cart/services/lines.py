"""Changing and removing the lines of a cart."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from nexus_commerce.cart.errors import LineNotFound, NotForSale
from nexus_commerce.cart.models import Cart, CartLine
from nexus_commerce.cart.services.carts import touch_cart
from nexus_commerce.cart.services.priced import LoadedCart, PricedCart, PricedLine, load_cart, price_loaded, see_price
from nexus_commerce.cart.signals import line_changed, line_removed
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.validation import clean_model
from nexus_commerce.inventory.errors import OutOfStock
from nexus_commerce.pricing.errors import NoPrice

__all__ = ["change_line", "check_buyable", "personalization_hash", "remove_line"]


def personalization_hash(personalization: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical form of a personalization, and the empty string for none."""
    if not personalization:
        return ""
    text = json.dumps(personalization, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def change_line(
    *,
    cart: Cart,
    line: UUID,
    quantity: int | None = None,
    fields: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> PricedCart:
    """Set the quantity of a line, by its public id, or further columns of it; zero takes the line out.

    Errors as for ``add_line``, and ``LineNotFound``; fewer units are always accepted, also of what is short. Sends
    ``line_changed``.
    """
    if quantity == 0:
        return remove_line(cart=cart, line=line, now=now)
    moment = now or timezone.now()
    touch_cart(cart=cart)
    loaded = load_cart(cart, now=moment)
    row = line_of(loaded, line)
    before = row.quantity
    row.quantity = before if quantity is None else quantity
    for name, value in (fields or {}).items():
        setattr(row, name, value)
    clean_model(row, fields or ())
    priced = write_line(loaded, row, fields or {}, now=moment, is_more=row.quantity > before)
    line_changed.send_after_commit(CartLine, cart=cart, line=row)
    return priced


@transaction.atomic
def remove_line(*, cart: Cart, line: UUID, now: datetime | None = None) -> PricedCart:
    """Take a line, by its public id, out of the cart. Raises ``LineNotFound`` and ``CartNotOpen``; sends
    ``line_removed``."""
    moment = now or timezone.now()
    touch_cart(cart=cart)
    loaded = load_cart(cart, now=moment)
    row = line_of(loaded, line)
    index = loaded.lines.index(row)
    del loaded.lines[index], loaded.offers[index]
    variant_id = row.variant_id
    row.delete()
    line_removed.send_after_commit(CartLine, cart=cart, line=line, variant_id=variant_id)
    return price_loaded(loaded, now=moment)


def line_of(loaded: LoadedCart, public_id: UUID) -> CartLine:
    """Return the line of a loaded cart, or raise ``LineNotFound``."""
    for line in loaded.lines:
        if line.public_id == public_id:
            return line
    raise LineNotFound


def write_line(
    loaded: LoadedCart, line: CartLine, fields: Mapping[str, Any], *, now: datetime, is_more: bool
) -> PricedCart:
    """Save a changed line of a loaded cart and price the cart; refuse more of what cannot be bought."""
    nexus_settings.CART_POLICY().check_quantity(variant=line.variant, quantity=line.quantity)
    nexus_settings.CART_POLICY().check_lines(lines=loaded.lines)
    line.seen_unit_price = None
    priced = price_loaded(loaded, now=now)
    entry = next(entry for entry in priced.lines if entry.line is line)
    if is_more:
        check_buyable(priced, entry)
    see_price(entry)
    line.save(update_fields=["quantity", "seen_unit_price", "seen_per", "updated_at", *fields])
    return priced


def check_buyable(priced: PricedCart, entry: PricedLine) -> None:
    """Raise unless the line can be bought as it stands."""
    if not entry.offer.is_listed:
        raise NotForSale(field="variant")
    if entry.quote is None:
        raise NoPrice(field="variant", sku=entry.line.variant.sku, currency=priced.cart.currency)
    for change in priced.changes:
        if change.code == "insufficient_stock" and change.line == entry.line.public_id:
            short = {"line": str(entry.line.public_id), "sku": entry.line.variant.sku, **change.data}
            raise OutOfStock(field="quantity", lines=[short])
