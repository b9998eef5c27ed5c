"""Putting units into a cart: one line, or many at the cost of one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from nexus_commerce.cart.errors import NotForSale, bad_quantity
from nexus_commerce.cart.models import Cart, CartLine
from nexus_commerce.cart.services.carts import touch_cart
from nexus_commerce.cart.services.lines import check_buyable, personalization_hash
from nexus_commerce.cart.services.loading import load_cart, load_cart_and_offers
from nexus_commerce.cart.services.offers import Offer
from nexus_commerce.cart.services.priced import LoadedCart, PricedCart, price_loaded, see_price
from nexus_commerce.cart.signals import line_added
from nexus_commerce.conf import nexus_settings
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.core.inserting import insert_rows
from nexus_commerce.core.validation import clean_model

__all__ = ["NewLine", "add_line", "add_lines"]


@dataclass(frozen=True, slots=True)
class NewLine:
    """Units of a variant, named by its public id, to be put into a cart; ``fields`` are further columns."""

    variant: UUID
    quantity: int = 1
    personalization: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def add_line(
    *,
    cart: Cart,
    offer: Offer | UUID,
    quantity: int = 1,
    personalization: Mapping[str, Any] | None = None,
    fields: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> PricedCart:
    """Put ``quantity`` units into the cart: onto the line with the same variant and personalization, else a new one.

    ``offer`` is what ``find_offer`` returned, or, at one statement less, the public id of a variant. ``fields`` are
    further columns of the line (``metadata``, a host's own). The cart is locked; nothing is held in stock. Raises
    ``CartNotOpen``, ``NotForSale``, ``InvalidQuantity``, ``CartLimitReached``, ``NoPrice`` and ``OutOfStock``, and
    changes nothing then. Sends ``line_added``.
    """
    moment = now or timezone.now()
    touch_cart(cart=cart)
    if isinstance(offer, UUID):
        variant = offer
        loaded, offers = load_cart_and_offers(cart, public_ids=[variant], now=moment)
    else:
        variant = offer.variant.public_id
        loaded, offers = load_cart(cart, now=moment), {variant: offer}
    new = NewLine(variant, quantity, personalization or {}, fields or {})
    return put_all(loaded, [new], offers, now=moment, naming=lambda place: nullcontext())


@transaction.atomic
def add_lines(*, cart: Cart, lines: Sequence[NewLine], now: datetime | None = None) -> PricedCart:
    """Put all ``lines`` into the cart, or none of them; otherwise as ``add_line`` for each.

    A constant number of statements, whatever there is to add. Raises what ``add_line`` raises, the error's field with
    the place of the line before it (``lines.1.quantity``). Sends ``line_added`` for each.
    """
    moment = now or timezone.now()
    touch_cart(cart=cart)
    loaded, offers = load_cart_and_offers(cart, public_ids={new.variant for new in lines}, now=moment)
    return put_all(loaded, lines, offers, now=moment, naming=name_place)


def put_all(
    loaded: LoadedCart,
    lines: Sequence[NewLine],
    offers: Mapping[UUID, Offer],
    *,
    now: datetime,
    naming: Callable[[int], AbstractContextManager[None]],
) -> PricedCart:
    """Put the lines into a loaded, locked cart, price it, refuse what cannot be bought, and save."""
    rows = []
    for place, new in enumerate(lines):
        with naming(place):
            rows.append(put(loaded, new, offers.get(new.variant)))
    nexus_settings.CART_POLICY().check_lines(lines=loaded.lines)
    priced = price_loaded(loaded, now=now)
    entries = {entry.line.public_id: entry for entry in priced.lines}
    for place, row in enumerate(rows):
        with naming(place):
            check_buyable(priced, entries[row.public_id])
        see_price(entries[row.public_id])
    save(rows, {name for new in lines for name in new.fields}, now=now)
    for new, row in zip(lines, rows, strict=True):
        line_added.send_after_commit(CartLine, cart=loaded.cart, line=row, quantity=new.quantity)
    return priced


def put(loaded: LoadedCart, new: NewLine, offer: Offer | None) -> CartLine:
    """Put units onto the line of a loaded cart that they belong to, else onto a new one; save nothing."""
    if offer is None:
        raise NotForSale(field="variant")
    if new.quantity < 1:
        raise bad_quantity(offer.variant)
    policy = nexus_settings.CART_POLICY()
    policy.check_personalization(variant=offer.variant, personalization=new.personalization)
    digest = personalization_hash(new.personalization)
    same = (li for li in loaded.lines if li.variant_id == offer.variant.pk and li.personalization_hash == digest)
    if (row := next(same, None)) is None:
        wish = dict(new.personalization)
        row = CartLine(
            cart=loaded.cart, variant=offer.variant, quantity=0, personalization=wish, personalization_hash=digest
        )
        loaded.lines.append(row)
        loaded.offers.append(offer)
    row.quantity += new.quantity
    for name, value in new.fields.items():
        setattr(row, name, value)
    clean_model(row, new.fields)
    policy.check_quantity(variant=row.variant, quantity=row.quantity)
    # Whoever adds units sees their present price in the reply: what was seen before no longer counts.
    row.seen_unit_price = None
    return row


def save(rows: Sequence[CartLine], columns: set[str], *, now: datetime) -> None:
    """Insert the new rows and update the others, each once, in one statement each."""
    once = {row.public_id: row for row in rows}.values()
    known = [row for row in once if not row._state.adding]
    insert_rows(CartLine, [row for row in once if row._state.adding])
    for row in known:
        row.updated_at = now
    if known:
        CartLine.objects.bulk_update(known, ["quantity", "seen_unit_price", "seen_per", "updated_at", *columns])


@contextmanager
def name_place(place: int) -> Iterator[None]:
    """Put the place of the line before the field that an error names."""
    try:
        yield
    except CommerceError as exc:
        exc.field = f"lines.{place}.{exc.field}" if exc.field else f"lines.{place}"
        raise
